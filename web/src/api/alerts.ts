// Alerts, rules and sightings as the node answers them (/api/v1/openapi.json).
import type { Audience } from "./types";

export const kSeverities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof kSeverities)[number];

export interface Acknowledgement {
  id: string;
  author: string;
  witnessed: string;
  after_ms: number;
  automatic: boolean;
  note: string;
}

export interface Alert {
  id: string;
  author: string;
  issued: string;
  audience: Audience;
  title: string;
  severity: Severity;
  rule: string | null;
  drill: boolean;
  escalates: string | null;
  acknowledge_by: string | null;
  evidence: { statement: string; objects: string[]; values?: string[] }[];
  measures: string[];
  more: number;
  open: boolean;
  awaited?: string[];
  acknowledgements: Acknowledgement[];
}

export interface AlertRule {
  name: string;
  networks: string[];
  domains: string[];
  words: string[];
  sectors: string[];
  technologies: string[];
  severity: Severity;
  sightings: boolean;
  scans: boolean;
}

export interface AlertTrial {
  days: number;
  statements: number;
  objects: number;
  items: { statement: string; object: string; title: string; values: string[] }[];
  more: boolean;
}

export interface SeenRegion {
  region: string;
  members: number;
}
export interface SeenPlace {
  place: string;
  members: number;
}

// What members have seen lately (/api/v1/sightings).
export interface SightingsOverview {
  since: string;
  objects: number;
  sighted_by: number;
  days: { day: string; members: number; objects: number }[];
  members: { member: string; objects: number }[];
  seen: { id: string; members: number }[];
  regions: SeenRegion[];
  places: SeenPlace[];
  more: boolean;
}

export interface Sightings {
  id: string;
  count: number;
  sighted_by: number;
  false_by: number;
  first_seen: string | null;
  last_seen: string | null;
  members: { member: string; count: number; first_seen: string | null; last_seen: string | null }[];
  days: { day: string; members: number }[];
  private: { week: string; members: number | null; among: number | null }[];
  own: { day: string; count: number; state: string }[];
  regions: SeenRegion[];
  places: SeenPlace[];
}
