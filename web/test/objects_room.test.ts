import { describe, expect, it } from "vitest";
import { changes } from "../src/parts/diff";
import { layOut } from "../src/parts/layout";
import { rawStatements } from "../src/verify/objects";

describe("a diff of two versions", () => {
  it("names each property that differs, as deep as it lies", () => {
    expect(changes({ a: 1, b: { c: [1], d: 2 }, e: 3 }, { a: 1, b: { c: [1, 2], d: 2 }, f: null })).toEqual([
      { path: "b.c", before: [1], after: [1, 2] },
      { path: "e", before: 3, after: undefined },
      { path: "f", before: undefined, after: null },
    ]);
    expect(changes({ a: { b: 1 } }, { a: { b: 1 } })).toEqual([]);
    expect(changes({ a: [1] }, { a: { 0: 1 } })).toHaveLength(1);
  });
});

describe("a graph's layout", () => {
  const node = (id: string, distance: number) => ({ id, type: "x", name: "", distance, known: true });
  it("puts the root in the middle, every node somewhere, no two on one place, the same each time", () => {
    const nodes = [node("r", 0), ...Array.from({ length: 40 }, (_, i) => node(`a${i}`, 1)), ...Array.from({ length: 60 }, (_, i) => node(`b${i}`, 2))];
    const edges = nodes.slice(1).map(({ id }, i) => ({ from: i < 40 ? "r" : `a${i % 40}`, to: id, kind: "k", via: null }));
    const places = layOut(nodes, edges);
    expect(places.get("r")).toEqual({ x: 0, y: 0 });
    expect(new Set([...places.values()].map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`)).size).toBe(nodes.length);
    expect(layOut([...nodes].reverse(), edges)).toEqual(places);
  });
});

describe("what was understood", () => {
  it("keeps the bytes of each object", () => {
    const text = '{"preview":{"objects":9},"statements":[{"audience":{"tlp":"clear"},"objects":[{"n": 1.0},{"s":"]}\\"" }]},{"objects":[{}]}]}';
    expect(rawStatements(text)).toEqual([['{"n": 1.0}', '{"s":"]}\\"" }'], ["{}"]]);
    expect(rawStatements('{"statements":[]}')).toEqual([]);
  });
});
