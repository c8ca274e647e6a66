// The open market from the page: published, called for, bid for under seal, opened, awarded, paid and questioned, all signed in the browser.
// What the page has sealed is opened by other code: in the lab by libsodium, on a real node by `comity tender open`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { ask, axe, kLanguages, logIn, openBrowser, openSite } from "./browser.mjs";

const kBidding = 75_000; // of a real node's clock; two bids by the page fit in it many times over
const kOpening = 45_000;
const kOcid = `ocds-page-${Date.now()}`;

let site, browser, page, people, openers, call;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  page = await browser.page();
  page.setDefaultTimeout(20_000);
  people = site.lab ? labPeople(site.lab) : process.env.COMITY_DATA ? demoPeople() : null;
  openers = site.lab ? ["africa-union-cyber", "ix-nairobi"] : ["harbour-union", "openroute"];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

function labPeople(lab) {
  const person = (name, member) => {
    lab.accounts.set(`${name}@${member}`, { password: `the password of ${name}`, member, staff: true });
    return { account: `${name}@${member}`, password: `the password of ${name}`, member, key: lab.keys.get(member).secretText };
  };
  return { buyer: person("amina", "cert-ke"), bidder: person("otieno", "savanna-telecom"), silent: person("akinyi", "open-net-watch") };
}

const top = resolve(import.meta.dirname ?? ".", "../..");
const comity = (...args) =>
  JSON.parse(execFileSync(process.env.COMITY_PROGRAM ?? "comity", [...args, "--json"], {
    cwd: top, env: { ...process.env, COMITY_DATA: resolve(top, process.env.COMITY_DATA) }, stdio: ["ignore", "pipe", "inherit"],
  }));

function demoPeople() {
  const data = resolve(top, process.env.COMITY_DATA);
  const passwords = new Map(readFileSync(join(data, "log-ins"), "utf8").trim().split("\n").map((line) => line.split(/ (.*)/)));
  const person = (account) => {
    const member = account.split("@")[1];
    return { account, password: passwords.get(account), member, key: readFileSync(join(data, `keys/${member}.key`), "utf8") };
  };
  return { buyer: person("nadia@cert-meridia"), bidder: person("ravi@northlight"), silent: person("elif@clearwater") };
}

async function shot(name) {
  if (site.shots) await page.screenshot({ path: join(site.shots, `${name}.png`), fullPage: true });
}

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
const local = (time) => new Date(time).toISOString().slice(0, 19).replace(/:00$/, ""); // the browser's time zone is UTC, and that is how it writes it
const file = (text, name = "member.key") => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

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

const process_ = () => `${people.buyer.member}/${kOcid}`;
const told = () => ask(page, site, `/api/v1/market/tender?process=${process_()}`);
const opened = () => ask(page, site, `/api/v1/market/call?call=${call}`);

test("a process is begun and a call made, by who buys", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { buyer } = people;
  await open("#/market");
  assert.match(await page.textContent("section[aria-labelledby=publish]"), /Log in/);
  await as(buyer, "#/market");
  await unfold();
  await page.selectOption("#release-kind", "planning");
  await page.waitForSelector("#release-title");
  await signed("release", buyer, { ocid: kOcid, description: "Schools are offline.", amount: "120000", currency: "USD" });
  await page.waitForSelector(`a[href="#/market/${encodeURIComponent(process_())}"]`);
  await page.selectOption("#release-kind", "tender");
  const tender = { ocid: kOcid, id: "t1", title: "Routers for 120 schools", description: "With spares", method: "open", category: "goods", amount: "100000", currency: "USD" };
  // What the node finds wrong is said, and nothing is published.
  if (!site.lab) {
    await sign("release", buyer, { ...tender, from: local(Date.now()), until: local(Date.now() - 86_400_000) });
    await page.waitForSelector("section[aria-labelledby=publish] .problem");
    assert.equal((await told()).releases.length, 1);
    page.faults = page.faults.filter((fault) => !/400/.test(fault));
  }
  await signed("release", buyer, { ...tender, from: local(Date.now()), until: local(Date.now() + 86_400_000 * 7) });
  assert.deepEqual(await axe(page), [], "publishing");
  await open(`#/market/${encodeURIComponent(process_())}`);
  assert.match(await page.textContent("h1"), /Routers for 120 schools/);
  await unfold();
  await page.waitForSelector(`input[name=opener][value=${openers[0]}]`);
  assert.deepEqual(await axe(page), [], "calling");
  await shot("market-call-form");
  await page.check(`input[name=opener][value=${openers[0]}]`);
  const terms = { id: kOcid, title: "Routers", deadline: local(Date.now() + kBidding), "open-by": local(Date.now() + kBidding + kOpening), currency: "USD", threshold: "2" };
  await sign("call", buyer, terms);
  assert.match(await page.locator("form.sign:has(#call-key) .problem").textContent(), /two to nine/); // one opener alone would see everything
  await page.check(`input[name=opener][value=${openers[1]}]`);
  call = await signed("call", buyer, { ...terms, deadline: local(Date.now() + kBidding), "open-by": local(Date.now() + kBidding + kOpening) });
  await page.waitForSelector(`a[href="#/calls/${call}"]`);
  const { call: said } = await opened();
  assert.deepEqual([said.openers.map(({ member }) => member).sort(), said.threshold], [[...openers].sort(), 2]);
});

