// What the node answers under /api/v1 (its OpenAPI document is at /api/v1/openapi.json). Trusted for showing, never for
// verifying: src/verify checks every field that it uses.

export const kClasses = ["government", "international", "company", "technical", "civil", "citizen"] as const;
export type StakeholderClass = (typeof kClasses)[number];
export type Tlp = "clear" | "green" | "amber" | "amber+strict" | "red";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface NamedProcedure {
  id: string;
  title: string;
}

export interface NodeAnswer {
  version: string;
  community: {
    id: string;
    name: string;
    purpose: string;
    founded: string;
    procedures?: { rules?: NamedProcedure[]; bodies?: NamedProcedure[]; charter?: NamedProcedure[] }; // by which what binds everybody is adopted
    charter?: { version: number; since: string };
  } | null;
  log: { origin: string; key: string; cosigner_key: string };
  members: number;
}

export interface SessionAnswer {
  account: string | null;
  member?: string;
  staff?: boolean;
  scopes?: string[];
  csrf?: string;
}

export interface MemberKey {
  key: string;
  custody: boolean;
  from: string;
  until: string | null;
  starts?: string; // what was witnessed before does not count by it
  powers?: ("accede" | "propose" | "publish" | "recover" | "speak" | "vote")[]; // of a delegate or an officer; without: all
  person?: string;
}

export interface Member {
  id: string;
  name: string;
  class: StakeholderClass;
  admitted: string;
  left: string | null;
  keys: MemberKey[];
  recovery?: Recovery;
}

// Who can give a member a new key when its own are lost, and what they have asked for.
export interface Recovery {
  registered: { officers: { person: string; key: string }[]; threshold?: number; wait_hours?: number; from: string }[];
  requests: { key: string; asked_by: { person: string; asked: string }[]; vetoed?: string; takes_effect?: string }[];
}

export interface Audience {
  tlp: Tlp;
  members?: string[];
  groups?: string[];
  persons?: string[];
}

// Members that a member has named together: "cert-ke/partners".
export interface Group {
  id: string;
  members: string[];
}

export interface Listed {
  id: string;
  type: string;
  author: string;
  issued: string;
  witnessed: string;
  index: number | null;
  audience: Audience;
}

export interface StatementAnswer {
  id: string;
  index: number | null;
  witnessed: string;
  effective: boolean;
  statement: unknown;
  envelope: unknown;
}

export interface LogAnswer {
  origin: string;
  size: number;
  root: string;
  checkpoint: string;
  key: string;
  cosigner_key: string;
  witnessed: string | null;
}

// A log that a member has announced, as the node that is asked sees it.
export interface NodeListed {
  member: string;
  origin: string;
  key: string;
  witness_key: string | null;
  url: string;
  retired: boolean;
  own: boolean;
  followed: boolean;
  size: number | null;
  applied: number | null;
  missing: number | null;
  withheld: number | null;
  contact: string | null;
  failures: number | null;
  evidence: number;
  followed_by: { member: string; key: string; size: number | null; applied: number | null; contact: string | null; failures: number | null; heard: string }[];
  witnessed_by: { witness: string; member: string | null; size: number; time: string }[];
}

export interface EvidenceListed {
  id: string;
  kind: string;
  origin: string;
  found: string | null;
  published: { statement: string; author: string }[];
}

// The payload of a statement, once it is checked that it is one.
export interface Statement {
  v: number;
  community: string;
  type: string;
  author: string;
  issued: string;
  nonce: string;
  audience: Audience;
  custody?: boolean;
  body: Record<string, unknown>;
  attachments?: { sha256: string; size: number; type: string; name: string }[];
}

export interface Confidence {
  stated: number | null;
  now: number;
  sighted_by: number;
  sightings: number;
  false_by: number;
  members: { member: string; sightings: number; opinion: string | null }[];
  more: boolean;
}

// A copy of an object in one statement; null where the reader may read the object and not the statement.
export interface Copy {
  sharer: string;
  statement: string | null;
  position: number | null;
  added: string;
  audience: Audience;
  object: Record<string, unknown>;
}

export interface Found extends Copy {
  id: string;
  type: string;
  name: string;
  version: string | null;
  confidence: Confidence;
}

export interface ShownVersion {
  version: string | null;
  revoked: boolean;
  spec_version: string;
  copies: Copy[];
}

export interface ShownObject {
  id: string;
  type: string;
  name: string;
  confidence: Confidence;
  correlated: { value: string; objects: { id: string; type: string; name: string; sharer: string }[]; more: boolean }[];
  versions: ShownVersion[];
}

export interface GraphNode {
  id: string;
  type: string;
  name: string;
  distance: number;
  known: boolean;
}
export interface GraphEdge {
  from: string;
  to: string;
  kind: string;
  via: string | null;
}
export interface RelatedAnswer {
  root: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  more: boolean;
}

export interface Case {
  may: boolean;
  why: string;
  group: string | null;
}
export interface Readers {
  id: string;
  copies: {
    sharer: string;
    version: string | null;
    audience: Audience;
    yours: boolean;
    you: (Case & { member: string | null })[];
    public?: Case;
    members?: { member: string; name: string; staff: Case; clients: Case }[];
    persons?: { person: string; case: Case }[];
  }[];
}

export interface Understood {
  preview: {
    kind: string;
    title: string;
    objects: number;
    kinds: Record<string, number>;
    understood: { line: number; kind: string; value: string }[];
    left_out: { line: number; text: string; why: string }[];
    not_understood: { line: number; text: string; why: string }[];
    lost: { path: string; why: string }[];
  };
  statements: { audience: Audience; objects: Record<string, unknown>[] }[];
}

export interface Receipt {
  id: string;
  index: number;
  witnessed: string;
}

export interface Collection {
  id: string;
  root: string;
  alias?: string;
  title: string;
  description?: string;
  filter?: { types?: string[]; authors?: string[] };
  audience: Audience;
  posting?: { members?: string[]; groups?: string[] };
  owner: string;
  statement: string;
  seen_by: Audience;
}
