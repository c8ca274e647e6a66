// What a delegate's key may sign: docs/formats.md, "Delegates".
import { isObject } from "./dsse";

const kOfGovernance: Record<string, string> = {
  ...of("vote", "ballot", "proxy", "credential", "secret-ballot", "suspension"),
  ...of("propose", "procedure", "proposal", "amendment", "opening", "declaration", "answer", "certification", "election"),
  ...of("propose", "election-result", "consultation", "consultation-summary"),
  ...of("speak", "comment", "endorsement", "public-comment", "moderation", "conformity", "review", "place"),
  ...of("accede", "accession"),
  ...of("recover", "recovery-request"),
};

function of(power: string, ...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`governance.${name}`, power]));
}

// The power that it takes to sign a statement of the type; null: no delegate can.
export function powerFor(type: string): string | null {
  if (type.startsWith("governance.")) return kOfGovernance[type] ?? null;
  return type.startsWith("federation.") && type !== "federation.parcel" ? null : "publish";
}

// By the "delegate" of a key's addition, or null where it is a key of the member's own.
export function allows(delegate: unknown, type: string, witnessed: number): boolean {
  if (delegate === undefined) return true;
  if (!isObject(delegate) || !Array.isArray(delegate["powers"])) return false;
  const second = (name: string): number => Math.floor(Date.parse(String(delegate[name])) / 1000);
  const from = delegate["from"] === undefined ? 0 : second("from");
  return delegate["powers"].includes(powerFor(type)) && witnessed >= from && witnessed < second("until");
}
