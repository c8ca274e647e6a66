// A secret ballot, as an elector casts it on the page: registered, sealed in the browser, and verified by belenios-tool.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ask, axe, fitsPhone, kLanguages } from "./browser.mjs";
import { comity, openStage } from "./people.mjs";

const kTool = spawnSync("belenios-tool", ["--version"]).error === undefined;

let stage, site, page, people, id, opens;
let open, as, unfold, sign, signed, shot;

// Announced on a node, which takes credentials for a while; the lab has one.
function announce() {
  if (site.lab) return site.lab.governance.open;
  const [first, second] = [people.buyer.member, people.bidder.member];
  opens = Date.now() + 40_000;
  const stamp = (at) => `${new Date(at).toISOString().slice(0, 19)}Z`;
  const { id: made } = comity(
    "election", "new", "--as", first, "--title", "Board", "--candidate", "Amina W.", "--candidate", "Bo L.", "--candidate", "Chandra",
    "--trustee", first, "--trustee", second, "--opens", stamp(opens), "--closes", stamp(opens + 3_600_000));
  for (const member of [first, second]) comity("election", "trustee", made, "--as", member);
  return made;
}

before(async () => {
  stage = await openStage();
  ({ site, page, people, open, as, unfold, sign, signed, shot } = stage);
  if (people && (site.lab || kTool)) id = announce();
});
after(() => stage?.close());

const answered = () => ask(page, site, `/api/v1/elections/${id}`);
const elector = async (member) => (await answered()).electors.find((each) => each.member === member);
const room = () => `#/elections/${id}`;
const problem = () => page.locator("form.sign:has(#ballot-key) .problem");

