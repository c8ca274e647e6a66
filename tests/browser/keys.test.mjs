// Lost keys and a vote's chair, as people do it on the page: name officers, ask for a new key, say no; answer an objection.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { ask, axe, fitsPhone, kLanguages } from "./browser.mjs";
import { openStage } from "./people.mjs";

let stage, site, page, people;
let open, as, unfold, sign, signed, shot;

before(async () => {
  stage = await openStage();
  ({ site, page, people, open, as, unfold, sign, signed, shot } = stage);
});
after(() => stage?.close());

// A pair of keys of that name, as `comity key generate` writes them.
function pairOf(name) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const typed = (raw) => Buffer.concat([Buffer.of(1), raw]);
  const open = typed(publicKey.export({ type: "spki", format: "der" }).subarray(-32));
  const id = createHash("sha256").update(`${name}\n`).update(open).digest().subarray(0, 4).toString("hex");
  const seed = typed(privateKey.export({ type: "pkcs8", format: "der" }).subarray(-32));
  return { vkey: `${name}+${id}+${open.toString("base64")}`, key: `PRIVATE+KEY+${name}+${id}+${seed.toString("base64")}\n` };
}
const recovery = async (member) => (await ask(page, site, `/api/v1/members/${member}`)).recovery;
const problem = (form) => page.locator(`form.sign:has(#${form}-key) .problem`);

test("officers for lost keys are named, ask for a new key, and are told no", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  const { silent: person } = people;
  await as(person, `#/members/${person.member}`);
  await unfold();
  assert.deepEqual(await axe(page), [], "naming officers");
  const [amina, bo, fresh] = [pairOf(person.member), pairOf(person.member), pairOf(person.member)];
  // A key of another's is none of the member's.
  await sign("officers", person, { "person-1": "amina", "public-1": pairOf("somebody-else").vkey, "person-2": "bo", "public-2": bo.vkey, threshold: "1" });
  assert.match(await problem("officers").textContent(), /no public key of/);
  await signed("officers", person, { "public-1": amina.vkey });
  await page.waitForFunction(() => /amina, bo/.test(document.querySelector("section[aria-labelledby=recovery]")?.textContent ?? ""));
  assert.equal((await recovery(person.member)).registered[0].threshold, 1);

  await page.waitForSelector("#recover-new", { state: "attached" });
  await unfold();
  await sign("recover", { key: amina.key }, { new: "no key" });
  await problem("recover").waitFor();
  // The lab knows one key of each member: there the member's own stands for the officer's.
  await signed("recover", { key: site.lab ? person.key : amina.key }, { new: fresh.vkey, reason: "The office burnt down" });
  await page.waitForSelector("[data-recovery=waits]");
  assert.equal((await recovery(person.member)).requests[0].key, fresh.vkey);
  await page.waitForSelector("#veto-new", { state: "attached" });
  await unfold();
  assert.equal(await page.inputValue("#veto-new"), fresh.vkey);
  assert.deepEqual(await axe(page), [], "saying no");
  await shot("recovery");
  await signed("veto", person, {});
  await page.waitForSelector("[data-recovery=vetoed]");
  assert.ok((await recovery(person.member)).requests[0].vetoed);
});

test("whoever is no one of the member's sees how it stands, and no forms", async (t) => {
  if (!people) return t.skip("needs the keys of the node's members");
  await as(people.buyer, `#/members/${people.silent.member}`);
  await page.waitForSelector("section[aria-labelledby=recovery]");
  assert.equal(await page.locator("section[aria-labelledby=recovery] form").count(), 0);
});

test("the chair answers an objection by the keyboard, and it counts", async (t) => {
  if (!site.lab) return t.skip("the lab has a vote with its chair and an objection");
  const { lab } = site;
  lab.accounts.set("chair@cert-ug", { password: "the password of chair", member: "cert-ug", staff: true });
  const chair = { account: "chair@cert-ug", password: "the password of chair", member: "cert-ug", key: lab.keys.get("cert-ug").secretText };
  const vote = lab.governance.open;
  const { version } = JSON.parse(lab.statements.find(({ id }) => id === vote).payload).body;
  lab.say("governance.ballot", "lake-bank", { opening: vote, version, vote: "no", reason: "Springs are wet", objection: true });
  await as(chair, `#/votes/${vote}`);
  await page.waitForSelector("section[aria-labelledby=chair-says]");
  assert.match(await page.textContent("section[aria-labelledby=chair-says]"), /Springs are wet/);
  await unfold();
  assert.deepEqual(await axe(page), [], "in the chair");
  await page.focus("#answer-lake-bank-text");
  await page.keyboard.type("There is a roof.");
  await page.setInputFiles("#answer-lake-bank-key", { name: "k", mimeType: "text/plain", buffer: Buffer.from(chair.key) });
  await page.focus("#answer-lake-bank-key");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-objection=answered]");
  assert.match(await page.textContent("[data-member=lake-bank]"), /Objection, answered/);
  await shot("chair");
  await as(people.bidder, `#/votes/${vote}`);
  assert.equal(await page.locator("section[aria-labelledby=chair-says]").count(), 0);
});

test("the charter's history is shown in every language, and fits a phone", async () => {
  for (const language of Object.keys(kLanguages)) {
    await page.evaluate((chosen) => localStorage.setItem("comity.language", chosen), language);
    await open("#/charter");
    await page.waitForSelector("[data-charter]");
    assert.deepEqual(await axe(page), [], `charter in ${language}`);
    await fitsPhone(page, `the charter in ${language}`);
  }
  await page.evaluate(() => localStorage.setItem("comity.language", "en"));
  await open("#/charter");
  assert.equal(await page.locator("[data-charter=in-force]").count(), 1);
  await shot("charter");
});
