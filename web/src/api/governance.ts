// What the node answers of proposals, votes and rules. Shown as it says; a tally is believed once src/verify/vote.ts has counted.
import type { Language } from "../i18n";
import type { NodeAnswer, StakeholderClass, Statement } from "./types";

export const kChoices = ["yes", "no", "abstain", "attending", "absent"] as const;
export type Choice = (typeof kChoices)[number];
export type Outcome = "adopted" | "rejected" | "no-quorum" | "tied" | "postponed" | "void";

export interface ProposalText {
  language: Language;
  authentic: boolean;
  title: string;
  text: string;
}

export interface Version {
  id: string;
  author: string;
  co_authors?: string[];
  proposed: string;
  note: string;
  texts?: ProposalText[];
  rule?: RulePart;
  body?: BodyPart;
  charter?: CharterPart;
  content?: string; // the digest of what it says
  amendments?: string[]; // applied to the version before
}

export interface VoteHead {
  id: string;
  version: string;
  procedure: string;
  round: number;
  opened: string;
  closes: string;
  body?: string; // that it is put to
  outcome?: Outcome;
  why?: string;
  settled?: boolean;
}

export interface Proposal {
  id: string;
  title: string;
  author: string;
  proposed: string;
  versions: Version[];
  votes: VoteHead[];
}

// The passage `quote`, which begins at byte `at`, is replaced by `text`.
export interface Edit {
  language: Language;
  in?: "title";
  at: number;
  quote?: string;
  text?: string;
}

export interface Amendment {
  id: string;
  author: string;
  proposed: string;
  version: string;
  note?: string;
  edits: Edit[];
  votes: VoteHead[];
  changes: { language: Language; title: TextChange[]; text: TextChange[] }[];
  misfit?: string;
  conflicts: string[];
  untouched: Language[];
  state: "proposed" | "open" | "adopted" | "rejected" | "fell" | "applied" | "lapsed";
  applied_in?: string;
}

export interface AmendmentsAnswer {
  proposal: string;
  amendments: Amendment[];
  result?: { version: string; amendments: string[]; content: string };
}

export type Position = "for" | "against" | "neutral";

export interface Comment {
  id: string;
  author: string;
  said: string;
  version: string;
  text: string;
  depth: number;
  language?: Language;
  quote?: string;
  stands?: boolean;
  reply_to?: string;
  position?: Position;
}

export interface Discussion {
  proposal: string;
  endorsements: { member: string; version: string; since: string }[];
  comments: Comment[];
}

export interface TextChange {
  change: "same" | "removed" | "added";
  text: string;
}

export interface Diff {
  from: string;
  to: string;
  language: Language;
  title: TextChange[];
  text: TextChange[];
}

export interface Finding {
  title: string;
  met: boolean;
  house?: string;
  value?: number;
  base?: number;
  threshold?: string;
  needed?: number;
  figures?: string;
  parts?: Finding[];
}

export interface RollCallLine {
  member: string;
  name: string;
  class: StakeholderClass;
  vote: Choice;
  ballot?: string;
  by?: string;
  witnessed?: string;
  reason?: string;
  objection?: "sustained" | "answered";
  recused?: boolean;
  changes?: number;
  seat?: string; // of the body that it is put to
  person?: string; // who speaks for the member in it
}

export const kReasons = ["replaced", "late", "early", "foreign", "wrong-version", "revoked-key", "forged", "open", "no-power", "outside-term"] as const;

export interface Disregarded {
  ballot: string;
  author: string;
  why: (typeof kReasons)[number];
  text: string;
  witnessed: string;
}

// Why what a vote adopts binds nobody (docs/governance.md, "What binds everybody").
export interface Unbinding {
  where: string;
  why: string;
  mend: string;
}

export interface Vote {
  procedure: string;
  outcome: Outcome;
  why: string;
  binds: "all" | "acceding";
  counts: ({ house?: string; votes: Record<Choice, number> } & Record<string, unknown>)[];
  quorum?: Finding;
  postponed?: Finding;
  adopted?: Finding;
  proposal: string;
  version: string;
  amends?: string; // of a vote on an amendment: the version that it amends
  opening: string;
  body?: { id: string; name: string }; // that it is put to
  unbinding?: Unbinding;
  chair: string;
  opened: string;
  closes: string;
  counted: number;
  ballots: string;
  roll_call: RollCallLine[];
  disregarded: Disregarded[];
  proxies?: { proxy: string; counted: boolean }[];
  acceded?: string[];
  close?: { settled: boolean; waits: string[]; behind: { log: string; held: number; sealed: number }[]; faults: string[]; dropped: { witness: string; evidence: string }[] };
}

