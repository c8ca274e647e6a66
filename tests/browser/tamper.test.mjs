// A node, or somebody on the way, that lies: whichever answer is changed, the page shows red and names the step.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { ask, objectsState, openBrowser, openSite, verdict } from "./browser.mjs";

let site, browser, page, share, vote;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  page = await browser.page();
  await page.goto(site.url);
  const { items } = await ask(page, site, "/api/v1/statements?type=intelligence.share&limit=20");
  share = items.find(({ audience }) => audience.tlp === "clear");
  const proposals = (await ask(page, site, "/api/v1/proposals")).items;
  const closed = proposals.flatMap(({ votes }) => votes).find(({ closes }) => Date.parse(closes) < Date.now());
  vote = await ask(page, site, `/api/v1/votes/${closed.id}`);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// Each test begins in a browser that has seen the honest node.
beforeEach(async () => {
  await page.unrouteAll();
  await page.goto(`${site.url}/#/`);
  await page.evaluate(() => localStorage.clear());
  await open();
  assert.equal((await verdict(page)).whole, "passed");
});

async function open(thorough = false) {
  await page.evaluate((yes) => localStorage.setItem("comity.thorough", yes ? "yes" : "no"), thorough);
  await page.goto("about:blank");
  await page.goto(`${site.url}/#/statements/${share.id}`);
}

// Changes the bytes of what the node answers under addresses that match.
async function forge(pattern, change) {
  await page.route(pattern, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: response.ok() ? change(body) : body });
  });
}

const text = (change) => (body) => {
  const before = body.toString();
  const now = change(before);
  assert.notEqual(now, before, "the test changes nothing");
  return Buffer.from(now);
};
const flip = (place) => (body) => {
  const other = Buffer.from(body);
  other[place < 0 ? other.length + place : place] ^= 1;
  return other;
};
// Another letter of the base64 alphabet at the first place after `before`.
const other = (before, offset = 0) =>
  text((whole) => {
    const at = whole.search(before) + whole.match(before)[0].length + offset;
    return whole.slice(0, at) + (whole[at] === "Q" ? "R" : "Q") + whole.slice(at + 1);
  });

const statement = () => new RegExp(`/api/v1/statements/${share.id}$`);

async function expectRed(step, { thorough = false } = {}) {
  await open(thorough);
  const { whole, steps } = await verdict(page);
  assert.equal(whole, "failed");
  assert.equal(steps[step], "failed", JSON.stringify(steps));
  // In words, not by colour alone: in the verdict and at the step.
  const title = (await page.textContent(`[data-step=${step}] h3`)).replace(/\s*(Failed)\s*$/, "");
  assert.match(await page.textContent(`[data-step=${step}] .state`), /Failed/);
  assert.ok((await page.textContent("[data-verdict] p")).includes(title.trim()));
  assert.ok((await page.textContent(`[data-step=${step}] .why`)).length > 10);
}

