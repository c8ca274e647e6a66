// A procedure evaluated over votes, in exact numbers: what the node computes in src/governance/procedure, once more. Names and
// meanings are those of docs/formats.md, "Procedures" and "Conditions".
import { isObject } from "./dsse";
import { malformed } from "./refusal";

export type Choice = "yes" | "no" | "abstain" | "attending" | "absent";
export type Outcome = "adopted" | "rejected" | "no-quorum" | "tied" | "postponed";

export interface Elector {
  id: string;
  houses: readonly string[]; // the ids of those that it is in
  weights: Readonly<Record<string, bigint>>;
  choice: Choice;
  reasoned: boolean;
  objects: boolean;
  answered: boolean; // its objection was
  recused: boolean;
}

export interface Circumstances {
  declarations: ReadonlyMap<string, boolean>;
  earlier: ReadonlyMap<string, boolean>; // was it adopted?
  parameters: Readonly<Record<string, unknown>>;
  round: number;
}

// What is counted: the bits of what an elector did, as the node numbers them.
const kBits = {
  yes: 1, "no-reasoned": 2, "no-unreasoned": 4, no: 6, abstain: 8, attending: 16, absent: 32, cast: 7, present: 31, all: 63, "not-yes": 62,
  "sustained-objections": 64, "answered-objections": 128, objections: 192,
} as const;
export type Quantity = keyof typeof kBits;
const kCounted = 8;

interface Fraction {
  num: bigint;
  den: bigint;
}

export type Comparison = "at_least" | "more_than" | "at_most" | "less_than";
const kComparisons: readonly Comparison[] = ["at_least", "more_than", "at_most", "less_than"];

export interface Compared {
  kind: "compared";
  title: string;
  of: Quantity[];
  base: Quantity[]; // empty: the threshold is a number
  house: string; // empty: the whole electorate
  by: string; // empty: each counts one
  comparison: Comparison;
  threshold: Fraction;
  parameter: string; // the threshold is its value; empty: it is not
  rounding: "none" | "down" | "up" | "nearest";
  plus: bigint;
}
export type Condition =
  | { kind: "all" | "any" | "not"; title: string; parts: Condition[] }
  | { kind: "declared"; title: string; name: string }
  | { kind: "earlier"; title: string; name: string; parts: [Condition, Condition] }
  | { kind: "round"; title: string; most: number }
  | Compared;

export interface Found {
  met: boolean;
  condition: Condition;
  house: string;
  value?: bigint;
  base?: bigint;
  threshold?: string;
  needed?: bigint;
  parts: Found[];
}

