// Ballots that the page makes, verified by Debian's belenios-tool, which knows nothing of it.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeBallot } from "../src/election/ballot";
import { credentialOf, parseCredential, publicCredential } from "../src/election/credential";
import { groupOf, isMember, power } from "../src/election/group";
import { type Announced, manifestOf } from "../src/election/manifest";
import { ranksOf } from "../src/election/marks";

const kTool = spawnSync("belenios-tool", ["--version"]).error === undefined;
const kUuid = "4ufkuhPBX7yksE";
const seed = (n: number) => new Uint8Array(32).fill(n);

// A folder of the tool's, with what a node keeps of an election: trustees, questions, credentials and ballots, and no secret.
class Tool {
  readonly folder = mkdtempSync(join(tmpdir(), "comity-web-election-"));
  run(args: string[], input = "") {
    return execFileSync("belenios-tool", args, { cwd: this.folder, input, encoding: "utf8", env: { ...process.env, BELENIOS_USE_URANDOM: "1" }, stdio: ["pipe", "pipe", "pipe"] });
  }
  ending(ending: string): string[] {
    return readdirSync(this.folder).filter((name) => name.endsWith(ending)).sort();
  }
  write(name: string, text: string) {
    writeFileSync(join(this.folder, name), text);
  }
  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }
  close() {
    rmSync(this.folder, { recursive: true });
  }
}

interface Case {
  tool: Tool;
  election: Announced;
}

// Two trustees. The title has all that JSON writers disagree about.
function announced(more: Partial<Announced>): Case {
  const tool = new Tool();
  const group = more.method ? "RFC-3526-2048" : "BELENIOS-2048";
  const trustees = ["cert-ke", "kenic"].map((member, i) => {
    tool.run(["setup", "generate-trustee-key", "--group", group]);
    const name = tool.ending(".pubkey").find((each) => each !== tool.ending(".first")[0]?.replace(".first", ".pubkey"));
    const key = tool.read(name as string).trim();
    if (i === 0) tool.write((name as string).replace(".pubkey", ".first"), "");
    return { member, key };
  });
  const election = { title: 'Chair\u007f "2027" \\ \u2028 / <é> 😀', author: "cert-ke", candidates: ["Amina", "Bo", "Ché"], uuid: kUuid, group, trustees, ...more };
  return { tool, election };
}

// The tool's own word on all of them together: what it says where it refuses.
function refusal({ tool, election }: Case, ballots: readonly string[]): string {
  for (const name of [...tool.ending(".bel"), "election.json"].filter((each) => tool.ending(each).length > 0)) rmSync(join(tool.folder, name));
  const { candidates: answers, title: question, min, max } = election;
  const asked = election.method ? { type: "NonHomomorphic", value: { answers, question } } : { answers, min, max, question };
  tool.write("public_keys.jsons", election.trustees.map(({ key }) => `${key}\n`).join(""));
  tool.write("questions.json", JSON.stringify({ description: election.description ?? "", name: question, questions: [asked], administrator: election.author, credential_authority: "each elector" }));
  tool.write("public_creds.json", JSON.stringify(ballots.map((each) => (JSON.parse(each) as { credential: string }).credential).sort()));
  try {
    tool.run(["setup", "make-trustees"]);
    tool.run(["setup", "make-election", "--uuid", kUuid, "--group", election.group, "--template", "questions.json"]);
    tool.run(["archive", "init"]);
    for (const ballot of ballots) tool.run(["archive", "add-event", "--type=Ballot"], `${ballot}\n`);
    tool.run(["election", "verify"]);
    return "";
  } catch (error) {
    return String((error as { stderr?: string }).stderr) || "refused";
  }
}

