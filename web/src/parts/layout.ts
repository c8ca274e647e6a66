// Where the nodes of a graph stand: the root in the middle, each step a ring around it, each node near those of the ring before
// that it hangs on. The same graph is always drawn the same.
import type { GraphEdge, GraphNode } from "../api/types";

export interface Point {
  x: number;
  y: number;
}

const kRing = 210; // between rings, at least
const kApart = 150; // between two nodes of a ring

export function layOut(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Map<string, Point> {
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const angles = new Map<string, number>();
  const places = new Map<string, Point>();
  const deepest = Math.max(0, ...nodes.map(({ distance }) => distance));
  let radius = 0;
  for (let ring = 0; ring <= deepest; ++ring) {
    const here = nodes.filter(({ distance }) => distance === ring);
    if (ring > 0) radius = Math.max(radius + kRing, (here.length * kApart) / (2 * Math.PI));
    // In the order of the nodes that they hang on, so that edges cross little.
    const wanted = new Map(
      here.map(({ id }) => {
        const inner = (neighbours.get(id) ?? []).map((other) => angles.get(other)).filter((angle) => angle !== undefined);
        return [id, inner.length ? inner.reduce((sum, angle) => sum + angle, 0) / inner.length : 0];
      }),
    );
    here.sort((a, b) => (wanted.get(a.id) ?? 0) - (wanted.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    here.forEach(({ id }, i) => {
      const angle = (2 * Math.PI * i) / here.length; // a chain runs across, where there is room
      angles.set(id, angle);
      places.set(id, ring === 0 ? { x: 0, y: 0 } : { x: radius * Math.cos(angle), y: radius * Math.sin(angle) });
    });
  }
  return places;
}
