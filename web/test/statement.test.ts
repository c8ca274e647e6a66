import { beforeEach, describe, expect, it } from "vitest";
import { Lab, type LabStatement, makeKey, pae } from "../../tests/browser/lab.mjs";
import { verifyLog } from "../src/verify/log";
import { Memory } from "../src/verify/memory";
import type { Source } from "../src/verify/source";
import { verifyStatement } from "../src/verify/statement";
import type { StepName, Verdict } from "../src/verify/steps";
import { type Forge, Kept, labSource } from "./lab_source";

const lab = new Lab({ count: 300 });
const shares = lab.statements.filter((s) => JSON.parse(s.payload.toString()).type === "intelligence.share");
const share = shares.find((s) => JSON.parse(s.payload.toString()).author === "open-net-watch") as LabStatement;

const source = (of: Lab = lab, forge?: Forge) => labSource(of, forge);

let memory: Memory;
beforeEach(() => {
  memory = new Memory(new Kept());
});

async function verify(statement: LabStatement, from: Source = source(), thorough = true): Promise<Verdict> {
  return verifyStatement(statement.id, await from.statement(statement.id), from, memory, { thorough }, () => undefined);
}

const failed = (verdict: Verdict) => verdict.steps.filter((s) => s.state === "failed").map((s) => `${s.name}: ${s.why}`);
const state = (verdict: Verdict, name: StepName) => verdict.steps.find((s) => s.name === name)?.state;
const text = (change: (text: string) => string) => (body: Buffer) => Buffer.from(change(body.toString()));
const at = (ends: string, change: (body: Buffer) => Buffer): Forge => (path, body) => (path.endsWith(ends) ? change(body) : body);

function flip(body: Buffer, place: number): Buffer {
  const other = Buffer.from(body);
  other[place] = (other[place] ?? 0) ^ 1;
  return other;
}

describe("an honest node", () => {
  it("passes in every step, for the charter, an admission, a key addition and shares by every author", async () => {
    for (const statement of [...lab.statements.slice(0, 12), ...shares.slice(0, 10), shares.at(-1) as LabStatement]) {
      const verdict = await verify(statement);
      expect(failed(verdict)).toEqual([]);
      expect(verdict.state).toBe("passed");
    }
  });

  it("is noted on the first visit and compared from the second on", async () => {
    expect(state(await verify(share), "consistency")).toBe("noted");
    expect(state(await verify(share), "consistency")).toBe("passed");
  });

  it("may grow between two visits", async () => {
    const growing = new Lab({ count: 270 });
    const statement = growing.statements[20] as LabStatement;
    await verify(statement, source(growing));
    while (growing.size < 560) growing.say("intelligence.share", "cert-ug", { title: "one more" });
    const verdict = await verify(statement, source(growing));
    expect(failed(verdict)).toEqual([]);
    expect(verdict.steps.at(-1)?.remark).toBe("grown");
  });

  it("may append while the page checks: a proof against a smaller log than the present one", async () => {
    const verdict = await verify(share, source(lab, at("/proof", () => Buffer.from(lab.proof(share.index, 290)))));
    expect(failed(verdict)).toEqual([]);
  });

  it("traces each key to the charter", async () => {
    const links = async (statement: LabStatement) =>
      (await verify(statement)).steps.find((s) => s.name === "origin")?.facts.map((f) => f.name);
    const by = (author: string) => shares.find((s) => JSON.parse(s.payload.toString()).author === author) as LabStatement;
    expect(await links(by("ix-nairobi"))).toEqual(["charter"]);
    expect(await links(by("cert-ug"))).toEqual(["charter", "admission", "admission"]);
    expect(await links(by("cert-ke"))).toEqual(["charter", "key-addition"]);
  });
});