test("bids are sealed in the browser: no amount leaves it, the last one counts", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { bidder, silent } = people;
  const sent = [];
  page.on("request", (request) => sent.push(request.postData() ?? ""));
  await as(bidder, `#/calls/${call}`);
  await page.waitForSelector("[data-act=bid]");
  await unfold();
  await sign("bid", { key: "no key at all" }, { amount: "987654" });
  await page.waitForSelector("[data-act=bid] .problem");
  await signed("bid", bidder, { amount: "987654" });
  await page.waitForSelector(`[data-stand=sealed]`);
  assert.deepEqual(await axe(page), [], "bidding");
  await shot("market-bid-form");
  await signed("bid", bidder, { amount: "876543", note: "With spares", document: "Offer", url: "https://example.com/offer" });
  await page.waitForSelector(`[data-stand=replaced]`);
  await as(silent, `#/calls/${call}`);
  await signed("bid", silent, { amount: "765432" });
  await page.waitForFunction(() => document.querySelectorAll("[data-stand=sealed]").length === 2);
  for (const amount of ["987654", "876543", "765432"]) {
    for (const text of sent) {
      assert.ok(!text.includes(amount) && !text.includes(Buffer.from(amount).toString("base64").slice(0, 7)), "an amount was sent in clear");
      for (const payload of text.match(/"payload":"([^"]+)"/g) ?? []) assert.ok(!Buffer.from(payload.slice(11, -1), "base64").includes(amount));
    }
  }
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  assert.ok(!stored.includes(silent.key.trim().slice(-20)) && !stored.includes("765432"));
  assert.deepEqual((await opened()).bids.map(({ stand, value }) => [stand, value]).sort(), [["replaced", null], ["sealed", null], ["sealed", null]]);
});

test("a bid is opened in the browser, and the openers open what its bidder would not", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { bidder, silent } = people;
  if (site.lab) {
    const { openBid } = await import("./lab_bids.mjs");
    site.lab.market.open = openBid;
    site.lab.market.closed.add(call);
  }
  await as(bidder, `#/calls/${call}`);
  await page.waitForSelector("[data-act=open]", { timeout: kBidding + 30_000 }); // the page asks again when the deadline is past
  await sign("open", silent);
  await page.waitForSelector("[data-act=open] .problem"); // another member's key
  await signed("open", bidder);
  await page.waitForSelector("[data-stand=valid]");
  assert.match(await page.textContent("[data-stand=valid]"), /876,543/);
  assert.deepEqual(await axe(page), [], "opening");
  if (site.lab) {
    const { sayShare } = await import("./lab_bids.mjs");
    const said = site.lab.statements.map((each) => ({ id: each.id, ...JSON.parse(each.payload) }));
    const bid = said.filter(({ type, author }) => type === "development.bid" && author === silent.member).pop();
    for (const opener of openers) sayShare(site.lab, opener, said.find(({ id }) => id === call), bid);
  } else {
    for (const opener of openers) comity("tender", "open", call, "--as", opener);
  }
  await open(`#/calls/${call}`);
  await page.waitForFunction(() => document.querySelectorAll("[data-stand=valid]").length === 2);
  const { bids, ranked, faults } = await opened();
  const of = (member) => bids.find((bid) => bid.bidder === member && bid.stand === "valid");
  assert.deepEqual([of(silent.member).value.amount, of(silent.member).opened_by], [765432, "shares"]);
  assert.deepEqual([of(bidder.member).value.amount, of(bidder.member).opened_by, of(bidder.member).note], [876543, "key", "With spares"]);
  assert.deepEqual(ranked, [of(silent.member).bid, of(bidder.member).bid]);
  assert.deepEqual(faults, []);
});

