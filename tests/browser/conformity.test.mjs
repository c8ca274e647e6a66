// How members keep a rule, declared from the page and signed in the browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, axe, fitsPhone, kLanguages } from "./browser.mjs";
import { openStage } from "./people.mjs";

let stage, site, page, people, rule;
let open, as, unfold, sign, signed, shot;

before(async () => {
  stage = await openStage();
  ({ site, page, people, open, as, unfold, sign, signed, shot } = stage);
  await page.goto(site.url);
  rule = (await ask(page, site, "/api/v1/rules")).items[0];
});
after(() => stage?.close());

const room = () => `#/rules/${encodeURIComponent(rule.number)}`;
const saidBy = async (member) => (await ask(page, site, `/api/v1/rules/${encodeURIComponent(rule.number)}`)).conformity.find((each) => each.member === member);

test("who is not logged in is sent to log in", async () => {
  await open(room());
  await unfold();
  assert.match(await page.textContent("section[aria-labelledby=conformity] details"), /Log in to declare/);
});

test("a declaration is signed with its evidence, and the last one counts", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { bidder: person } = people;
  await as(person, room());
  await unfold();
  // A piece of evidence has a title and a place.
  await sign("conform", person, { how: "yes", "evidence-title-1": "Audit" });
  assert.match(await page.locator("form.sign:has(#conform-key) .problem").textContent(), /a title and a place/);
  await sign("conform", { key: "no key at all" }, { "evidence-title-1": "" });
  await page.waitForFunction(() => !/a title and a place/.test(document.querySelector("form.sign:has(#conform-key) .problem")?.textContent ?? ""));
  await page.click("section[aria-labelledby=conformity] form.sign button[type=button]");
  await page.waitForSelector("#conform-evidence-title-2");
  assert.deepEqual(await axe(page), [], "declaring");
  await shot("conform-form");
  const day = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
  const first = await signed("conform", person, {
    how: "partly", "evidence-title-1": "Audit 2026", "evidence-place-1": "https://example.com/audit", "evidence-title-2": "The rule's text", "evidence-place-2": rule.text,
    note: "Article 3 from July on", "review-by": day,
  });
  await page.waitForSelector(`section[aria-labelledby=conformity] .values a[href*="${first}"]`);
  const said = await saidBy(person.member);
  assert.deepEqual([said.id, said.conforms, said.note, said.review_by], [first, "partly", "Article 3 from July on", day]);
  assert.deepEqual(said.evidence, [{ title: "Audit 2026", url: "https://example.com/audit" }, { title: "The rule's text", statement: rule.text }]);
  const { audience, type } = (await ask(page, site, `/api/v1/statements/${first}`)).statement;
  assert.deepEqual([audience, type], [{ tlp: "clear" }, "governance.conformity"]);
  const second = await signed("conform", person, { how: "yes" });
  await page.waitForSelector(`section[aria-labelledby=conformity] .values a[href*="${second}"]`);
  assert.deepEqual([(await saidBy(person.member)).conforms, (await saidBy(person.member)).note ?? ""], ["yes", ""]);
  await open("#/conformity");
  assert.ok((await ask(page, site, "/api/v1/conformity?within=90")).declarations.some(({ id }) => id === second));
});

test("what the node finds wrong is said, and nothing is declared", async (t) => {
  if (!people || site.lab) return t.skip("needs a real node and the keys of its members");
  const { silent: person } = people;
  await as(person, room());
  await unfold();
  const before = await saidBy(person.member);
  await sign("conform", person, { how: "yes", "evidence-title-1": "Audit", "evidence-place-1": "not on the web" });
  await page.waitForSelector("form.sign:has(#conform-key) .problem");
  assert.deepEqual(await saidBy(person.member), before);
  page.faults = page.faults.filter((fault) => !/400/.test(fault));
});

test("the form is accessible in every language, and fits a screen of 360 pixels", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  await as(people.buyer, room());
  for (const [language, direction] of Object.entries(kLanguages)) {
    await page.evaluate((chosen) => localStorage.setItem("comity.language", chosen), language);
    await open(room());
    assert.equal(await page.getAttribute("html", "dir"), direction);
    await unfold();
    assert.deepEqual(await axe(page), [], language);
    await fitsPhone(page, language);
  }
});

test("broke no policy and logged no error", () => {
  assert.deepEqual(page.faults, []);
});
