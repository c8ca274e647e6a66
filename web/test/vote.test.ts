import { describe, expect, it } from "vitest";
import { Lab } from "../../tests/browser/lab.mjs";
import { Memory } from "../src/verify/memory";
import type { StepName, Verdict } from "../src/verify/steps";
import { verifyVote } from "../src/verify/vote";
import { type Forge, Kept, labSource } from "./lab_source";

const lab = new Lab({ count: 90 });
const { closed, open } = lab.governance;
type Fields = Record<string, unknown>;
type Line = Fields & { member: string; vote: string; ballot?: string };

const honest = async (id: string) => (await labSource(lab).vote(id)) as Fields & { roll_call: Line[]; disregarded: Fields[] };

async function verify(vote: unknown, forge?: Forge): Promise<Verdict> {
  return verifyVote(vote, labSource(lab, forge), new Memory(new Kept()), () => undefined);
}
const failed = (verdict: Verdict) => verdict.steps.filter((s) => s.state === "failed").map((s) => `${s.name}: ${s.why} ${JSON.stringify(s.values ?? {})}`);
const state = (verdict: Verdict, name: StepName) => verdict.steps.find((s) => s.name === name)?.state;

describe("an honest node's tally", () => {
  it("is the browser's own, closed and open", async () => {
    for (const id of [closed, open]) {
      const verdict = await verify(await honest(id));
      expect(failed(verdict)).toEqual([]);
      expect(verdict.state).toBe("passed");
    }
    expect(state(await verify(await honest(closed)), "certified")).toBe("passed");
    expect(state(await verify(await honest(open)), "certified")).toBe("noted");
  });

  it("has a proxy, an answered objection, a changed and a late ballot in it, or the test shows little", async () => {
    const vote = await honest(closed);
    expect(vote["outcome"]).toBe("adopted");
    expect(vote.roll_call.some(({ by }) => by === "cert-ke")).toBe(true);
    expect(vote.roll_call.some(({ objection }) => objection === "answered")).toBe(true);
    expect(vote.disregarded.map(({ why }) => why).sort()).toEqual(["late", "replaced"]);
  });
});

describe("a version made of amendments", () => {
  const said = new Lab({ count: 90 });
  type Said = (typeof said.statements)[number];
  const body = (of: Said) => (JSON.parse(of.payload.toString()) as { body: Fields }).body;
  const find = (id: unknown) => said.statements.find((each) => each.id === id) as Said;
  const opening = find(said.governance.open);
  const before = find(body(opening)["version"]);
  const texts = body(before)["texts"] as { text: string }[];
  const edits = [{ language: "en", at: (texts[0]?.text ?? "").indexOf("spring"), quote: "spring", text: "autumn" }];
  const amendment = said.say("governance.amendment", "lake-bank", { version: before.id, edits });
  const voteOn = async (made: Fields[]) => {
    const version = said.say("governance.proposal", "cert-ug", { previous: before.id, amendments: [amendment.id], texts: made });
    const opened = said.say("governance.opening", "cert-ug", { ...body(opening), version: version.id });
    const vote = await labSource(said).vote(opened.id);
    return verifyVote(vote, labSource(said), new Memory(new Kept()), () => undefined);
  };

  it("says what they make of the one before, to the letter", async () => {
    const made = texts.map((each) => ({ ...each, text: each.text.replace("spring", "autumn") }));
    expect(failed(await voteOn(made))).toEqual([]);
    const verdict = await voteOn(made.map((each) => ({ ...each, text: `${each.text}And more.\n` })));
    expect(failed(verdict)[0]).toMatch(/opening: vote-differs .*texts/);
    expect(failed(await voteOn(texts))[0]).toMatch(/texts/);
  });
});