test("it is awarded, agreed and paid, and the buyer replies to a question", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { buyer, bidder } = people;
  if (site.lab) site.lab.market.settled.add(call);
  await as(buyer, `#/calls/${call}`);
  await page.waitForSelector("[data-act=award]", { timeout: kOpening + 30_000 });
  assert.deepEqual(await axe(page), [], "awarding");
  await shot("market-award-form");
  await sign("award", buyer, { bidder: bidder.member, id: "a1" });
  assert.match(await page.locator("[data-act=award] .problem").textContent(), /not the lowest/);
  await signed("award", buyer, { bidder: bidder.member, id: "a1", reason: "Spares for five years" });
  await open(`#/market/${encodeURIComponent(process_())}`);
  await unfold();
  await page.selectOption("#release-kind", "contract");
  await signed("release", buyer, { award: "a1", id: "c1", title: "Routers", description: "As bid", amount: "876543", currency: "USD" });
  await page.waitForSelector("#release-kind option[value=implementation]", { state: "attached" });
  await page.selectOption("#release-kind", "implementation");
  await signed("release", buyer, { contract: "c1", id: "p1", amount: "876543", currency: "USD" });
  await open(`#/market/${encodeURIComponent(process_())}`);
  await page.locator("section[aria-labelledby=releases] > ol > li").nth(4).waitFor();
  const { releases, compiled } = await told();
  assert.deepEqual(releases.map(({ tag }) => tag[0]), ["planning", "tender", "award", "contract", "implementation"]);
  assert.equal(compiled.awards[0].description, "Spares for five years");
  const [paid] = compiled.contracts[0].implementation.transactions;
  assert.deepEqual([paid.payer.id, paid.payee.id], [buyer.member, bidder.member]);
  // Seven days to bid: somebody will ask, and the buyer answers.
  await page.locator("[data-flag=R003] details.reply summary").first().waitFor();
  const n = (await page.$$eval("#red-flags > li", (all) => all.map(({ dataset }) => dataset.flag))).indexOf("R003");
  await unfold();
  await signed(`reply-${n}`, buyer, { text: "Schools open in February.", document: "Calendar", url: "https://example.com/calendar" });
  await page.waitForSelector("[data-flag=R003] [data-role=buyer]");
  assert.match(await page.textContent("[data-flag=R003] .replies"), /Schools open in February/);
  await unfold();
  await page.check("[data-flag=R003] input[name=withdrawn]");
  await signed(`reply-${n}`, buyer);
  await page.locator("[data-flag=R003] [data-role=buyer]").waitFor({ state: "detached" });
});

test("a file is looked at before anything of it is published: all or nothing", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { buyer } = people;
  const release = (id, more = {}) => ({ ocid: `${kOcid}-file`, id, date: "2026-11-01T00:00:00Z", tag: ["planning"], initiationType: "tender", planning: { rationale: "Yes" }, ...more });
  await as(buyer, "#/market");
  await unfold();
  const look = async (value) => {
    await page.setInputFiles("#releases-file", file(JSON.stringify(value), "releases.json"));
    await page.click("form:has(#releases-file) button");
  };
  await look({ releases: [release("1"), release("", { id: undefined })] });
  await page.waitForSelector("#release-defects [data-defect=missing]");
  assert.equal(await page.locator("#files-key").count(), 0, "nothing to sign");
  assert.deepEqual(await axe(page), [], "defects");
  await shot("market-defects");
  await look({ releases: [release("1"), release("2", { date: "2026-11-02T00:00:00Z" })] });
  await page.waitForSelector("#releases-found");
  await signed("files", buyer);
  await page.waitForFunction(() => document.querySelectorAll("form.sign:has(#files-key) [role=status] a").length === 2);
  assert.equal((await ask(page, site, `/api/v1/market/tender?process=${buyer.member}/${kOcid}-file`)).releases.length, 2);
});

test("the forms are accessible in every language, and fit a screen of 360 pixels", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  for (const [language, direction] of Object.entries(kLanguages)) {
    await page.evaluate((chosen) => localStorage.setItem("comity.language", chosen), language);
    for (const fragment of ["#/market", `#/market/${encodeURIComponent(process_())}`, `#/calls/${call}`]) {
      await open(fragment);
      assert.equal(await page.getAttribute("html", "dir"), direction);
      await unfold();
      assert.deepEqual(await axe(page), [], `${fragment} in ${language}`);
      await page.setViewportSize({ width: 360, height: 740 });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${fragment} in ${language} is too wide`);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  }
});

test("broke no policy and logged no error", () => {
  assert.deepEqual(page.faults, []);
});
