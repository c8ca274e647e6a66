import { defineConfig } from "vitest/config";

// COMITY_URL: the running node that `npm run dev` talks to.
const node = process.env["COMITY_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the Content-Security-Policy allows nothing inline
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": node, "/log": node } },
  test: { include: ["test/**/*.test.ts"], setupFiles: ["test/setup.ts"], pool: "threads", testTimeout: 60_000 },
});
