// Shapes out of a TopoJSON topology: borders are kept once, as arcs that two neighbours share.
export interface Topology {
  transform: { scale: [number, number]; translate: [number, number] };
  arcs: [number, number][][]; // each point by its difference from the one before
  objects: { countries: { geometries: Geometry[] } };
}
interface Geometry {
  type: string;
  id?: string; // ISO 3166-1 numeric, three digits
  properties?: { name?: string };
  arcs?: unknown;
}

export type Point = [number, number]; // degrees east and north
export interface Shape {
  numeric: number; // 0: a place without a code
  name: string; // English
  rings: Point[][];
}

export function shapesOf(topology: Topology): Shape[] {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]): Point => {
      x += dx;
      y += dy;
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  // An arc that is named by its complement is walked backwards; each begins where the one before ended.
  const ring = (names: number[]): Point[] =>
    names.flatMap((name, i) => {
      const arc = name < 0 ? [...(arcs[~name] ?? [])].reverse() : (arcs[name] ?? []);
      return i === 0 ? arc : arc.slice(1);
    });
  return topology.objects.countries.geometries.map(({ type, id, properties, arcs: names }) => {
    const polygons = type === "Polygon" ? [names as number[][]] : type === "MultiPolygon" ? (names as number[][][]) : [];
    return { numeric: Number(id ?? 0) || 0, name: properties?.name ?? "", rings: polygons.flat().map(ring) };
  });
}