describe("a forged answer fails in the step that it touches", () => {
  const cases: [string, Forge, string[]][] = [
    ["payload", at(share.id, text((t) => t.replace(/"payload":"(.{40})./, '"payload":"$1A'))), ["id"]],
    ["the copy that is easy to read", at(share.id, text((t) => t.replace("resolvers", "resolverz"))), ["id"]],
    ["signature", at(share.id, text((t) => t.replace(/"sig":"../, '"sig":"AA'))), ["signature"]],
    ["key of the author", at("/members/open-net-watch", text((t) => t.replace(/\+[0-9a-f]{8}\+.../, "+00000000+AAA"))), ["signature"]],
    ["index", at(share.id, text((t) => t.replace(/"index":\d+/, '"index":5'))), ["inclusion"]],
    ["proof's index", at("/proof", text((t) => t.replace(/index \d+/, "index 5"))), ["inclusion"]],
    ["proof's hash", at("/proof", text((t) => t.replace(/(index \d+\n)../, "$1AA"))), ["inclusion"]],
    ["proof's checkpoint root", at("/proof", text((t) => t.replace(/\n300\n../, "\n300\nAA"))), ["inclusion", "checkpoint"]],
    ["proof's log signature", at("/proof", text((t) => t.replace(/(\u2014 log.example\/east .{20}).../, "$1AAA"))), ["checkpoint"]],
    ["cosignature", at("/proof", text((t) => t.replace(/(\u2014 log.example\/east\/time .{30}).../, "$1AAA"))), ["time"]],
    ["cosignature left out", at("/proof", text((t) => t.replace(/\u2014 log.example\/east\/time .*\n/, ""))), ["time"]],
    ["witnessed time", at(share.id, text((t) => t.replace(/"witnessed":"2026/, '"witnessed":"2027'))), ["time"]],
    ["present checkpoint's root", at("/log/checkpoint", text((t) => t.replace(/\n300\n../, "\n300\nAA"))), ["consistency"]],
    ["tile", at("/tile/0/000", (body) => flip(body, 32 * 200)), ["inclusion"]],
    ["tile at the edge", at("/tile/0/001.p/44", (body) => flip(body, 32 * 43 + 31)), ["inclusion"]],
    ["entry bundle", at("/tile/entries/000", (body) => flip(body, 34 * 100 + 20)), ["inclusion"]],
    ["log key", at("/node", text((t) => t.replace(lab.logKey.text, makeKey(lab.origin, 1, "another").text))), ["checkpoint"]],
  ];
  for (const [what, forge, steps] of cases) {
    it(what, async () => {
      await verify(share); // a first visit, so that keys and log are known
      const verdict = await verify(share, source(lab, forge));
      expect(verdict.state).toBe("failed");
      for (const step of steps) expect(state(verdict, step as StepName), failed(verdict).join(", ")).toBe("failed");
    });
  }

  it("wherever one character of the answers is changed", async () => {
    await verify(share);
    // Not signed or not shown: what an honest node may say in other words.
    const free = /"effective":|"name":|"class":|"admitted":|"left":|"version":|"purpose":|"founded":|"members":\d|"keyid":/;
    for (const ends of [share.id, "/proof", "/log/checkpoint"]) {
      const whole = lab.answer(ends === share.id ? `/api/v1/statements/${ends}` : ends === "/proof" ? `/api/v1/statements/${share.id}/proof` : ends,
        new URLSearchParams(), "amina@cert-ke").body.toString();
      for (let i = 3; i < whole.length; i += 7) {
        if (free.test(whole.slice(Math.max(0, i - 24), i + 12)) || /"witnessed":"[^"]*$/.test(whole.slice(0, i))) continue;
        const change = text((t) => t.slice(0, i) + (t[i] === "0" ? "1" : "0") + t.slice(i + 1));
        let state: string;
        try {
          state = (await verify(share, source(lab, at(ends, change)), false)).state;
        } catch {
          state = "failed"; // not JSON any more
        }
        expect(state, `${ends} at ${i}: ${whole.slice(i - 10, i + 10)}`).toBe("failed");
      }
    }
  }, 60_000);
});

describe("a node that lies with its own keys", () => {
  it("is caught when it shows a shorter log", async () => {
    await verify(share);
    const verdict = await verify(share, source(lab, (path, body) =>
      path === "/log/checkpoint" ? Buffer.from(lab.checkpoint(250)) : path.endsWith("/proof") ? Buffer.from(lab.proof(share.index, 250)) : body));
    expect(failed(verdict)).toEqual(["consistency: rewound"]);
    expect(memory.conflict()?.before).toBe(lab.checkpoint());
  }, 10_000);

  it("is caught when it shows another log of the same size", async () => {
    await verify(share);
    const other = new Lab({ count: 299 });
    other.say("intelligence.share", "cert-ug", { title: "what others are not shown" });
    const verdict = await verify(share, source(other));
    expect(failed(verdict)).toEqual(["consistency: forked"]);
  });

  it("is caught when its longer log has another past", async () => {
    await verify(share);
    const other = new Lab({ count: 299 });
    for (let i = 0; i < 40; ++i) other.say("intelligence.share", "cert-ug", { title: `another past ${i}` });
    const verdict = await verify(share, source(other));
    expect(failed(verdict)).toEqual(["consistency: inconsistent"]);
    expect(memory.conflict()).not.toBeNull();
    expect(memory.seenCheckpoint()?.size).toBe(300);
  });

  it("is caught when it gives an author another key and signs in its name", async () => {
    await verify(share);
    const thief = makeKey("open-net-watch", 1, "thief");
    const message = pae("application/vnd.comity.statement+json", share.payload);
    const forge: Forge = (path, body) => {
      const t = body.toString();
      if (path.endsWith("/members/open-net-watch")) return Buffer.from(t.replace(lab.keys.get("open-net-watch")?.text as string, thief.text));
      if (!path.endsWith(share.id)) return body;
      return Buffer.from(t.replace(/"keyid":"[^"]*","sig":"[^"]*"/,
        `"keyid":"${thief.id.toString("hex")}","sig":"${thief.sign(message).toString("base64")}"`));
    };
    expect(failed(await verify(share, source(lab, forge)))).toEqual(["origin: key-unfounded"]);
  });

  it("is caught when it changes its community", async () => {
    await verify(share);
    const verdict = await verify(share, source(lab, at("/node", text((t) => t.replace(lab.community, "1" + lab.community.slice(1))))));
    expect(failed(verdict)).toContain("checkpoint: community-changed");
  });

  it("is caught when its one admission stands for the two that the charter asks for", async () => {
    const one = new Lab({ count: 8 });
    const late = makeKey("late");
    one.keys.set("late", late);
    const member = { id: "late", name: "Late", class: "company", keys: [{ key: late.text, custody: false }] };
    one.say("governance.admission", "cert-ke", { member });
    one.members.set("late", { ...member, admitted: "2026-11-02T08:00:00Z", left: null,
      keys: [{ key: late.text, custody: false, from: "2026-11-02T08:00:00Z", until: null }] } as never);
    const statement = one.say("intelligence.share", "late", { title: "too early" });
    expect(failed(await verify(statement, source(one)))).toEqual(["origin: key-unfounded"]);
  });
});

describe("the log alone", () => {
  it("is checked without a statement", async () => {
    const verdict = await verifyLog(source(), memory, () => undefined);
    expect(verdict.state).toBe("passed");
  });

  it("names the step that failed", async () => {
    const verdict = await verifyLog(source(lab, at("/log/checkpoint", text((t) => t.replace("\n300\n", "\n301\n")))), memory, () => undefined);
    expect(failed(verdict)).toEqual(["checkpoint: log-signature"]);
    expect(state(verdict, "consistency")).toBe("skipped");
  });
});