// The result, opened by both trustees.
function opened({ tool, election }: Case): number[][] | number[] {
  tool.run(["archive", "add-event", "--type=EndBallots"]);
  tool.run(["archive", "add-event", "--type=EncryptedTally"], tool.run(["election", "compute-encrypted-tally"]));
  const owned = (piece: string, owner: number) => `${piece}\n{"owner":${owner},"payload":"${createHash("sha256").update(piece).digest("hex")}"}\n`;
  if (election.method) {
    for (const owner of [1, 2]) tool.run(["archive", "add-event", "--type=Shuffle"], owned(tool.run(["election", "shuffle", "--trustee-id", String(owner)]).split("\n")[0] as string, owner));
    tool.run(["archive", "add-event", "--type=EndShuffles"]);
  }
  const secretOf = (key: string) => tool.ending(".pubkey").find((name) => tool.read(name).trim() === key)?.replace(".pubkey", ".privkey") as string;
  for (const [i, { key }] of election.trustees.entries())
    tool.run(["archive", "add-event", "--type=PartialDecryption"], owned(tool.run(["election", "decrypt", "--privkey", secretOf(key as string), "--trustee-id", String(i + 1)]).split("\n")[0] as string, i + 1));
  const result = tool.run(["election", "compute-result"]);
  tool.run(["archive", "add-event", "--type=Result"], result);
  tool.run(["election", "verify"]);
  return (JSON.parse(result) as { result: (number[][] | number[])[] }).result[0] as number[][] | number[];
}

describe("credentials", () => {
  it("are one's own, the election's, and the same each time", async () => {
    const one = await credentialOf(seed(1), kUuid);
    expect(one).toMatch(/^(\w{3}-){4}\w{3}$/);
    expect(await credentialOf(seed(1), kUuid)).toBe(one);
    expect(new Set([one, await credentialOf(seed(2), kUuid), await credentialOf(seed(1), `${kUuid}1`)]).size).toBe(3);
  });

  it("are read as they were written, and not with a digit changed", async () => {
    for (let n = 0; n < 60; ++n) {
      const one = await credentialOf(seed(n), kUuid);
      expect(parseCredential(` ${one}\n`)).toBe(one);
      expect(parseCredential(one.replaceAll("-", ""))).toBe(one);
      // The check is modulo 53: digits that are 53 apart ("2" and "w", "3" and "x") are the same to it.
      const changed = ("2w".includes(one[0] as string) ? "3" : "2") + one.slice(1);
      expect(() => parseCredential(changed)).toThrow();
    }
    for (const bad of ["", "abc", "0lI-abc-abc-abc-abc"]) expect(() => parseCredential(bad)).toThrow();
  });

  // Made by belenios-tool 2.0.
  it("have the public part that belenios-tool gives them", async () => {
    const group = groupOf("BELENIOS-2048");
    expect(parseCredential("FFk-aon-CZz-fg7-NwZ")).toBe("FFk-aon-CZz-fg7-NwZ");
    expect(createHash("sha256").update(await publicCredential(group, "FFk-aon-CZz-fg7-NwZ", kUuid)).digest("hex")).toBe("34671dcd1103c5b572f87c438943d09b37a2890cc5834780b2648031430d7b00");
  });
});

describe("groups", () => {
  it.each(["BELENIOS-2048", "RFC-3526-2048"])("%s has a generator of that order", (name) => {
    const group = groupOf(name);
    expect(isMember(group, group.g)).toBe(true);
    expect(isMember(group, group.p - 1n)).toBe(false); // of order two
    for (const none of [0n, -1n, group.p, group.g + group.p]) expect(isMember(group, none)).toBe(false);
    expect(power(group, 3n, 0n)).toBe(1n);
    expect((power(group, 3n, 1234n) * power(group, 3n, 4321n)) % group.p).toBe(power(group, 3n, 5555n));
  });
  it("no other is known", () => {
    for (const name of ["", undefined, "toString"]) expect(() => groupOf(name)).toThrow();
  });
});

describe("ranks", () => {
  it("close up, and are equal only where that counts", () => {
    expect(ranksOf([7, 0, 2], false)).toEqual([2, 0, 1]);
    expect(ranksOf([0, 0, 0], false)).toEqual([0, 0, 0]);
    expect(ranksOf([3, 1, 3], false)).toBeNull();
    expect(ranksOf([3, 1, 3], true)).toEqual([2, 1, 2]);
  });
});

