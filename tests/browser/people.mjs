// Who acts in tests of forms: people with their members' keys, of the lab or of the demo's node; and how they fill in and sign a form.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { logIn, openBrowser, openSite } from "./browser.mjs";

const top = resolve(import.meta.dirname ?? ".", "../..");

export const comity = (...args) =>
  JSON.parse(execFileSync(process.env.COMITY_PROGRAM ?? "comity", [...args, "--json"], {
    cwd: top, env: { ...process.env, COMITY_DATA: resolve(top, process.env.COMITY_DATA) }, stdio: ["ignore", "pipe", "inherit"],
  }));

function labPeople(lab) {
  const person = (name, member) => {
    lab.accounts.set(`${name}@${member}`, { password: `the password of ${name}`, member, staff: true });
    return { account: `${name}@${member}`, password: `the password of ${name}`, member, key: lab.keys.get(member).secretText };
  };
  return { buyer: person("amina", "cert-ke"), bidder: person("otieno", "savanna-telecom"), silent: person("akinyi", "open-net-watch") };
}

function demoPeople() {
  const data = resolve(top, process.env.COMITY_DATA);
  const passwords = new Map(readFileSync(join(data, "log-ins"), "utf8").trim().split("\n").map((line) => line.split(/ (.*)/)));
  const person = (account) => {
    const member = account.split("@")[1];
    return { account, password: passwords.get(account), member, key: readFileSync(join(data, `keys/${member}.key`), "utf8") };
  };
  return { buyer: person("nadia@cert-meridia"), bidder: person("ravi@northlight"), silent: person("elif@clearwater") };
}

// Nothing on a node whose members' keys are not at hand.
const peopleOf = (site) => (site.lab ? labPeople(site.lab) : process.env.COMITY_DATA ? demoPeople() : null);

export const file = (text, name = "member.key") => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

// A node, a page of it, who acts there, and what one does with a form.
export async function openStage() {
  const browser = await openBrowser();
  const site = await openSite().catch(async (error) => {
    await browser.close();
    throw error;
  });
  const page = await browser.page();
  page.setDefaultTimeout(20_000);
  const close = async () => {
    await browser.close();
    await site.close();
  };
  return { site, page, people: peopleOf(site), close, ...handsOf(page, site) };
}

function handsOf(page, site) {
  async function open(fragment) {
    await page.goto("about:blank");
    await page.goto(`${site.url}/${fragment}`);
    await page.waitForSelector("h1");
    await page.waitForFunction(() => !document.querySelector(".loading"));
  }
  async function as(person, fragment) {
    await page.goto(site.url);
    await page.waitForSelector("h1");
    if (await page.locator(".who").count()) {
      await page.click(".top-end button");
      await page.waitForSelector(".top-end a.button");
    }
    await logIn(page, { ...site, ...person });
    await open(fragment);
  }
  const unfold = () => page.$$eval("details", (all) => all.forEach((each) => (each.open = true)));
  // Fills in a form by its fields' names, signs it, and waits until it says that it is logged.
  async function sign(form, person, fields = {}) {
    for (const [name, value] of Object.entries(fields)) {
      const field = page.locator(`#${form}-${name}`);
      await ((await field.evaluate((it) => it.tagName)) === "SELECT" ? field.selectOption(value) : field.fill(value));
    }
    await page.setInputFiles(`#${form}-key`, file(person.key));
    const whole = page.locator(`form.sign:has(#${form}-key)`);
    await whole.locator("button[type=submit]").click();
    return whole;
  }
  async function signed(form, person, fields) {
    const statement = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/api/v1/statements"));
    await sign(form, person, fields);
    const response = await statement;
    assert.ok(response.ok(), await response.text());
    return (await response.json()).id;
  }
  async function shot(name) {
    if (site.shots) await page.screenshot({ path: join(site.shots, `${name}.png`), fullPage: true });
  }
  return { open, as, unfold, sign, signed, shot };
}
