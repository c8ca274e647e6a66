// Countries as paths of the picture, and those that are too small to be seen, or not in the geometry, as points.
import { type Place, kPlaces } from "./places";
import { project } from "./projection";
import type { Point, Shape } from "./topology";

const kApart = 0.45; // points nearer than this to the one before say nothing
const kSeen = 28; // square units of the picture: smaller ones are marked by a point

export interface Outline {
  code: string; // alpha-3; empty: a place without a code
  name: string; // English, of those without a code
  path: string;
}
export interface Spot {
  code: string;
  at: Point;
}
export interface World {
  outlines: Outline[];
  spots: Spot[];
}

const short = (value: number) => String(Math.round(value * 10) / 10);

function area(ring: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i < ring.length; ++i) {
    const [x, y] = ring[i] as Point;
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Point;
    sum += x * nextY - nextX * y;
  }
  return Math.abs(sum) / 2;
}

// What of a ring lies on one side of a meridian (Sutherland and Hodgman).
function clipped(ring: readonly Point[], limit: number, side: 1 | -1): Point[] {
  const inside = ([x]: Point) => side * x <= side * limit;
  return ring.flatMap((point, i): Point[] => {
    const before = ring[(i + ring.length - 1) % ring.length] as Point;
    const cut = (): Point => [limit, before[1] + ((limit - before[0]) / (point[0] - before[0])) * (point[1] - before[1])];
    if (inside(point)) return inside(before) ? [point] : [cut(), point];
    return inside(before) ? [cut()] : [];
  });
}

// The geometry runs on across the antimeridian: what lies beyond the picture's edge comes back at the other.
export function cut(ring: readonly Point[]): Point[][] {
  let turn = 0;
  const straight = ring.map(([x, y], i): Point => {
    const before = ring[i - 1];
    if (before && x - before[0] > 180) turn -= 360;
    if (before && x - before[0] < -180) turn += 360;
    return [x + turn, y];
  });
  if (straight.every(([x]) => x >= -180 && x <= 180)) return [straight];
  return [-360, 0, 360].map((shift) => {
    const inside = clipped(clipped(straight.map(([x, y]): Point => [x + shift, y]), 180, 1), -180, -1);
    return inside.length > 2 ? [...inside, inside[0] as Point] : [];
  }).filter((part) => part.length > 0);
}

function thinned(ring: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const [i, point] of ring.entries()) {
    const last = kept[kept.length - 1];
    if (!last || i === ring.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= kApart) kept.push(point);
  }
  return kept;
}

export function worldOf(shapes: readonly Shape[]): World {
  const byNumber = new Map(kPlaces.filter(({ numeric }) => numeric > 0).map((place) => [place.numeric, place]));
  const kosovo = kPlaces.find(({ code }) => code === "XKX");
  const placeOf = (shape: Shape): Place | undefined => byNumber.get(shape.numeric) ?? (shape.name === "Kosovo" ? kosovo : undefined);
  const seen = new Set<string>();
  const outlines: Outline[] = [];
  for (const shape of shapes) {
    const place = placeOf(shape);
    if (place?.code === "ATA") continue;
    const rings = shape.rings.flatMap(cut).map((ring) => ring.map(project));
    const largest = Math.max(0, ...rings.map(area));
    if (place && largest >= kSeen) seen.add(place.code);
    const path = rings
      .map((ring) => thinned(ring))
      .filter((ring) => ring.length > 3)
      .map((ring) => `M${ring.map(([x, y]) => `${short(x)} ${short(y)}`).join("L")}Z`)
      .join("");
    if (path) outlines.push({ code: place?.code ?? "", name: shape.name, path });
  }
  const spots = kPlaces
    .filter(({ code }) => !seen.has(code) && code !== "ATA")
    .map(({ code, latitude, longitude }) => ({ code, at: project([longitude, latitude]) }));
  return { outlines, spots };
}