// What a lying node could say of the same statements.
const lies: [string, (vote: Fields & { roll_call: Line[]; disregarded: Fields[] }) => void, StepName][] = [
  ["another outcome", (vote) => (vote["outcome"] = "rejected"), "count"],
  ["a vote turned around", (vote) => vote.roll_call.forEach((line) => line.member === "lake-bank" && (line.vote = "yes")), "count"],
  ["one figure", (vote) => (((vote["counts"] as Fields[])[0]?.["votes"] as Fields)["yes"] = 9), "count"],
  ["a condition's figure", (vote) => ((vote["quorum"] as Fields)["value"] = 1), "count"],
  ["a condition deep inside", (vote) => ((((vote["adopted"] as Fields)["parts"] as Fields[])[1]?.["parts"] as Fields[])[0] as Fields)["needed"] = 7, "count"],
  ["a ballot left out", (vote) => vote.roll_call.forEach((line) => line.member === "cert-ug" && ((line.vote = "absent"), delete line.ballot)), "count"],
  ["the replaced ballot as the one that counts", (vote) => {
    const replaced = vote.disregarded.find(({ why }) => why === "replaced") as Fields;
    const line = vote.roll_call.find(({ member }) => member === replaced["author"]) as Line;
    [line.ballot, replaced["ballot"], line.vote] = [replaced["ballot"] as string, line.ballot, "no"];
  }, "count"],
  ["a late ballot counted", (vote) => {
    const late = vote.disregarded.find(({ why }) => why === "late") as Fields;
    const line = vote.roll_call.find(({ member }) => member === late["author"]) as Line;
    [line.ballot, line.vote] = [late["ballot"] as string, "no"];
  }, "count"],
  ["an elector more", (vote) => vote.roll_call.push({ member: "nobody", vote: "absent" }), "electorate"],
  ["an elector less", (vote) => vote.roll_call.shift(), "electorate"],
  ["another close", (vote) => (vote["closes"] = "2026-11-29T00:00:00Z"), "opening"],
  ["another version", (vote) => (vote["version"] = "ab".repeat(32)), "opening"],
  ["another chair", (vote) => (vote["chair"] = "cert-ke"), "opening"],
  ["another digest of the ballots", (vote) => (vote["ballots"] = "ab".repeat(32)), "count"],
  ["a ballot that there is not", (vote) => ((vote.roll_call.find(({ ballot }) => ballot) as Line).ballot = "ab".repeat(32)), "ballots"],
];

describe("a lying node's tally", () => {
  for (const [what, lie, step] of lies) {
    it(`is refused: ${what}`, async () => {
      const vote = await honest(closed);
      lie(vote);
      const verdict = await verify(vote);
      expect(verdict.state).toBe("failed");
      expect(state(verdict, step), failed(verdict).join("\n")).toBe("failed");
    });
  }

  const ballot = async () => (await honest(closed)).roll_call.find((line) => line.ballot && !line["by"]) as Line;
  const forge = (ends: string, change: (text: string) => string): Forge => (path, body) => (path.endsWith(ends) ? Buffer.from(change(body.toString())) : body);

  it("is refused: a ballot's signature", async () => {
    const { ballot: id = "" } = await ballot();
    const bad = forge(id, (text) => text.replace(/"sig":"(....)/, (_, four: string) => `"sig":"${four === "AAAA" ? "BBBB" : "AAAA"}`));
    expect(state(await verify(await honest(closed), bad), "ballots")).toBe("failed");
  });

  it("is refused: a ballot at another place of the log", async () => {
    const { ballot: id = "" } = await ballot();
    const bad = forge(id, (text) => text.replace(/"index":(\d+)/, (_, n: string) => `"index":${Number(n) - 1}`));
    expect(state(await verify(await honest(closed), bad), "logged")).toBe("failed");
  });

  it("is refused: a ballot at another time", async () => {
    const late = (await honest(closed)).disregarded.find(({ why }) => why === "late") as Fields;
    const earlier = forge(String(late["ballot"]), (text) => text.replace(/"witnessed":"[^"]+"/, '"witnessed":"2026-11-02T12:00:00Z"'));
    expect(state(await verify(await honest(closed), earlier), "in-time")).toBe("failed");
  });

  it("is refused: a member whom nobody admitted", async () => {
    const named = (text: string) => text.replaceAll("east-noc", "fake-noc");
    const bad: Forge = (path, body) => (path.startsWith("/api/v1/members") ? Buffer.from(named(body.toString())) : body);
    expect(state(await verify(JSON.parse(named(JSON.stringify(await honest(closed)))), bad), "electorate")).toBe("failed");
  });

  it("is refused: a member in another class, which another house would count", async () => {
    const bad: Forge = (path, body) =>
      path.startsWith("/api/v1/members") ? Buffer.from(body.toString().replace(/("id":"cert-ug","name":"[^"]+","class":")government/, "$1civil")) : body;
    expect(state(await verify(await honest(closed), bad), "electorate")).toBe("failed");
  });

  it("is refused: what the chair certified is something else", async () => {
    const other = new Lab({ count: 60 });
    const { closed: id } = other.governance;
    const { counted, ballots } = (await labSource(other).vote(id)) as Fields;
    other.say("governance.certification", "cert-ke", { opening: id, outcome: "rejected", counted, ballots });
    const verdict = await verifyVote(await labSource(other).vote(id), labSource(other), new Memory(new Kept()), () => undefined);
    expect(failed(verdict).join()).toMatch(/^certified: certified-differs/);
  });
});
