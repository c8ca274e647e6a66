// What the node answers of planning networks (POST /api/v1/network/plan).
export const kTechnologies = ["fibre", "cellular", "p2p", "satellite"] as const;
export type Technology = (typeof kTechnologies)[number];
export type Obstacle = "no-node" | "too-far" | "bandwidth" | "no-electricity";

export interface SiteCost {
  technology: Technology;
  km: number | null;
  lifetime: number;
}
export interface Row extends SiteCost {
  place: string;
  name: string;
  from: string | null;
  from_place: boolean;
  people: number;
  per_thousand: number;
  spent: number;
  reached: number;
}
export interface Site {
  place: string;
  name: string;
  people: number;
  latitude: number;
  longitude: number;
  connected: number;
  technology: Technology | null;
  options: (SiteCost & { obstacle: "" | Obstacle })[];
}
export interface NetworkNode {
  id: string;
  technology: Technology;
  latitude: number;
  longitude: number;
}
export interface NetworkPlan {
  budget: number;
  years: number;
  places: number;
  countable: number;
  spent: number;
  reached: number;
  bound: number;
  rows: Row[];
  sites: Site[];
  nodes: NetworkNode[];
}
export interface NetworkAnswer {
  defects: { kind: string; file: string; line: number | null; what: string; mend: string }[];
  plan: NetworkPlan | null;
}

// Lines of the map: each place that comes from somewhere, with where.
export interface Edge {
  technology: Technology;
  from: readonly [number, number]; // degrees east and north
  to: readonly [number, number];
}
export function edgesOf(plan: NetworkPlan): Edge[] {
  const sites = new Map(plan.sites.map((site) => [site.place, site]));
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  return plan.rows.flatMap(({ place, from, from_place, technology }) => {
    const [to, start] = [sites.get(place), from === null ? undefined : from_place ? sites.get(from) : nodes.get(from)];
    return to && start ? [{ technology, from: [start.longitude, start.latitude] as const, to: [to.longitude, to.latitude] as const }] : [];
  });
}

// The curve from its beginning: nothing spent, nobody reached.
export function curveOf(plan: NetworkPlan): { name: string; x: number; y: number }[] {
  return [{ name: "0", x: 0, y: 0 }, ...plan.rows.map(({ place, spent, reached }) => ({ name: place, x: spent, y: reached }))];
}
