import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { namesIn } from "../src/divide/names";
import { kSteps, limitsOf, stepOf, ticksOf } from "../src/divide/scale";
import { kLanguages } from "../src/i18n";
import { cut, worldOf } from "../src/world/outline";
import { kByCode, kPlaces } from "../src/world/places";
import { kHeight, kWidth, project } from "../src/world/projection";
import { shapesOf, type Topology } from "../src/world/topology";

const topology = JSON.parse(readFileSync(new URL("../node_modules/world-atlas/countries-50m.json", import.meta.url), "utf8")) as Topology;
const shapes = shapesOf(topology);
const world = worldOf(shapes);

describe("the places", () => {
  it("are the node's, all of them", () => {
    const table = readFileSync(new URL("../../src/development/place/table.cpp", import.meta.url), "utf8");
    const rows = [...table.matchAll(/\{"([A-Z]{3})", "([A-Z]{2})", (\d+), "[A-Z]*", (-?[\d.]+), (-?[\d.]+), "/g)];
    expect(rows.length).toBeGreaterThan(200);
    expect(kPlaces).toEqual(
      rows.map(([, code, alpha2, numeric, latitude, longitude]) => ({
        code, alpha2, numeric: Number(numeric), latitude: Number(latitude), longitude: Number(longitude),
      })),
    );
  });

  it("have a name in each language, its own", () => {
    for (const language of Object.keys(kLanguages)) {
      const names = namesIn(language);
      for (const { code } of kPlaces) expect(names(code, "?"), `${code} in ${language}`).not.toBe("?");
    }
    expect(namesIn("fr")("DEU")).toBe("Allemagne");
    expect(namesIn("zh")("KEN")).toBe("肯尼亚");
    expect(namesIn("en")("ZZZ", "Nowhere")).toBe("Nowhere");
  });
});

describe("the world", () => {
  it("is put together from its arcs: each ring ends where it began", () => {
    expect(shapes.length).toBeGreaterThan(230);
    for (const { rings, name } of shapes) {
      for (const ring of rings) expect(ring[ring.length - 1], name).toEqual(ring[0]);
    }
    const france = shapes.find(({ numeric }) => numeric === 250);
    expect(france?.rings.flat().some(([x, y]) => Math.abs(x - 2.3) < 3 && Math.abs(y - 51) < 0.3)).toBe(true);
  });

  it("misses nobody: every place has an outline that can be seen, or is marked by a point", () => {
    const drawn = new Set(world.outlines.map(({ code }) => code));
    const marked = new Set(world.spots.map(({ code }) => code));
    for (const { code } of kPlaces) {
      if (code !== "ATA") expect(drawn.has(code) || marked.has(code), code).toBe(true);
    }
    for (const island of ["TUV", "NRU", "KIR", "MHL", "MDV", "TON", "PLW", "ATG", "KNA", "SYC", "MLT", "SGP", "BRB"]) expect(marked.has(island), island).toBe(true);
    for (const large of ["KEN", "RUS", "BRA", "XKX"]) expect(drawn.has(large), large).toBe(true);
    expect(marked.has("BRA")).toBe(false);
  });

  it("lies within its picture, and is light", () => {
    for (const { at: [x, y] } of world.spots) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(kWidth);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(kHeight);
    }
    expect(world.outlines.reduce((sum, { path }) => sum + path.length, 0)).toBeLessThan(500_000);
  });

  it("is cut where it would run across the picture", () => {
    // A square about the antimeridian: two halves, one at each edge.
    const parts = cut([[170, 10], [-170, 10], [-170, 0], [170, 0], [170, 10]]);
    expect(parts.length).toBe(2);
    const spans = parts.map((part) => [Math.min(...part.map(([x]) => x)), Math.max(...part.map(([x]) => x))]);
    expect(spans).toContainEqual([170, 180]);
    expect(spans).toContainEqual([-180, -170]);
    // No country's outline has a step that is longer than a tenth of the picture, but along its edges.
    for (const { path, code } of world.outlines) {
      for (const ring of path.split("Z").filter(Boolean)) {
        const points = ring.slice(1).split("L").map((point) => point.split(" ").map(Number) as [number, number]);
        for (const [i, [x, y]] of points.entries()) {
          const [nextX, nextY] = points[(i + 1) % points.length] as [number, number];
          expect(Math.hypot(nextX - x, nextY - y), code).toBeLessThan(kWidth / 5);
        }
      }
    }
  });

  it("is projected by Equal Earth: areas are true", () => {
    const [x, y] = project([0, 0]);
    expect(x).toBeCloseTo(kWidth / 2, 6);
    expect(project([180, 0])[0]).toBeCloseTo(kWidth, 6);
    // The poles are lines, as long as 0.592 of the equator; the picture would be 0.487 as high as it is wide (the authors' figures).
    expect((project([180, 90])[0] - kWidth / 2) / (kWidth / 2)).toBeCloseTo(0.592, 3);
    expect((project([0, -90])[1] - project([0, 90])[1]) / kWidth).toBeCloseTo(0.487, 3);
    // Equal areas: a degree by a degree at 50 and at the equator are as their cosines.
    const cell = (latitude: number) => {
      const [left, right] = [project([10, latitude]), project([11, latitude])];
      return (right[0] - left[0]) * (project([10, latitude - 0.5])[1] - project([10, latitude + 0.5])[1]);
    };
    expect(cell(50) / cell(0)).toBeCloseTo(Math.cos((50 * Math.PI) / 180), 2);
    expect(y).toBeGreaterThan(0);
    expect(kByCode.get("RWA")?.alpha2).toBe("RW");
  });
});

describe("a scale", () => {
  it("has equal steps between bounds, else as many places in each", () => {
    expect(limitsOf([5], 0, 60)).toEqual([10, 20, 30, 40, 50]);
    const values = Array.from({ length: 600 }, (_, i) => i * i);
    const limits = limitsOf(values);
    const sizes = Array.from({ length: kSteps }, (_, step) => values.filter((value) => stepOf(value, limits) === step).length);
    expect(sizes).toEqual([100, 100, 100, 100, 100, 100]);
    expect(limitsOf([])).toEqual([]);
    expect(stepOf(3, limitsOf([3, 3, 3]))).toBe(1);
  });

  it("has round numbers around what there is", () => {
    expect(ticksOf(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticksOf(0, 0.34)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    for (const [low, high] of [[3, 3], [0, 0], [-5, 7], [1e6, 3e9]] as const) {
      const ticks = ticksOf(low, high);
      expect(ticks[0]).toBeLessThanOrEqual(low);
      expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(high);
      expect(ticks.length).toBeLessThan(12);
    }
  });
});