// What the tool says of the ballots that the node shows: nothing where they hold.
function refusal({ candidates: answers, title: question, description = "", min, max, uuid, group, author, trustees, electors }) {
  const folder = mkdtempSync(join(tmpdir(), "comity-browser-election-"));
  const tool = (args, input = "") => execFileSync("belenios-tool", args, { cwd: folder, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  const write = (name, text) => writeFileSync(join(folder, name), text);
  const voted = electors.filter(({ ballot }) => ballot);
  try {
    write("public_keys.jsons", trustees.map(({ key }) => `${key}\n`).join(""));
    write("questions.json", JSON.stringify({ description, name: question, questions: [{ answers, min, max, question }], administrator: author, credential_authority: "each elector" }));
    write("public_creds.json", JSON.stringify(voted.map(({ credential }) => credential).sort()));
    tool(["setup", "make-trustees"]);
    tool(["setup", "make-election", "--uuid", uuid, "--group", group, "--template", "questions.json"]);
    tool(["archive", "init"]);
    for (const { ballot_text: text } of voted) tool(["archive", "add-event", "--type=Ballot"], `${text}\n`);
    tool(["election", "verify"]);
    return "";
  } catch (error) {
    return String(error.stderr || error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("an elector registers with a credential that its key file makes", async (t) => {
  if (!id) return t.skip("needs the keys of the node's members, and belenios-tool");
  await as(people.silent, room());
  await page.waitForSelector("#register-key");
  assert.deepEqual(await axe(page), [], "registering");
  await signed("register", people.silent, {});
  await page.waitForSelector("section[aria-labelledby=register] .notice .code");
  const secret = (await page.textContent("section[aria-labelledby=register] .notice .code")).trim();
  assert.match(secret, /^(\w{3}-){4}\w{3}$/);
  const { credential } = await elector(people.silent.member);
  assert.match(credential, /^\d{600,}$/);
  await shot("election-register");
  // The same key makes the same credential; another's makes another.
  await signed("register", people.silent, {});
  assert.equal((await elector(people.silent.member)).credential, credential);
  await as(people.buyer, room());
  await page.waitForSelector("#register-key");
  await signed("register", people.buyer, {});
  assert.notEqual((await elector(people.buyer.member)).credential, credential);
});

test("its ballot is sealed in the browser, and holds", async (t) => {
  if (!id) return t.skip("needs the keys of the node's members, and belenios-tool");
  if (site.lab) site.lab.governance.polls = { phase: "voting" };
  else await new Promise((resolve) => setTimeout(resolve, Math.max(0, opens + 2000 - Date.now())));
  const { silent: person } = people;
  await as(person, room());
  await page.waitForSelector("#ballot-key");
  await unfold();
  assert.deepEqual(await axe(page), [], "casting");
  // Another credential than the one that was registered.
  await page.check("#ballot-chosen-2");
  await sign("ballot", person, { credential: "FFk-aon-CZz-fg7-NwZ" });
  await problem().waitFor();
  assert.match(await problem().textContent(), /not the credential/);
  assert.equal((await elector(person.member)).ballot, undefined);

  const first = await signed("ballot", person, { credential: "" });
  await page.waitForSelector(`main a[href*="${first}"]`);
  const { ballot, ballot_text: sealed } = await elector(person.member);
  assert.equal(ballot, first);
  assert.ok(!/Bo|chosen|"1"/.test(sealed), "only sealed");
  if (kTool) assert.equal(refusal(await answered()), "");
  await shot("election-cast");

  // Cast again, blank, by the keyboard.
  await page.waitForSelector("#ballot-chosen-none");
  await page.locator("#ballot-chosen-none").focus();
  await page.keyboard.press("Space");
  const second = await signed("ballot", person, {});
  await page.waitForSelector(`main a[href*="${second}"]`);
  const { statement } = await ask(page, site, `/api/v1/statements/${second}`);
  assert.deepEqual([statement.type, statement.author, statement.audience], ["governance.secret-ballot", person.member, { tlp: "clear" }]);
  assert.equal((await elector(person.member)).ballot, second);
  if (kTool) {
    const all = await answered();
    assert.equal(refusal(all), "");
    const changed = all.electors.map((each) => (each.ballot ? { ...each, ballot_text: each.ballot_text.replace('"response":"', '"response":"1') } : each));
    assert.notEqual(refusal({ ...all, electors: changed }), "");
  }
});

test("who has not registered is told so, and casts nothing", async (t) => {
  if (!id) return t.skip("needs the keys of the node's members, and belenios-tool");
  await as(people.bidder, room());
  await page.waitForSelector("section[aria-labelledby=cast]");
  assert.equal(await page.locator("#ballot-key").count(), 0);
});

test("several candidates, ranks and grades have forms of their own", async (t) => {
  if (!site.lab) return t.skip("the lab's");
  const { polls } = site.lab.governance;
  site.lab.governance.polls = { ...polls, min: 1, max: 2 };
  await as(people.silent, room());
  await page.check("#ballot-chosen-1");
  await page.check("#ballot-chosen-2");
  await page.check("#ballot-chosen-3");
  await sign("ballot", people.silent, {});
  await problem().waitFor();
  assert.match(await problem().textContent(), /Choose 1 to 2/);
  await page.uncheck("#ballot-chosen-2");
  await signed("ballot", people.silent, {});
  if (kTool) assert.equal(refusal(await answered()), "");

  // Another group has other credentials.
  const shuffled = { ...polls, group: "RFC-3526-2048", min: undefined, max: undefined, trustees: [] };
  site.lab.governance.polls = { ...shuffled, method: "stv" };
  await open(room());
  await page.selectOption("#ballot-mark-1", "1");
  await page.selectOption("#ballot-mark-2", "1");
  await sign("ballot", people.silent, {});
  await problem().waitFor();
  assert.match(await problem().textContent(), /the same rank/);
  site.lab.governance.polls = { ...shuffled, method: "majority-judgment", grades: ["Good", "Fair", "Poor"] };
  await open(room());
  assert.deepEqual(await page.locator("#ballot-mark-3 option").allTextContents(), ["", "Good", "Fair", "Poor"]);
  assert.deepEqual(await axe(page), [], "grading");
  site.lab.governance.polls = polls;
});

test("the forms are accessible in every language, and fit a screen of 360 pixels", async (t) => {
  if (!id) return t.skip("needs the keys of the node's members, and belenios-tool");
  await as(people.silent, room());
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
