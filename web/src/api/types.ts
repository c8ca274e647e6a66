// What the node answers under /api/v1 (its OpenAPI document is at /api/v1/openapi.json). Trusted for showing, never for
// verifying: src/verify checks every field that it uses.

export const kClasses = ["government", "international", "company", "technical", "civil", "citizen"] as const;
export type StakeholderClass = (typeof kClasses)[number];
export type Tlp = "clear" | "green" | "amber" | "amber+strict" | "red";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface NodeAnswer {
  version: string;
  community: { id: string; name: string; purpose: string; founded: string } | null;
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
}

export interface Member {
  id: string;
  name: string;
  class: StakeholderClass;
  admitted: string;
  left: string | null;
  keys: MemberKey[];
}

export interface Audience {
  tlp: Tlp;
  members?: string[];
  groups?: string[];
  persons?: string[];
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
