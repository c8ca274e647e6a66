// The open market from the page: published, called for, bid for under seal, opened, awarded, paid and questioned, all signed in the browser.
// What the page has sealed is opened by other code: in the lab by libsodium, on a real node by `comity tender open`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, axe, fitsPhone, kLanguages } from "./browser.mjs";
import { comity, file, openStage } from "./people.mjs";

const kBidding = 75_000; // of a real node's clock; two bids by the page fit in it many times over
const kOpening = 45_000;
const kOcid = `ocds-page-${Date.now()}`;

let stage, site, page, people, openers, call;
let open, as, unfold, sign, signed, shot;

before(async () => {
  stage = await openStage();
  ({ site, page, people, open, as, unfold, sign, signed, shot } = stage);
  openers = site.lab ? ["africa-union-cyber", "ix-nairobi"] : ["harbour-union", "openroute"];
});
after(() => stage?.close());

const local = (time) => new Date(time).toISOString().slice(0, 19).replace(/:00$/, ""); // the browser's time zone is UTC, and that is how it writes it
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

test("what is published is for those whom its publisher names, and for nobody else", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { buyer, bidder, silent } = people;
  await as(buyer, "#/market");
  await unfold();
  await page.selectOption("#release-kind", "planning");
  const release = { ocid: `${kOcid}-closed`, description: "Where the schools are.", audience: "amber+strict" };
  await sign("release", buyer, release);
  assert.match(await page.locator("form.sign:has(#release-key) .problem").textContent(), /at least one member or group/);
  await page.check(`form.sign:has(#release-key) input[name=audience-member][value=${bidder.member}]`);
  if (site.lab) await page.check("form.sign:has(#release-key) input[name=audience-group]");
  assert.deepEqual(await axe(page), [], "naming readers");
  await shot("market-audience");
  const named = await signed("release", buyer, release);
  const { audience } = (await ask(page, site, `/api/v1/statements/${named}`)).statement;
  assert.deepEqual(audience, { tlp: "amber+strict", members: [bidder.member], ...(site.lab ? { groups: ["cert-ke/partners"] } : {}) });
  await page.waitForSelector("form.sign:has(#release-key) [role=status] a");
  await sign("release", buyer, { ...release, audience: "red", "audience-persons": "somebody" });
  await page.waitForSelector("form.sign:has(#release-key) .problem");
  const red = await signed("release", buyer, { ...release, audience: "red", "audience-persons": `${silent.account}, ${buyer.account}` });
  assert.deepEqual((await ask(page, site, `/api/v1/statements/${red}`)).statement.audience, { tlp: "red", persons: [silent.account, buyer.account] });
  for (const [person, may] of [[bidder, named], [silent, red]]) {
    await as(person, "#/market");
    for (const id of [named, red]) {
      const response = await page.request.get(`${site.url}/api/v1/statements/${id}`);
      assert.equal(response.status(), id === may ? 200 : 404, `${person.account} ${id === named ? "amber" : "red"}`);
    }
  }
});

test("a call names the witnesses whose word decides what was in time", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { buyer } = people;
  await as(buyer, `#/market/${encodeURIComponent(process_())}`);
  await unfold();
  await page.waitForSelector("#call-key");
  const day = 86_400_000;
  const terms = { id: `${kOcid}-w`, title: "Routers, witnessed", deadline: local(Date.now() + day), "open-by": local(Date.now() + 2 * day) };
  const nodes = (await ask(page, site, "/api/v1/nodes?limit=1000")).items.filter(({ retired, witness_key: key }) => !retired && key !== null);
  await page.waitForFunction((n) => document.querySelectorAll("input[name=witness]").length === n, nodes.length);
  const problem = page.locator("form.sign:has(#call-key) .problem");
  if (nodes.length > 0) {
    await page.locator("input[name=witness]").first().check();
    await sign("call", buyer, { ...terms, "witness-policy": "quorum none" });
    assert.match(await problem.textContent(), /not both/);
    await sign("call", buyer, { ...terms, "witness-policy": "", "witnesses-needed": String(nodes.length + 1) });
    assert.match(await problem.textContent(), /no more than there are/);
    const id = await signed("call", buyer, { ...terms, "witnesses-needed": "1" });
    const { witnesses } = (await ask(page, site, `/api/v1/statements/${id}`)).statement.body;
    assert.match(witnesses, new RegExp(`^witness ${nodes[0].member} \\S+\\ngroup CHOSEN 1 ${nodes[0].member}\\nquorum CHOSEN\\n$`));
    await page.waitForSelector("form.sign:has(#call-key) [role=status] a");
  }
  if (!site.lab) {  // what the node finds wrong with a policy is said
    await sign("call", buyer, { ...terms, id: `${kOcid}-x`, "witness-policy": "quorum none" });
    assert.match(await problem.textContent(), /nobody's word/);
    page.faults = page.faults.filter((fault) => !/400/.test(fault));
  }
});

test("the forms are accessible in every language, and fit a screen of 360 pixels", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  for (const [language, direction] of Object.entries(kLanguages)) {
    await page.evaluate((chosen) => localStorage.setItem("comity.language", chosen), language);
    for (const fragment of ["#/market", `#/market/${encodeURIComponent(process_())}`, `#/calls/${call}`]) {
      await open(fragment);
      assert.equal(await page.getAttribute("html", "dir"), direction);
      await unfold();
      if (fragment === "#/market") await page.selectOption("#release-audience", "amber");
      assert.deepEqual(await axe(page), [], `${fragment} in ${language}`);
      await fitsPhone(page, `${fragment} in ${language}`);
    }
  }
});

test("broke no policy and logged no error", () => {
  assert.deepEqual(page.faults, []);
});
