import { describe, expect, it } from "vitest";
import { linesOf, quoted, sideBySide } from "../src/parts/passage";
import { hall } from "../src/parts/seats";
import { stateOf } from "../src/parts/vote_state";
import { type Choice, type Circumstances, type Elector, evaluate, fraction, readProcedure } from "../src/verify/procedure";

describe("a text", () => {
  it("is cut where quotes begin and end, and nothing of it is lost", () => {
    const text = "one two three\nfour";
    const pieces = quoted(text, ["two", "two three", "none", ""]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.find((piece) => piece.text === "two")?.quotes).toEqual([0, 1]);
    expect(pieces.find((piece) => piece.text === " three")?.quotes).toEqual([1]);
    expect(pieces.find((piece) => piece.text.includes("four"))?.quotes).toEqual([]);
  });

  it("is quoted across lines", () => {
    const lines = linesOf(quoted("a b\nc d", ["b\nc"]));
    expect(lines.map((line) => line.map(({ text, quotes }) => text + quotes.length).join("|"))).toEqual(["a 0|b1", "c1| d0"]);
  });
});

describe("two versions side by side", () => {
  const plain = (line: { text: string }[] | null) => line?.map(({ text }) => text).join("") ?? null;
  it("have what stayed beside itself, whatever was put between", () => {
    const rows = sideBySide([
      { change: "same", text: "A\nB " }, { change: "removed", text: "72" }, { change: "added", text: "24" }, { change: "same", text: " hours." },
      { change: "added", text: "\nMore.\nAnd more." }, { change: "same", text: "\nC" },
    ]);
    expect(rows.map(({ before, after }) => [plain(before), plain(after)])).toEqual([
      ["A", "A"], ["B 72 hours.", "B 24 hours."], [null, "More."], [null, "And more."], ["C", "C"],
    ]);
  });

  it("give back both texts, for any changes", () => {
    const words = ["x", "\n", "yy ", "\n\n", "z"];
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 200; ++round) {
      const changes = Array.from({ length: random(8) }, () => ({ change: (["same", "removed", "added"] as const)[random(3)] ?? "same", text: words[random(5)] ?? "x" }));
      const rows = sideBySide(changes);
      for (const [side, not] of [["before", "added"], ["after", "removed"]] as const) {
        const whole = changes.filter(({ change }) => change !== not).map(({ text }) => text).join("");
        expect(rows.map((row) => row[side]).filter((line) => line !== null).map(plain).join("\n")).toBe(whole);
      }
    }
  });
});

describe("the seats of a half circle", () => {
  it("are as many as there are members, none upon another, none out of the picture", () => {
    for (const count of [1, 2, 6, 12, 13, 60, 193, 700]) {
      const { seats, radius } = hall(count);
      expect(seats.length).toBe(count);
      const apart = seats.flatMap(({ x, y }, i) => seats.slice(i + 1).map((other) => Math.hypot(other.x - x, other.y - y)));
      expect(apart.reduce((least, distance) => Math.min(least, distance), Infinity)).toBeGreaterThan(1.6 * radius);
      expect(Math.min(...seats.map(({ x }) => x)) - radius).toBeGreaterThan(-0.08);
      expect(Math.max(...seats.map(({ x }) => x)) + radius).toBeLessThan(2.08);
      expect(Math.max(...seats.map(({ y }) => y)) + radius).toBeLessThan(1.06);
    }
    expect(hall(0).seats).toEqual([]);
  });
});

describe("a vote's state", () => {
  const vote = { id: "", version: "", procedure: "", round: 1, opened: "2026-01-01T00:00:00Z", closes: "2026-01-02T00:00:00Z" };
  it("follows the close and what it came to", () => {
    const [before, after] = [Date.parse("2026-01-01T12:00:00Z"), Date.parse("2026-01-03T00:00:00Z")];
    expect(stateOf(undefined, before)).toBe("consultation");
    expect(stateOf({ ...vote, outcome: "rejected" }, before)).toBe("open");
    expect(stateOf({ ...vote, outcome: "adopted" }, after)).toBe("adopted");
    expect(stateOf(vote, after)).toBe("counting");
    expect(stateOf({ ...vote, outcome: "void" }, before)).toBe("void");
  });
});

const none: Circumstances = { declarations: new Map(), earlier: new Map(), parameters: {}, round: 1 };
const elector = (id: string, choice: Choice, more: Partial<Elector> = {}): Elector => ({
  id, choice, houses: [], weights: {}, reasoned: false, objects: false, answered: false, recused: false, ...more,
});
const votes = (counts: Partial<Record<Choice, number>>, more: Partial<Elector> = {}) =>
  Object.entries(counts).flatMap(([choice, n]) => Array.from({ length: n }, (_, i) => elector(`${choice}-${i}`, choice as Choice, more)));
const electorate = { everybody: true };

