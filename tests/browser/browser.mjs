// What the tests share: a node to look at, a Chromium, pages that report every console error and broken policy, axe.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { startLab } from "./lab_server.mjs";

const kFlags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];

export const kLanguages = { en: "ltr", fr: "ltr", es: "ltr", ru: "ltr", ar: "rtl", zh: "ltr" };

// COMITY_URL, COMITY_ACCOUNT, COMITY_PASSWORD: a running node; without them the lab. COMITY_SHOTS: where screenshots go.
export async function openSite() {
  const shots = process.env.COMITY_SHOTS ?? "";
  if (shots) await mkdir(shots, { recursive: true });
  if (process.env.COMITY_URL) {
    return {
      url: process.env.COMITY_URL.replace(/\/$/, ""), lab: null, shots,
      account: process.env.COMITY_ACCOUNT ?? "", password: process.env.COMITY_PASSWORD ?? "", close: async () => {},
    };
  }
  const started = await startLab();
  const [account, { password }] = [...started.lab.accounts][0];
  return { ...started, shots, account, password };
}

// A browser with a fresh profile: nothing is remembered from another run.
export async function openBrowser(options = {}) {
  const profile = await mkdtemp(join(tmpdir(), "comity-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.COMITY_CHROMIUM ?? "/usr/bin/chromium",
    args: kFlags, locale: "en-GB", timezoneId: "UTC", viewport: { width: 1280, height: 900 }, ...options,
  });
  return {
    context,
    async page() {
      const page = await context.newPage();
      page.faults = [];
      // What a test provokes on purpose (a 401, a refused answer) shows as "Failed to load resource": told apart by expectFaults.
      page.on("console", (message) => {
        if (message.type() === "error") page.faults.push(`${message.text()} ${message.location().url}`);
      });
      page.on("pageerror", (error) => page.faults.push(String(error)));
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
      });
      return page;
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Holds the page to a screen of 360 pixels, and leaves it wide.
export async function fitsPhone(page, what) {
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${what} is too wide`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

// Every violation that axe-core knows of, as lines.
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary}`));
}

export async function logIn(page, site) {
  await page.goto(`${site.url}/#/login`);
  await page.fill("#account", site.account);
  await page.fill("#password", site.password);
  await page.click("form button[type=submit]");
  await page.waitForSelector(".who");
}

// The node's own answer, asked for beside the page.
export async function ask(page, site, path) {
  const response = await page.request.get(site.url + path);
  if (!response.ok()) throw new Error(`${path}: ${response.status()}`);
  return response.json();
}

// Waits for the end of a verification and gives each step's state.
export async function verdict(page) {
  await page.waitForSelector("[data-verdict=passed], [data-verdict=failed]", { timeout: 30_000 });
  const whole = await page.getAttribute("[data-verdict]", "data-verdict");
  const steps = await page.$$eval("[data-step]", (items) => items.map(({ dataset }) => [dataset.step, dataset.state]));
  return { whole, steps: Object.fromEntries(steps) };
}

// How the objects of the statement shown have fared: all at once, or where they are too many, the first of them when it is opened.
export async function objectsState(page) {
  await page.waitForSelector("[data-objects]:not([data-objects=running]) .objects li");
  const state = await page.getAttribute("[data-objects]", "data-objects");
  if (state !== "single") return state;
  await page.click(".objects li:first-child summary");
  await page.waitForSelector(".objects .checked-passed, .objects .checked-failed");
  return (await page.locator(".objects .checked-passed").count()) === 1 ? "passed" : "failed";
}