describe.skipIf(!kTool)("ballots of chosen candidates", () => {
  let one: Case;
  beforeAll(() => {
    one = announced({ min: 0, max: 2, description: "Who leads\tus" });
  });
  afterAll(() => one.tool.close());
  const cast = async (n: number, marks: number[]) => makeBallot(one.election, await credentialOf(seed(n), kUuid), marks);

  it("hold, are counted as they were meant, and nobody sees in them which they are", async () => {
    const ballots = [await cast(1, [1, 0, 0]), await cast(2, [0, 1, 1]), await cast(3, [0, 0, 0]), await cast(4, [0, 0, 1])];
    expect(refusal(one, ballots)).toBe("");
    expect(opened(one)).toEqual([1, 1, 2]);
    expect(await cast(1, [1, 0, 0])).not.toBe(ballots[0]);
    const shape = (ballot: string) => ballot.replace(/"\d+"/g, "0").replace(/"hash":"[^"]+"/, "");
    expect(new Set(ballots.map(shape)).size).toBe(1);
  }, 120_000);

  it("of another election, or with anything changed, do not", async () => {
    const other = { ...one.election, title: "Another" };
    expect(refusal(one, [await makeBallot(other, await credentialOf(seed(1), kUuid), [1, 0, 0])])).not.toBe("");
    const whole = await cast(1, [1, 0, 0]);
    const numbers = [...whole.matchAll(/"\d{40,}"/g)];
    expect(numbers.length).toBeGreaterThan(20);
    for (let i = 0; i < numbers.length; i += 5) {
      const { 0: number, index } = numbers[i] as RegExpExecArray;
      const digit = number[5] === "7" ? "8" : "7";
      expect(refusal(one, [whole.slice(0, index + 5) + digit + whole.slice(index + 6)]), `number ${i}`).not.toBe("");
    }
  }, 120_000);

  it("are not made of what the election does not allow", async () => {
    for (const marks of [[1, 1, 1], [2, 0, 0], [1, 0], [-1, 1, 1], [0.5, 0.5, 0]]) await expect(cast(1, marks), marks.join(" ")).rejects.toThrow();
  });

  it("are not sealed to a trustee that has not shown its secret key", async () => {
    const [first, second] = one.election.trustees as [{ member: string; key: string }, { member: string; key: string }];
    const { public_key } = JSON.parse(first.key) as { public_key: string };
    const bad = [
      JSON.stringify({ ...(JSON.parse(second.key) as object), public_key }), // another's proof
      second.key.replace('"challenge":"', '"challenge":"1'), "{}", undefined,
      JSON.stringify({ ...(JSON.parse(second.key) as object), public_key: "1" }),
    ];
    for (const key of bad) await expect(manifestOf({ ...one.election, trustees: [first, key === undefined ? { member: "kenic" } : { member: "kenic", key }] })).rejects.toThrow();
    await expect(manifestOf({ ...one.election, trustees: [] })).rejects.toThrow();
    const { hash, text } = await manifestOf(one.election);
    expect(refusal(one, [await cast(1, [0, 0, 0])])).toBe("");
    expect(hash).toBe(createHash("sha256").update(text).digest("base64").replace(/=+$/, ""));
  }, 120_000);
});

describe.skipIf(!kTool)("ballots of ranks and grades", () => {
  it.each(["stv", "schulze", "majority-judgment"])("by %s hold, and are opened as they were meant", async (method) => {
    const one = announced({ method });
    try {
      const votes = [[1, 2, 0], [3, 1, 2], [255, 0, 7]];
      const ballots: string[] = [];
      for (const [n, marks] of votes.entries()) ballots.push(await makeBallot(one.election, await credentialOf(seed(n), kUuid), marks));
      expect(refusal(one, ballots)).toBe("");
      expect((opened(one) as number[][]).map(String).sort()).toEqual(votes.map(String).sort());
      await expect(makeBallot(one.election, await credentialOf(seed(1), kUuid), [256, 0, 0])).rejects.toThrow();
    } finally {
      one.tool.close();
    }
  }, 120_000);
});