// A condition of a procedure, as it is written (docs/formats.md, "Conditions").
export type WrittenCondition = Record<string, unknown>;

export interface WrittenProcedure {
  id: string;
  title: string;
  note?: string;
  sources?: { title: string; url?: string }[];
  houses?: { id: string; title: string }[];
  weights?: { id: string; title: string }[];
  max_proxies?: number;
  tie?: unknown;
  quorum?: WrittenCondition;
  postponed?: WrittenCondition;
  adopted?: WrittenCondition;
}

export interface Opening extends Statement {
  body: { version: string; procedure: WrittenProcedure & Record<string, unknown>; closes: string };
}

// What a rule's policy tests of an act (docs/formats.md, "Policies").
export interface PolicyTest {
  all?: PolicyTest[];
  any?: PolicyTest[];
  not?: PolicyTest;
  attribute?: string;
  [operator: string]: unknown;
}
export interface PolicyClause {
  forbid?: string[];
  permit?: string[];
  title: string;
  when?: PolicyTest;
  unless?: PolicyTest;
}
export interface RulePart {
  number: string;
  topics?: string[];
  delay_days?: number;
  from?: string;
  expires?: string;
  repeals?: string[];
  suspension?: { classes?: number; of_each?: string; days?: number };
  policy?: { closed?: string[]; clauses?: PolicyClause[]; counts?: { least?: number; noise?: number } };
}

export type BodyKind = "committee" | "working-group" | "council" | "board" | "secretariat";
export type BodyPower = "rules" | "bodies";
export interface Seat {
  seat: string;
  member?: string;
  person?: string;
  from?: string;
  until?: string;
  held?: boolean;
}
// What makes a proposal an act on a body (docs/formats.md, "Bodies").
export interface BodyPart {
  act: "found" | "amend" | "appoint" | "dissolve";
  id: string;
  kind?: BodyKind;
  parent?: string;
  powers?: BodyPower[];
  until?: string;
  procedure?: { id: string };
  seats?: Seat[];
}

// What makes a proposal an amendment to the charter (docs/formats.md, "Amending the charter").
export type CharterProcedures = NonNullable<NonNullable<NodeAnswer["community"]>["procedures"]>;
export interface CharterPart {
  name?: string;
  purpose?: string;
  procedures?: CharterProcedures;
  delay_days?: number;
  from?: string;
}
export interface CharterVersion extends CharterPart {
  version?: number; // not there where it has no effect
  state: "in-force" | "ended" | "to-come" | "void";
  since: string;
  charter?: string; // as it was founded: the statement
  adopted?: string;
  vote?: string;
  text?: string;
  title?: string;
  proposed_by?: string;
  changes?: ("name" | "purpose" | "procedures.rules" | "procedures.bodies" | "procedures.charter")[];
  void?: string;
}

export interface BodyItem {
  id: string;
  name: string;
  kind: BodyKind;
  parent?: string;
  powers: BodyPower[];
  decides_by: string;
  founded: string;
  since: string;
  until?: string;
  state: "standing" | "ended";
  ended?: string;
  why_ended?: string;
  seats: Seat[];
}
export interface Body extends BodyItem {
  texts: ProposalText[];
  bodies: string[];
  acts: { act: BodyPart["act"]; vote: string; text: string; proposed_by: string; adopted: string; by?: string; void?: string }[];
  votes: (VoteHead & { title: string })[];
}

export interface ModerationItem {
  id: string;
  by: string;
  at: string;
  act: "hide" | "show" | "suspend" | "restore" | "erase";
  reason: string;
  rule?: string;
  comment?: string;
  consultation?: string;
  account?: string;
  statement?: string; // that was erased
  void?: string;
}

