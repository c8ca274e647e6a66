// What the node answers of the open market (/api/v1/market/...) and of the clearing house (/api/v1/clearing/...).
export interface Money {
  amount: number;
  currency: string;
}

export interface CallRef {
  ref: string;
  statement: string;
  title: string;
  process: string;
  deadline: string;
  open_by: string;
}

export interface ProcessHead {
  process: string;
  author: string;
  ocid: string;
  title: string;
  status: string;
  method: string;
  value: Money | null;
  calls: CallRef[];
}

export interface Tenders {
  rows: (ProcessHead & { releases: number; flags: string[]; last: { tag: string[]; date: string; statement: string } })[];
  calls: CallRef[];
}

export interface Exhibit {
  title: string;
  url?: string;
  statement?: string;
}

export interface Reply {
  author: string;
  role: "buyer" | "tenderer" | "other";
  flag: string;
  text: string;
  evidence: Exhibit[];
  statement: string;
}

// What the node finds wrong with a file of releases; nothing of it is kept.
export interface ReleaseCheck {
  releases: number;
  processes: number;
  defects: { kind: string; line: number; release: string; where: string; what: string; mend: string; quarantined: boolean }[];
}

// Of a compiled release what the page reads.
export interface Compiled {
  tender?: { id?: string };
  awards?: { id: string; title?: string; suppliers?: { id?: string; name?: string }[] }[];
  contracts?: { id: string; awardID?: string; title?: string }[];
}

export interface Tender extends ProcessHead {
  compiled: Compiled;
  releases: { id: string; date: string; tag: string[]; witnessed: string; statement: string; doubled: boolean; backdated: boolean }[];
  flags: { flag: string; title: string; question: string; method: string; about: string; id: string; value: number; compared: number; fence: number | null; replies: Reply[] }[];
  replies: Reply[];
}

// A call's bids as they were said, to be opened.
export interface SealedBid {
  call: string;
  revision?: number;
  withdrawn?: boolean;
  salt?: string;
  key?: string;
  sealed?: string;
  shares?: string[];
}
export interface SealedBids {
  statement: string;
  call: { openers?: { member: string; key: string }[]; threshold?: number };
  rows: { author: string; statement: string; bid: SealedBid }[];
}

export const kStands = ["valid", "sealed", "waits", "late", "replaced", "withdrawn", "unopened", "revealed", "altered", "copied", "unfit", "unshared"] as const;
export type Stand = (typeof kStands)[number];

export interface CallOpening {
  call: CallRef & { author: string; currency: string; openers: { member: string; key: string }[]; threshold: number; witnesses: string; note: string };
  closed: boolean;
  settled: boolean;
  waits: string[];
  bids: { bid: string; bidder: string; revision: number; witnessed: string; stand: Stand; why: string; opened_by: "" | "key" | "shares"; value: Money | null; note: string; documents: Exhibit[] }[];
  ranked: string[];
  faults: string[];
}

interface Stated {
  ref: string;
  author: string;
  statement: string;
  title: string;
  kind: string;
  amount: number;
  unit: string;
  left: number;
  fitting: number;
  period: { from: string; to: string };
}
export interface Need extends Stated {
  place: string;
  name: string;
  beneficiaries: { people: number; who?: string };
}
export interface Offer extends Stated {
  places?: string[];
  cost?: { amount: number; fund: string };
}

export interface Plan {
  fairness: string;
  keep: number;
  method: string;
  value: number | null;
  bound: number | null;
  gap: number | null;
  people: number;
  groups: { id: string; weight: number; floor: number; reached: number; missed: number; price: number }[];
  needs: { id: string; amount: number; value: number; weight: number; groups: string[]; given: number; price: number }[];
  offers: { id: string; amount: number; cost?: { amount: number; fund: string }; given: number; price: number }[];
  pairs: [number, number, number][];
  assignments: { need: string; offer: string; amount: number; people: number }[];
  left_out: { what: string; ref: string; why: string }[];
  curve: { keep: number; value: number; bound: number; reached: Record<string, number> }[];
}

// The figure of the year before, the newest since, and the median change of all other places.
export interface Effect {
  indicator: string;
  place: string;
  from: number;
  dataset: string | null;
  before: number | null;
  after: number | null;
  after_year: number | null;
  change: number | null;
  elsewhere: number | null;
  places: number;
}
export interface Commitment {
  ref: string;
  author: string;
  statement: string;
  offer: string;
  need: string;
  amount: number;
  unit: string | null;
  delivered: number;
  received: number;
  overdue: boolean;
  disagree: boolean;
  milestones: { id: string; title: string; due: string; amount: number; delivered: number; received: number; state: "due" | "overdue" | "delivered" | "received"; days_late: number }[];
  deliveries: { author: string; statement: string; said: "delivered" | "received" | "seen"; milestone: string; amount: number; day: string; note?: string; evidence?: Exhibit[] }[];
  effect: Effect | null;
}

// Why a need got what it got: for each offer that fits it, what a unit is worth here, what the unit and its money are worth to others
// by the plan's prices, and by how much this need falls short.
export interface Alternative {
  offer: string;
  given: number;
  worth: number;
  elsewhere: number;
  short: number;
}
export function alternativesOf(plan: Plan, need: string): Alternative[] {
  const prices = new Map(plan.groups.map(({ id, price }) => [id, price]));
  const shares = new Map(plan.groups.map(({ id, weight, reached }) => [id, reached > 0 ? weight / reached : 0]));
  const offers = new Map(plan.offers.map((offer) => [offer.id, offer]));
  return plan.pairs.flatMap(([at, of, fit]) => {
    const [one, offer] = [plan.needs[at], plan.offers[of]];
    if (!one || !offer || one.id !== need) return [];
    const counted = plan.fairness === "balanced" ? one.groups.reduce((sum, group) => sum + (shares.get(group) ?? 0), 0) : one.weight;
    const weight = counted + one.groups.reduce((sum, group) => sum + (prices.get(group) ?? 0), 0);
    const worth = (one.value / one.amount) * fit * weight;
    const money = offer.cost ? offer.cost.amount * (offers.get(offer.cost.fund)?.price ?? 0) : 0;
    const elsewhere = offer.price + money;
    const given = plan.assignments.find((each) => each.need === need && each.offer === offer.id)?.amount ?? 0;
    return [{ offer: offer.id, given, worth, elsewhere, short: Math.max(0, elsewhere - worth) }];
  });
}