test("a byte of the payload", async () => {
  await forge(statement(), other(/"payload":\s*"/, 40));
  await expectRed("id");
});

test("the payload and the readable copy together", async () => {
  await forge(statement(), text((whole) => {
    const answer = JSON.parse(whole);
    const payload = JSON.parse(Buffer.from(answer.envelope.payload, "base64"));
    payload.author = payload.author === "cert-ke" ? "cert-ug" : "cert-ke";
    answer.statement = payload;
    answer.envelope.payload = Buffer.from(JSON.stringify(payload)).toString("base64");
    return JSON.stringify(answer);
  }));
  await expectRed("id");
  await page.waitForSelector("[data-objects=skipped]"); // nothing to hold the objects to
  if (site.shots) await page.screenshot({ path: join(site.shots, "tampered.png"), fullPage: true });
});

test("the readable copy alone", async () => {
  await forge(statement(), text((whole) => {
    const answer = JSON.parse(whole);
    answer.statement.author += "x";
    return JSON.stringify(answer);
  }));
  await expectRed("id");
});

test("the signature", async () => {
  await forge(statement(), other(/"sig":\s*"/, 5));
  await expectRed("signature");
});

test("another statement under the id that was asked for", async () => {
  const { items } = await ask(page, site, "/api/v1/statements?type=governance.charter");
  const charter = await ask(page, site, `/api/v1/statements/${items[0].id}`);
  await forge(statement(), () => Buffer.from(JSON.stringify(charter)));
  await expectRed("id");
});

test("the author's key in the member list", async () => {
  await forge(/\/api\/v1\/members\/[^/]+$/, other(/\+[0-9a-f]{8}\+/, 8));
  await expectRed("signature");
});

test("a hash of the proof", async () => {
  await forge(/\/proof$/, other(/index \d+\n/, 3));
  await expectRed("inclusion");
});

test("the place in the proof", async () => {
  await forge(/\/proof$/, text((whole) => whole.replace(/index (\d+)/, (_, n) => `index ${Number(n) === 0 ? 1 : Number(n) - 1}`)));
  await expectRed("inclusion");
});

test("the root in the proof's checkpoint", async () => {
  await forge(/\/proof$/, other(/\n\n[^\n]+\n\d+\n/, 4));
  await expectRed("inclusion");
  assert.equal((await verdict(page)).steps.checkpoint, "failed");
});

test("the size in the proof's checkpoint", async () => {
  await forge(/\/proof$/, text((whole) => whole.replace(/(\n\n[^\n]+\n)(\d+)\n/, (_, head, n) => `${head}${Number(n) + 1}\n`)));
  await expectRed("checkpoint");
});

test("the log's signature", async () => {
  await forge(/\/proof$/, other(/\n\u2014 [^ ]+ /, 20));
  await expectRed("checkpoint");
});

test("the cosignature", async () => {
  await forge(/\/proof$/, other(/\n\u2014 [^\n]+\n\u2014 [^ ]+ /, 40));
  await expectRed("time");
});

test("the time in the cosignature", async () => {
  await forge(/\/proof$/, other(/\n\u2014 [^\n]+\n\u2014 [^ ]+ /, 14));
  await expectRed("time");
});

test("the log's key: another than on the first visit", async () => {
  const { lab } = site;
  const key = lab ? (await import("./lab.mjs")).makeKey(lab.origin, 1, "another").text : null;
  await forge(/\/api\/v1\/node$/, text((whole) => {
    const node = JSON.parse(whole);
    // Against a node whose origin the lab does not know, a key whose id does not fit is as good: it is refused for its form.
    node.log.key = key ?? node.log.key.slice(0, -6) + "QQQQQ=";
    return JSON.stringify(node);
  }));
  await expectRed("checkpoint");
  if (lab) assert.match(await page.textContent("[data-step=checkpoint] .why"), /key has changed/);
});

test("a tile", async () => {
  await forge(/\/log\/tile\/0\//, flip(8));
  await expectRed("inclusion", { thorough: true });
});

test("the last byte of a tile", async () => {
  await forge(/\/log\/tile\/0\//, flip(-1));
  await expectRed("inclusion", { thorough: true });
});

test("an entry of the log", async () => {
  await forge(/\/log\/tile\/entries\//, flip(20));
  await expectRed("inclusion", { thorough: true });
});

test("the present checkpoint's root", async () => {
  await forge(/\/log\/checkpoint$/, other(/^[^\n]+\n\d+\n/, 4));
  await expectRed("consistency");
});

test("a proof that does not come", async () => {
  await page.route(/\/proof$/, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"title":"Busy"}' }));
  await expectRed("inclusion");
});

// The browser has seen more than the log now shows, or another log of its size: as if the node had gone back on what it had shown.
async function rememberAnother(change) {
  await page.evaluate((how) => {
    const seen = JSON.parse(localStorage.getItem("comity.seen"));
    const lines = seen.checkpoint.split("\n");
    if (how === "longer") lines[1] = String(Number(lines[1]) + 1);
    if (how === "other") lines[2] = (lines[2][0] === "Q" ? "R" : "Q") + lines[2].slice(1);
    if (how === "past") {
      lines[1] = String(Number(lines[1]) - 1);
      lines[2] = (lines[2][0] === "Q" ? "R" : "Q") + lines[2].slice(1);
    }
    localStorage.setItem("comity.seen", JSON.stringify({ ...seen, checkpoint: lines.join("\n") }));
  }, change);
}

test("a log that has shrunk", async () => {
  await rememberAnother("longer");
  await expectRed("consistency");
  assert.match(await page.textContent("[data-step=consistency] .why"), /shrunk/);
  await page.goto(`${site.url}/#/trust`);
  await page.waitForSelector(".problem");
});

test("a log of the same size with another root", async () => {
  await rememberAnother("other");
  await expectRed("consistency");
  assert.match(await page.textContent("[data-step=consistency] .why"), /two different logs/);
});

test("a longer log with another past", async () => {
  await rememberAnother("past");
  await expectRed("consistency");
  assert.match(await page.textContent("[data-step=consistency] .why"), /does not contain/);
});

test("an object that the statement binds", async () => {
  await forge(/\/objects(\?.*)?$/, text((whole) => whole.replace(/"(pattern|name|value)"(\s*:\s*)"(.)/, (_, name, colon, c) => `"${name}"${colon}"${c === "x" ? "y" : "x"}`)));
  await open();
  assert.equal(await objectsState(page), "failed");
  assert.match(await page.textContent("[data-objects]"), /Do not rely on them|Failed/);
});

test("a node that signs two histories", async (t) => {
  if (!site.lab) return t.skip("needs the log's secret key");
  const { Lab } = await import("./lab.mjs");
  const fork = new Lab({ count: site.lab.size - 1 });
  fork.say("intelligence.share", "cert-ug", { title: "what others are not shown" });
  await page.route(/\/log\/checkpoint$/, (route) => route.fulfill({ body: fork.checkpoint(), contentType: "text/plain" }));
  await page.route(/\/log\/tile\//, (route) => route.fulfill({ body: fork.tileAt(new URL(route.request().url()).pathname.slice(5)), contentType: "application/octet-stream" }));
  await expectRed("consistency");
});

// A tally that is not what was signed: whatever is changed of it, or of what it is made of.
async function expectRedVote(step) {
  await page.goto("about:blank");
  await page.goto(`${site.url}/#/votes/${vote.opening}`);
  const { whole, steps } = await verdict(page);
  assert.equal(whole, "failed");
  assert.equal(steps[step], "failed", JSON.stringify(steps));
  assert.match(await page.textContent(`[data-step=${step}] .state`), /Failed/);
  assert.ok((await page.textContent(`[data-step=${step}] .why`)).length > 10);
}
const tally = () => new RegExp(`/api/v1/votes/${vote.opening}$`);
const changed = (change) => text((whole) => {
  const answer = JSON.parse(whole);
  change(answer);
  return JSON.stringify(answer);
});
const counted = () => vote.roll_call.find((line) => line.ballot && !line.by);

test("an honest tally is green", async () => {
  await page.goto(`${site.url}/#/votes/${vote.opening}`);
  const { whole, steps } = await verdict(page);
  assert.equal(whole, "passed", JSON.stringify(steps));
});

test("another outcome", async () => {
  await forge(tally(), changed((answer) => (answer.outcome = answer.outcome === "adopted" ? "rejected" : "adopted")));
  await expectRedVote("count");
  if (site.shots) await page.screenshot({ path: join(site.shots, "tampered-vote.png"), fullPage: true });
});

test("a vote turned around, with all figures to fit", async () => {
  await forge(tally(), changed((answer) => {
    const line = answer.roll_call.find(({ ballot }) => ballot === counted().ballot);
    line.vote = line.vote === "yes" ? "no" : "yes";
    for (const row of answer.counts) [row.votes.yes, row.votes.no] = [row.votes.no, row.votes.yes];
  }));
  await expectRedVote("count");
});

test("a ballot dropped from the tally", async () => {
  await forge(tally(), changed((answer) => {
    const line = answer.roll_call.find(({ ballot }) => ballot === counted().ballot);
    delete line.ballot;
    line.vote = "absent";
  }));
  await expectRedVote("count");
});

test("a ballot's signature", async () => {
  await forge(new RegExp(`/api/v1/statements/${counted().ballot}$`), other(/"sig":\s*"/, 5));
  await expectRedVote("ballots");
});

test("what a ballot says, in the envelope and in the readable copy", async () => {
  await forge(new RegExp(`/api/v1/statements/${counted().ballot}$`), changed((answer) => {
    const payload = JSON.parse(Buffer.from(answer.envelope.payload, "base64"));
    payload.body.vote = payload.body.vote === "yes" ? "no" : "yes";
    answer.statement = payload;
    answer.envelope.payload = Buffer.from(JSON.stringify(payload)).toString("base64");
  }));
  await expectRedVote("ballots");
});

test("an elector invented", async () => {
  await forge(tally(), changed((answer) => answer.roll_call.push({ member: "nobody", name: "Nobody", class: "citizen", vote: "yes", ballot: counted().ballot })));
  await expectRedVote("electorate");
});

test("a tile of the log that the ballots stand in", async () => {
  await forge(/\/log\/tile\/0\//, flip(8));
  await expectRedVote("logged");
});

test("a checkpoint that gives the ballots their time", async () => {
  await forge(/\/api\/v1\/logs\/[0-9a-f]+\/checkpoints/, text((whole) => whole.replace(/\\n(\d+)\\n/, (_, n) => `\\n${Number(n) + 1}\\n`)));
  await expectRedVote("in-time");
});

test("what the result was certified as", async () => {
  await page.route(/\/api\/v1\/statements\?type=governance.certification/, (route) =>
    route.fulfill({ contentType: "application/json", body: JSON.stringify({ items: [{ id: "ab".repeat(32), witnessed: new Date().toISOString() }], next: null }) }));
  await expectRedVote("certified");
});
