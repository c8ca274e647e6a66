// Random policies and acts: what `comity rule try` decides is what Cedar decides, whose semantics are proved (deny
// overrides, no loops). COMITY_SEED=n plays one again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { entities, policies, request } from "./to_cedar.mjs";

const cedar = createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs");
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const program = process.env.COMITY_PROGRAM ?? join(root, "build/release/comity");
const folder = mkdtempSync(join(tmpdir(), "comity-policy-"));
after(() => rmSync(folder, { recursive: true }));

const ACTIONS = ["intelligence.share", "intelligence.withdrawal", "federation.parcel", "response.call"];
const CLASSES = ["government", "international", "company", "technical", "civil", "citizen"];
const LABELS = ["clear", "green", "amber", "amber+strict", "red"];
const NAMES = ["ke", "fr", "no", "br", 'a"b', ""];
const GROUPS = ["ke/responders", "fr/x"];
const PURPOSES = ["", "research", "it's \\ \"quoted\"", "правда"];
const TIMES = ["2025-01-01T00:00:00Z", "2026-06-01T12:00:00Z", "2027-01-01T00:00:00Z"];

function randomness(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  const one = (list) => list[below(list.length)];
  const some = (list) => list.filter(() => below(2) === 0);
  const any = (list) => (some(list).length ? some(list) : []).concat(one(list));
  return { below, one, some, any };
}

function comparison({ below, one, any }) {
  const number = () => (below(2) ? { at_least: below(4) } : { at_most: below(4) });
  const words = (list) => (below(2) ? { is: one(list) } : { in: any(list) });
  const set = (list) => (below(2) ? { has: one(list) } : { has_any: any(list) });
  switch (below(12)) {
    case 0: return { attribute: "author", ...words(NAMES) };
    case 1: return { attribute: "class", ...words(CLASSES) };
    case 2: return { attribute: "groups", ...set(GROUPS) };
    case 3: return { attribute: "tlp", ...words(LABELS) };
    case 4: return { attribute: "tlp", [one(["at_least", "at_most"])]: one(LABELS) };
    case 5: return { attribute: "readers", ...set(NAMES.slice(0, 4)) };
    case 6: return { attribute: "reader_groups", ...set(GROUPS) };
    case 7: return { attribute: "custody", is: below(2) === 0 };
    case 8: return { attribute: one(["objects", "attachments"]), ...number() };
    case 9: return { attribute: "at", [one(["before", "from"])]: one(TIMES) };
    case 10: return { attribute: "purpose", ...words(PURPOSES) };
    default: return { attribute: "retention_days", ...number() };
  }
}

function condition(random, depth) {
  if (depth === 0 || random.below(2)) return comparison(random);
  const parts = () => Array.from({ length: 1 + random.below(3) }, () => condition(random, depth - 1));
  switch (random.below(3)) {
    case 0: return { all: parts() };
    case 1: return { any: parts() };
    default: return { not: condition(random, depth - 1) };
  }
}

function policy(random) {
  const actions = [...ACTIONS, "intelligence.*", "response.*"];
  const made = {
    clauses: Array.from({ length: 1 + random.below(4) }, (_, i) => {
      const clause = { [random.below(3) ? "forbid" : "permit"]: random.any(actions), title: `clause ${i}` };
      if (random.below(4)) clause.when = condition(random, 3);
      if (random.below(3) === 0) clause.unless = condition(random, 2);
      return clause;
    }),
  };
  if (random.below(3) === 0) made.closed = random.any(actions);
  return made;
}

function act(random) {
  const made = {
    action: random.one(ACTIONS),
    author: random.one(NAMES.filter((name) => name)),
    class: random.one(CLASSES),
    groups: random.some(GROUPS),
    tlp: random.one(LABELS),
    readers: random.some(NAMES.slice(0, 4)),
    reader_groups: random.some(GROUPS),
    custody: random.below(2) === 0,
    objects: random.below(5),
    attachments: random.below(5),
    at: random.one(TIMES),
    purpose: random.one(PURPOSES),
  };
  if (random.below(2)) made.retention_days = random.below(5);
  return made;
}

function ours(set, acts) {
  const files = set.map((one, i) => {
    const file = join(folder, `policy-${i}.json`);
    writeFileSync(file, JSON.stringify(one));
    return file;
  });
  writeFileSync(join(folder, "acts.json"), JSON.stringify(acts));
  const words = ["--json", "rule", "try", ...files, "--acts", join(folder, "acts.json")];
  return JSON.parse(execFileSync(program, words, { encoding: "utf8" })).decisions.map(({ allowed }) => allowed);
}

function theirs(set, acts) {
  const text = policies(set);
  return acts.map((one) => {
    const answer = cedar.isAuthorized({
      ...request(one),
      policies: { staticPolicies: text },
      entities: entities(ACTIONS),
    });
    assert.equal(answer.type, "success", JSON.stringify(answer));
    assert.deepEqual(answer.response.diagnostics.errors, []);
    return answer.response.decision === "allow";
  });
}

const first = Number(process.env.COMITY_SEED ?? 1);
const trials = process.env.COMITY_SEED ? 1 : 60;

test("random policies decide random acts as Cedar does", () => {
  let allowed = 0;
  let refused = 0;
  for (let seed = first; seed < first + trials; ++seed) {
    const random = randomness(seed);
    const set = Array.from({ length: 1 + random.below(3) }, () => policy(random));
    const acts = Array.from({ length: 40 }, () => act(random));
    const mine = ours(set, acts);
    theirs(set, acts).forEach((decision, i) => {
      assert.equal(mine[i], decision, `COMITY_SEED=${seed}: ${JSON.stringify(acts[i])}\n${JSON.stringify(set)}\n${policies(set)}`);
      if (decision) ++allowed;
      else ++refused;
    });
  }
  // Both happen often enough that agreeing means something.
  if (trials > 1) assert.ok(allowed > 200 && refused > 200, `${allowed} allowed, ${refused} refused`);
});

test("the oracle tells a policy from its opposite", () => {
  const forbid = { clauses: [{ forbid: ["intelligence.*"], title: "x", when: { attribute: "tlp", at_least: "amber" } }] };
  const one = { ...act(randomness(1)), action: "intelligence.share", tlp: "red" };
  assert.deepEqual(theirs([forbid], [one, { ...one, tlp: "green" }]), [false, true]);
  assert.deepEqual(ours([forbid], [one, { ...one, tlp: "green" }]), [false, true]);
});