// Recorded votes of the reference: what `comity procedure try` says of them is in src/governance/procedure/cases_test.cpp.
describe("a procedure", () => {
  it("reads fractions exactly", () => {
    expect(fraction("2/3")).toEqual({ num: 2n, den: 3n });
    expect(fraction("55%")).toEqual({ num: 11n, den: 20n });
    expect(fraction("0.65")).toEqual({ num: 13n, den: 20n });
    expect(fraction(15)).toEqual({ num: 15n, den: 1n });
    for (const bad of ["", "1/0", "-1", "1e3", 0.5, null]) expect(() => fraction(bad)).toThrow();
  });

  it("counts SC22 as it was, not as its page says: 11 of 31 issuers", () => {
    const procedure = readProcedure({
      id: "x", electorate, houses: [{ id: "issuers", title: "Issuers", who: {} }, { id: "consumers", title: "Consumers", who: {} }],
      adopted: { all: [{ of: "yes", base: "cast", in: "issuers", at_least: "2/3" }, { of: "yes", base: "cast", in: "consumers", at_least: "1/2", rounding: "down", plus: 1 }] },
    });
    const all = [...votes({ yes: 11, no: 20, abstain: 2 }, { houses: ["issuers"] }), ...votes({ yes: 7 }, { houses: ["consumers"] })];
    const { outcome, adopted } = evaluate(procedure, all, none);
    expect(outcome).toBe("rejected");
    expect(adopted.parts.map(({ met, value, base, needed }) => [met, value, base, needed])).toEqual([[false, 11n, 31n, 21n], [true, 7n, 7n, 4n]]);
  });

  it("takes a resolution of the Assembly by plurality, and knows a tie", () => {
    const procedure = (tie: object) => readProcedure({ id: "x", electorate, adopted: { of: "yes", base: "cast", more_than: "1/2" }, tie });
    const outcome = (yes: number, no: number, tie: object, more: Partial<Circumstances> = {}) =>
      evaluate(procedure(tie), votes({ yes, no, abstain: 33, absent: 5 }), { ...none, ...more }).outcome;
    expect(outcome(79, 60, { then: "rejected" })).toBe("adopted");
    expect(outcome(60, 60, { then: "rejected" })).toBe("rejected");
    expect(outcome(60, 60, { then: "revote", rounds: 2 })).toBe("tied");
    expect(outcome(60, 60, { then: "revote", rounds: 2 }, { round: 2 })).toBe("rejected");
    expect(outcome(60, 60, { then: "casting-vote", by: "chair" }, { declarations: new Map([["chair", true]]) })).toBe("adopted");
    expect(outcome(0, 0, { then: "revote", rounds: 2 })).toBe("rejected");
  });

  it("weighs votes beyond what a floating-point number holds", () => {
    const procedure = readProcedure({ id: "x", electorate, weights: [{ id: "people", of: {} }], adopted: { of: "yes", base: "all", by: "people", more_than: "1/2" } });
    const big = 500_000_000_000_000_001n;
    const all = [elector("a", "yes", { weights: { people: big } }), elector("b", "no", { weights: { people: big - 1n } })];
    expect(evaluate(procedure, all, none).outcome).toBe("adopted");
    expect(evaluate(procedure, [...all, elector("c", "absent", { weights: { people: 1n } })], none).outcome).toBe("rejected");
  });

  it("leaves recused electors out, or counts them as abstaining", () => {
    const all = [elector("a", "yes"), elector("b", "no", { recused: true }), elector("c", "yes")];
    const adopted = { of: "yes", base: "all", at_least: "1" };
    expect(evaluate(readProcedure({ id: "x", electorate, adopted }), all, none).outcome).toBe("adopted");
    const counted = evaluate(readProcedure({ id: "x", electorate, adopted, recusal: "abstains" }), all, none);
    expect(counted.outcome).toBe("rejected");
    expect(counted.counts[0]?.votes.abstain).toBe(1n);
  });

  it("meets no share of nothing, and every upper bound of it", () => {
    const at = (adopted: object) => evaluate(readProcedure({ id: "x", electorate, adopted }), votes({ absent: 3 }), none).outcome;
    expect(at({ of: "yes", base: "cast", at_least: "2/3" })).toBe("rejected");
    expect(at({ of: "no", base: "cast", less_than: "1/3" })).toBe("adopted");
  });

  it("follows what was declared, objected, answered and decided before", () => {
    const procedure = readProcedure({
      id: "x", electorate, earlier: [{ id: "important" }], quorum: { of: "present", at_least: { parameter: "least" } }, parameters: [{ id: "least" }],
      postponed: { of: "objections", at_least: 2 },
      adopted: { all: [{ declared: "consensus" }, { of: "sustained-objections", at_most: 0 }, { not: { of: "no-reasoned", at_least: 1 } },
        { earlier: "important", adopted: { of: "yes", base: "cast", at_least: "2/3" }, rejected: { of: "yes", base: "cast", more_than: "1/2" } }, { round_at_most: 2 }] },
    });
    const given = (more: Partial<Circumstances>, all: Elector[]) =>
      evaluate(procedure, all, { ...none, declarations: new Map([["consensus", true]]), earlier: new Map([["important", false]]), parameters: { least: 3 }, ...more }).outcome;
    const three = [elector("a", "yes"), elector("b", "yes"), elector("c", "no", { objects: true, answered: true })];
    expect(given({}, three)).toBe("adopted");
    expect(given({ earlier: new Map([["important", true]]) }, three)).toBe("adopted");
    expect(given({ declarations: new Map() }, three)).toBe("rejected");
    expect(given({ parameters: { least: 4 } }, three)).toBe("no-quorum");
    expect(given({ round: 3 }, three)).toBe("rejected");
    expect(given({}, [...three.slice(0, 2), elector("c", "no", { reasoned: true })])).toBe("rejected");
    expect(given({}, [elector("a", "yes", { objects: true }), ...three.slice(1)])).toBe("postponed");
  });

  it("is refused where it is none", () => {
    for (const adopted of [undefined, {}, { of: "maybe", at_least: 1 }, { of: "yes" }]) expect(() => readProcedure({ id: "x", electorate, adopted })).toThrow();
  });
});