export interface House {
  id: string;
  title: string;
  who: Selector;
}
export interface Selector {
  everybody: boolean;
  classes: string[];
  groups: string[];
  members: string[];
}
export interface Procedure {
  id: string;
  title: string;
  electorate: Selector;
  houses: House[];
  weights: { id: string; of: Record<string, unknown> | null }[];
  parameters: string[];
  earlier: string[];
  quorum: Condition | null;
  postponed: Condition | null;
  adopted: Condition;
  tie: { then: string; rounds: number; by: string } | null;
  recusalAbstains: boolean;
  maxProxies: number | null;
  witnessed: boolean; // it names witnesses, whose word decides what was in by the close
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => list(value).filter((item): item is string => typeof item === "string");
const text = (value: unknown): string => (typeof value === "string" ? value : "");

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

// "2/3", "55%", "0.65", 15.
export function fraction(value: unknown): Fraction {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return { num: BigInt(value), den: 1n };
  const match = /^(?:(\d{1,9})\/(\d{1,9})|(\d{1,9})(?:\.(\d{1,9}))?(%)?)$/.exec(text(value));
  if (!match) throw malformed("procedure.threshold");
  const [, above, below, whole, part = "", percent] = match;
  const num = above === undefined ? BigInt((whole as string) + part) : BigInt(above);
  const den = above === undefined ? 10n ** BigInt(part.length) * (percent ? 100n : 1n) : BigInt(below as string);
  if (den === 0n) throw malformed("procedure.threshold");
  const common = gcd(num, den);
  return { num: num / common, den: den / common };
}

function quantities(value: unknown): Quantity[] {
  const words = typeof value === "string" ? [value] : texts(value);
  if (words.length === 0 || words.some((word) => !Object.hasOwn(kBits, word))) throw malformed("procedure.of");
  return words as Quantity[];
}

export function readCondition(value: unknown, houses: readonly { id: string }[]): Condition {
  if (!isObject(value)) throw malformed("procedure.condition");
  const title = text(value["title"]);
  const read = (part: unknown) => readCondition(part, houses);
  for (const kind of ["all", "any"] as const) {
    if (Array.isArray(value[kind])) return { kind, title, parts: value[kind].map(read) };
  }
  if (value["not"] !== undefined) return { kind: "not", title, parts: [read(value["not"])] };
  if (typeof value["declared"] === "string") return { kind: "declared", title, name: value["declared"] };
  if (typeof value["earlier"] === "string") {
    return { kind: "earlier", title, name: value["earlier"], parts: [read(value["adopted"]), read(value["rejected"])] };
  }
  if (typeof value["round_at_most"] === "number") return { kind: "round", title, most: value["round_at_most"] };
  const comparison = kComparisons.find((name) => value[name] !== undefined);
  if (!comparison) throw malformed("procedure.condition");
  const threshold = value[comparison];
  const parameter = isObject(threshold) ? text(threshold["parameter"]) : "";
  const rounding = text(value["rounding"]) || "none";
  if (!["none", "down", "up", "nearest"].includes(rounding)) throw malformed("procedure.rounding");
  const compared: Compared = {
    kind: "compared", title, of: quantities(value["of"]), base: value["base"] === undefined ? [] : quantities(value["base"]),
    house: text(value["in"]), by: text(value["by"]), comparison, threshold: parameter ? { num: 0n, den: 1n } : fraction(threshold), parameter,
    rounding: rounding as Compared["rounding"], plus: typeof value["plus"] === "number" ? BigInt(value["plus"]) : 0n,
  };
  if (compared.house !== "each") return compared;
  return { kind: "all", title: "", parts: houses.map(({ id }) => ({ ...compared, house: id })) };
}

function selector(value: unknown): Selector {
  const fields = isObject(value) ? value : {};
  return {
    everybody: fields["everybody"] === true, classes: texts(fields["classes"]), groups: texts(fields["groups"]), members: texts(fields["members"]),
  };
}

export function takes(who: Selector, id: string, stakeholderClass: string, groups: readonly string[]): boolean {
  return who.everybody || who.classes.includes(stakeholderClass) || who.members.includes(id) || who.groups.some((group) => groups.includes(group));
}

export function readProcedure(value: unknown): Procedure {
  if (!isObject(value) || !isObject(value["electorate"])) throw malformed("procedure");
  const houses = list(value["houses"]).map((house): House => {
    if (!isObject(house) || typeof house["id"] !== "string") throw malformed("procedure.houses");
    return { id: house["id"], title: text(house["title"]), who: selector(house["who"]) };
  });
  const named = (name: string) => list(value[name]).map((item) => (isObject(item) ? text(item["id"]) : ""));
  const condition = (name: string) => (value[name] === undefined ? null : readCondition(value[name], houses));
  const { tie } = value;
  return {
    id: text(value["id"]), title: text(value["title"]), electorate: selector(value["electorate"]), houses,
    weights: list(value["weights"]).map((table) => {
      if (!isObject(table) || typeof table["id"] !== "string") throw malformed("procedure.weights");
      return { id: table["id"], of: isObject(table["of"]) ? table["of"] : null };
    }),
    parameters: named("parameters"), earlier: named("earlier"), quorum: condition("quorum"), postponed: condition("postponed"),
    adopted: readCondition(value["adopted"], houses),
    tie: isObject(tie) ? { then: text(tie["then"]), rounds: typeof tie["rounds"] === "number" ? tie["rounds"] : 1, by: text(tie["by"]) } : null,
    recusalAbstains: value["recusal"] === "abstains", maxProxies: typeof value["max_proxies"] === "number" ? value["max_proxies"] : null,
    witnessed: value["witnesses"] !== undefined,
  };
}

// Sums by house ("": all) and weight table ("": one each), of each thing that is counted.
type Sums = Map<string, Map<string, bigint[]>>;

function count(procedure: Procedure, electors: readonly Elector[]): Sums {
  const tables = ["", ...procedure.weights.map(({ id }) => id)];
  const sums: Sums = new Map(
    ["", ...procedure.houses.map(({ id }) => id)].map((house) => [house, new Map(tables.map((table) => [table, Array<bigint>(kCounted).fill(0n)]))]),
  );
  for (const elector of electors) {
    if (elector.recused && !procedure.recusalAbstains) continue;
    const choice = elector.recused ? "abstain" : elector.choice;
    let bits: number = choice === "no" ? kBits[elector.reasoned ? "no-reasoned" : "no-unreasoned"] : kBits[choice];
    if (elector.objects && !elector.recused) bits |= kBits[elector.answered ? "answered-objections" : "sustained-objections"];
    for (const house of ["", ...elector.houses]) {
      for (const table of tables) {
        const row = sums.get(house)?.get(table);
        if (!row) continue;
        const weight = table === "" ? 1n : (elector.weights[table] ?? 0n);
        for (let i = 0; i < kCounted; ++i) if ((bits >> i) & 1) row[i] = (row[i] as bigint) + weight;
      }
    }
  }
  return sums;
}

function sumOf(sums: Sums, house: string, table: string, of: readonly Quantity[]): bigint {
  const row = sums.get(house)?.get(table);
  if (!row) throw malformed("procedure.in");
  const bits = of.reduce((all, word) => all | kBits[word], 0);
  return row.reduce((sum, value, i) => ((bits >> i) & 1 ? sum + value : sum), 0n);
}

const floor = (num: bigint, den: bigint) => (num >= 0n ? num / den : -((-num + den - 1n) / den));

function compare(condition: Compared, sums: Sums, circumstances: Circumstances): Found {
  const value = sumOf(sums, condition.house, condition.by, condition.of);
  const threshold = condition.parameter ? fraction(circumstances.parameters[condition.parameter]) : condition.threshold;
  const base = condition.base.length > 0 ? sumOf(sums, condition.house, condition.by, condition.base) : undefined;
  let { num, den } = threshold;
  if (base !== undefined) num *= base;
  if (condition.rounding !== "none") {
    num = condition.rounding === "down" ? num / den : condition.rounding === "up" ? (num + den - 1n) / den : (2n * num + den) / (2n * den);
    den = 1n;
  }
  num += condition.plus * den;
  const scaled = value * den;
  const [met, needed] = {
    at_least: [scaled >= num, floor(num + den - 1n, den)] as const,
    more_than: [scaled > num, floor(num, den) + 1n] as const,
    at_most: [scaled <= num, floor(num, den)] as const,
    less_than: [scaled < num, floor(num + den - 1n, den) - 1n] as const,
  }[condition.comparison];
  const lower = condition.comparison === "at_least" || condition.comparison === "more_than";
  return {
    met: base === 0n ? !lower : met, // nothing was cast: no share of it is a majority
    condition, house: condition.house, value, ...(base === undefined ? {} : { base }),
    threshold: threshold.den === 1n ? String(threshold.num) : `${threshold.num}/${threshold.den}`, needed, parts: [],
  };
}

function find(condition: Condition, sums: Sums, circumstances: Circumstances): Found {
  const inner = (part: Condition) => find(part, sums, circumstances);
  const found = (met: boolean, parts: Found[] = []): Found => ({ met, condition, house: "", parts });
  switch (condition.kind) {
    case "compared":
      return compare(condition, sums, circumstances);
    case "all":
    case "any": {
      const parts = condition.parts.map(inner);
      return found(condition.kind === "all" ? parts.every(({ met }) => met) : parts.some(({ met }) => met), parts);
    }
    case "not": {
      const parts = condition.parts.map(inner);
      return found(!parts[0]?.met, parts);
    }
    case "declared":
      return found(circumstances.declarations.get(condition.name) === true);
    case "earlier": {
      const part = inner(condition.parts[circumstances.earlier.get(condition.name) ? 0 : 1]);
      return found(part.met, [part]);
    }
    case "round":
      return found(circumstances.round <= condition.most);
  }
}

export interface Evaluated {
  outcome: Outcome;
  counts: { house: string; table: string; votes: Record<Choice, bigint> }[];
  quorum: Found | null;
  postponed: Found | null;
  adopted: Found;
}

export function evaluate(procedure: Procedure, electors: readonly Elector[], circumstances: Circumstances): Evaluated {
  const sums = count(procedure, electors);
  const at = (condition: Condition | null) => condition && find(condition, sums, circumstances);
  const [quorum, postponed, adopted] = [at(procedure.quorum), at(procedure.postponed), find(procedure.adopted, sums, circumstances)];
  const words = ["yes", "no", "abstain", "attending", "absent"] as const;
  const counts = [...sums].flatMap(([house, tables]) =>
    [...tables.keys()].map((table) => ({
      house, table, votes: Object.fromEntries(words.map((word) => [word, sumOf(sums, house, table, [word])])) as Record<Choice, bigint>,
    })),
  );
  const decide = (): Outcome => {
    if (quorum && !quorum.met) return "no-quorum";
    if (postponed?.met) return "postponed";
    const yes = sumOf(sums, "", "", ["yes"]);
    const { tie } = procedure;
    if (tie && yes > 0n && yes === sumOf(sums, "", "", ["no"])) {
      if (tie.then === "revote" && circumstances.round < tie.rounds) return "tied";
      return tie.then === "casting-vote" && circumstances.declarations.get(tie.by) === true ? "adopted" : "rejected";
    }
    return adopted.met ? "adopted" : "rejected";
  };
  return { outcome: decide(), counts, quorum, postponed, adopted };
}
