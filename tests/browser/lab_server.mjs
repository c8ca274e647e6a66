// The lab over HTTP, with the built page: what the tests run against where no node is given (COMITY_URL), and a node to look at while
// the page is worked on: `npm run lab`, then `npm run dev` in web/.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import { Lab } from "./lab.mjs";
import { answerAlerts } from "./lab_alerts.mjs";
import { checkReleases } from "./lab_market.mjs";
import { planNetwork } from "./lab_network.mjs";

const kDist = fileURLToPath(new URL("../../web/dist/", import.meta.url));
const kPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const kTypes = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };

function problem(status, title, detail) {
  return { status, type: "application/problem+json", body: JSON.stringify({ type: "about:blank", title, status, detail, instance: "request-2" }) };
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

// Starts on a free port (or the one given); close() ends it.
export async function startLab(lab = new Lab(), port = 0) {
  const sessions = new Map(); // cookie -> { account, csrf }

  async function session(request, current, cookie) {
    const said = ({ account, csrf }) => ({
      status: 200, type: "application/json",
      body: JSON.stringify({ account, member: lab.accounts.get(account).member, staff: true, scopes: ["read", "submit"], csrf }),
    });
    if (request.method === "GET") return current ? said(current) : { status: 200, type: "application/json", body: '{"account":null}' };
    if (request.method === "POST") {
      const { account, password } = JSON.parse(await bodyOf(request));
      if (lab.accounts.get(account)?.password !== password) return problem(401, "Not logged in", "name or password is wrong");
      const made = randomBytes(16).toString("hex");
      sessions.set(made, { account, csrf: randomBytes(16).toString("hex") });
      return { ...said(sessions.get(made)), cookie: `comity_session=${made}; HttpOnly; SameSite=Strict; Path=/` };
    }
    if (request.headers["x-csrf-token"] !== current?.csrf) return problem(403, "Refused", "the CSRF token is missing");
    sessions.delete(cookie);
    return { status: 204, type: "", body: "" };
  }

  async function answer(request) {
    const url = new URL(request.url, "http://lab");
    const cookie = /comity_session=([0-9a-f]+)/.exec(request.headers.cookie ?? "")?.[1];
    const current = sessions.get(cookie) ?? null;
    if (url.pathname === "/api/v1/session") return session(request, current, cookie);
    if (request.method === "POST" || request.method === "DELETE") {
      if (request.headers["x-csrf-token"] !== current?.csrf) return problem(403, "Refused", "the CSRF token is missing");
      const text = await bodyOf(request);
      const parts = url.pathname.replace("/api/v1/", "").split("/").map(decodeURIComponent);
      if (parts[0].startsWith("alert")) {
        const json = (body, status = 200) => ({ status, type: "application/json", body: JSON.stringify(body) });
        return answerAlerts(lab, parts, { query: url.searchParams, method: request.method, body: text ? JSON.parse(text) : {}, account: current.account, json, problem });
      }
      if (url.pathname === "/api/v1/market/check") return { status: 200, type: "application/json", body: JSON.stringify(checkReleases(text)) };
      if (url.pathname === "/api/v1/network/plan") return { status: 200, type: "application/json", body: JSON.stringify(planNetwork(JSON.parse(text))) };
      const found = url.pathname === "/api/v1/intel/understand" ? lab.understand(text, JSON.parse(url.searchParams.get("audience"))) : lab.take(JSON.parse(text));
      return { status: found ? 200 : 400, type: "application/json", body: JSON.stringify(found) };
    }
    if (url.pathname.startsWith("/api/") || url.pathname.startsWith("/log/")) {
      return lab.answer(url.pathname, url.searchParams, current?.account ?? null);
    }
    const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
    if (!/^(index\.html|assets\/[\w.-]+)$/.test(name)) return problem(404, "Not found", `there is nothing at ${url.pathname}`);
    return { status: 200, type: kTypes[name.split(".").pop()] ?? "application/octet-stream", body: await readFile(kDist + name) };
  }

  const listeners = new Set();
  lab.heard.push((item) => {
    for (const stream of listeners) stream.write(`event: statement\nid: ${item.id}\ndata: ${JSON.stringify(item)}\n\n`);
  });

  const server = createServer((request, response) => {
    if (request.url.startsWith("/api/v1/events")) {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" }).write(":\n\n");
      listeners.add(response);
      response.on("close", () => listeners.delete(response));
      return;
    }
    answer(request)
      .catch((error) => problem(500, "Fault", String(error)))
      .then(({ status, type, body, cookie }) => {
        response.writeHead(status, {
          ...(type ? { "Content-Type": type } : {}), "Content-Security-Policy": kPolicy, "X-Content-Type-Options": "nosniff",
          "Cache-Control": "no-cache", ...(cookie ? { "Set-Cookie": cookie } : {}),
        });
        response.end(body);
      });
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    lab,
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, lab } = await startLab(new Lab(), Number(process.env.PORT ?? 8080));
  console.log(`${url}  amina@cert-ke / ${lab.accounts.get("amina@cert-ke").password}`);
}
