// Releases of OCDS 1.1.5 out of what somebody fills in, and out of files. The node holds each to the schema before it takes it.
import { isObject } from "../verify/dsse";
import type { CallOpening, Compiled, Money } from "./answers";

export const kReleaseKinds = ["planning", "tender", "award", "contract", "implementation"] as const;
export type ReleaseKind = (typeof kReleaseKinds)[number];
export const kMethods = ["open", "selective", "limited", "direct"] as const;
export const kCategories = ["goods", "works", "services"] as const;

type Json = Record<string, unknown>;

export interface Filled {
  id?: string; // of what the release tells: the tender's, the award's, the contract's, the payment's
  title?: string;
  description?: string;
  method?: string;
  category?: string;
  value?: Money | undefined;
  from?: string | undefined;
  until?: string | undefined;
  supplier?: string;
  award?: string;
  contract?: string;
  date?: string | undefined;
}

const set = (fields: Json): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));

function told(kind: ReleaseKind, author: string, it: Filled, known: Compiled, at: string): Json {
  const party = (id: string) => ({ id, name: id });
  const period = it.from || it.until ? set({ startDate: it.from, endDate: it.until }) : undefined;
  const { id, title, description, value } = it;
  switch (kind) {
    case "planning":
      return { planning: set({ rationale: description, budget: value && set({ description: title, amount: value }) }) };
    case "tender":
      return {
        buyer: party(author), parties: [{ ...party(author), roles: ["buyer"] }],
        tender: set({ id, title, description, status: "active", procurementMethod: it.method, mainProcurementCategory: it.category, value, tenderPeriod: period }),
      };
    case "award": {
      const supplier = it.supplier ?? "";
      return {
        parties: [{ ...party(supplier), roles: ["supplier"] }],
        awards: [set({ id, title, description, status: "active", date: it.date ?? at, value, suppliers: [party(supplier)] })],
      };
    }
    case "contract":
      return { contracts: [set({ id, awardID: it.award, title, description, status: "active", value, period, dateSigned: it.date ?? at })] };
    case "implementation": {
      const contract = known.contracts?.find((each) => each.id === it.contract);
      const supplier = known.awards?.find((each) => each.id === contract?.awardID)?.suppliers?.[0];
      const payee = supplier?.id ? { id: supplier.id, name: supplier.name ?? supplier.id } : undefined;
      const paid = set({ id, date: it.date ?? at, value, payer: party(author), payee });
      return { contracts: [set({ id: it.contract, awardID: contract?.awardID, implementation: { transactions: [paid] } })] };
    }
  }
}

// `at`: now, to the millisecond.
export function releaseOf(kind: ReleaseKind, ocid: string, author: string, it: Filled, known: Compiled, at: string): Json {
  const stamp = at.replace(/\D/g, "");
  return { ocid, id: `${ocid}-${kind}-${stamp}`, date: at, tag: [kind], initiationType: "tender", ...told(kind, author, it, known, at) };
}

// What did not count was withdrawn by its bidder, or is disqualified (the extension for bids of OCDS).
const statusOf = (stand: string) => (stand === "valid" || stand === "withdrawn" ? stand : "disqualified");

// The award to one of a call's opened bids, with all bids as they stand, so that red flags can be told; as `comity tender award` does.
export function awardOf(opening: CallOpening, to: string, id: string, reason: string, tender: string, at: string): Json {
  const { process } = opening.call;
  const ocid = process.slice(process.indexOf("/") + 1);
  const standing = opening.bids.filter(({ stand }) => stand !== "replaced");
  const party = (bidder: string) => ({ id: bidder, name: bidder });
  const bidders = [...new Set(standing.filter(({ stand }) => stand !== "withdrawn").map(({ bidder }) => bidder))];
  const winner = standing.find(({ bidder, stand }) => bidder === to && stand === "valid");
  return {
    ocid, id: `${ocid}-award-${id}`, date: at, tag: ["award"], initiationType: "tender",
    parties: bidders.map((bidder) => ({ ...party(bidder), roles: bidder === to ? ["tenderer", "supplier"] : ["tenderer"] })),
    tender: { id: tender, numberOfTenderers: bidders.length, tenderers: bidders.map(party) },
    bids: {
      details: standing.map(({ bid, bidder, witnessed, stand, value }) => ({ id: bid, date: witnessed, status: statusOf(stand), tenderers: [party(bidder)], ...(value ? { value } : {}) })),
    },
    awards: [set({ id, status: "active", date: at, value: winner?.value, suppliers: [party(to)], description: reason })],
  };
}

// A record's releases are those that it embeds; links to them are none. Else what it was compiled to.
function recorded(record: unknown): Json[] {
  if (!isObject(record)) return [];
  const embedded = Array.isArray(record["releases"]) ? record["releases"].filter((each: unknown): each is Json => isObject(each) && !("url" in each)) : [];
  return embedded.length > 0 ? embedded : isObject(record["compiledRelease"]) ? [record["compiledRelease"]] : [];
}

// The releases of a package, a record package, a list, or one alone; as the node reads them.
function unwrapped(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(unwrapped);
  if (!isObject(value)) return [];
  if (Array.isArray(value["records"])) return value["records"].flatMap(recorded);
  if (Array.isArray(value["releases"]) && !("ocid" in value)) return value["releases"] as Json[];
  return "releases" in value || "compiledRelease" in value ? recorded(value) : [value];
}

// One JSON text, or a line each. Throws where it is neither.
export function releasesIn(text: string): Json[] {
  try {
    return unwrapped(JSON.parse(text));
  } catch {
    return text.split("\n").filter((line) => line.trim() !== "").flatMap((line) => unwrapped(JSON.parse(line)));
  }
}