export interface ConsultationItem {
  id: string;
  version: string;
  title: string;
  author: string;
  announced: string;
  question?: string;
  open_to: "members" | "public";
  opens: string;
  closes: string;
  state: "to-come" | "open" | "closed" | "answered";
  moderation: "after" | "before";
  moderators?: string[];
  code?: string;
  shown: number;
  hidden: number;
}
export interface RoundComment {
  id: string;
  public: boolean;
  author: string; // or who has taken it in
  said: string;
  shown: boolean;
  name?: string;
  text?: string;
  language?: Language;
  quote?: string;
  reply_to?: string;
  position?: Position;
  moderated?: ModerationItem;
}
export interface Consultation extends ConsultationItem {
  comments: RoundComment[];
  outside?: string[];
  summary?: { id: string; said: string; text: string; answers?: { comments: string[]; answer: string }[] };
}

export type RuleState = "to-come" | "in-force" | "suspended" | "ended";

export interface RuleItem {
  number: string;
  version: number;
  title: string;
  topics: string[];
  state: RuleState;
  author: string;
  procedure: string;
  vote: string;
  text: string;
  adopted: string;
  in_force: string;
  until?: string;
  ended?: string;
  acts: boolean;
  binds: "all" | "acceding";
  acceded?: { member: string; since: string }[];
  suspension?: { from: string; until: string; classes: StakeholderClass[]; asked_by: string[] };
}

export interface Conformity {
  member: string;
  id: string;
  said: string;
  conforms: "yes" | "partly" | "no";
  note?: string;
  evidence?: { title: string; url?: string; statement?: string }[];
  review_by?: string | null;
  reviews: { by: string; id: string; finding: "confirmed" | "doubted"; reason: string; until?: string | null }[];
}

// Across rules (/api/v1/conformity).
export interface ConformityTable {
  topics: string[];
  rules: { number: string; title: string }[];
  members: string[];
  declarations: (Omit<Conformity, "reviews"> & { rule: string; state: "current" | "due" | "overdue"; reviews: (Conformity["reviews"][number] & { holds: boolean })[] })[];
  recognition: { member: string; by: string; confirmed: string[]; doubted: string[]; lapsed: string[]; mutual: string[] }[];
  due: { day: string; state: "due" | "overdue"; what: "declaration" | "recognition"; rule: string; title: string; member: string; by: string | null; id: string }[];
}

export interface Rule extends RuleItem {
  texts: ProposalText[];
  note?: string;
  rule: RulePart;
  conformity: Conformity[];
  versions: RuleItem[];
  barred?: ({ vote: string; text: string; adopted: string } & Unbinding)[]; // of that number, and binding nobody
}

export interface Impact {
  rule: string;
  days: number;
  acts: number;
  allowed_before: number;
  allowed_after: number;
  flipped: number;
  flips: {
    id: string;
    type: string;
    author: string;
    witnessed: string;
    before: "allowed" | "refused";
    after: "allowed" | "refused";
    rule: string;
    why: string;
  }[];
  concerns: { kind: string; text: string }[];
}

export type ElectionPhase = "registration" | "voting" | "shuffling" | "decryption" | "counted" | "void";

export interface ElectionItem {
  id: string;
  title: string;
  author: string;
  announced: string;
  opens: string;
  closes: string;
  phase: ElectionPhase;
  electors: number;
  registered: number;
  counted: number;
  results: number;
}

// A secret election; what its texts are, belenios-tool knows.
export interface Election extends Omit<ElectionItem, "electors" | "registered" | "results"> {
  description?: string;
  candidates: string[];
  seats: number;
  min?: number; // how many one ballot chooses, where votes are added up
  max?: number;
  uuid: string; // Belenios'; so is the group
  group: string;
  method?: "stv" | "schulze" | "majority-judgment"; // ballots are ranked or graded, shuffled and opened
  grades?: string[];
  flaw?: string;
  trustees: { member: string; key?: string; factors?: string; shuffles?: string[] }[];
  electors: { member: string; name: string; class: StakeholderClass; credential?: string; ballot?: string; witnessed?: string }[];
  disregarded: Disregarded[];
  results: { member: string; id: string; votes?: number[]; elected?: number[]; counted: number; ballots: string }[];
  ballots: string;
}
