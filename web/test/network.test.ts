import { describe, expect, it } from "vitest";
import { curveOf, edgesOf, type NetworkPlan } from "../src/network/answers";

const row = (place: string, from: string | null, from_place: boolean, spent: number) => ({
  place, name: "", technology: "fibre" as const, km: 1, lifetime: 10, from, from_place, people: 5, per_thousand: 500, spent, reached: spent / 2,
});
const site = (place: string, longitude: number) => ({ place, name: "", people: 5, latitude: 1, longitude, connected: 0, technology: null, options: [] });
// A place and a node of one name: which of them it comes from is said.
const plan: NetworkPlan = {
  budget: 30, years: 5, places: 3, countable: 15, spent: 30, reached: 15, bound: 15,
  rows: [row("a", "x", false, 10), row("b", "x", true, 20), row("c", null, false, 30)], sites: [site("a", 10), site("b", 20), site("c", 30), site("x", 40)],
  nodes: [{ id: "x", technology: "fibre", latitude: 2, longitude: 50 }],
};

describe("a network on the map", () => {
  it("has a line to where each place comes from", () => {
    expect(edgesOf(plan)).toEqual([{ technology: "fibre", from: [50, 2], to: [10, 1] }, { technology: "fibre", from: [40, 1], to: [20, 1] }]);
  });
  it("has a curve from nothing on", () => {
    expect(curveOf(plan).map(({ x, y }) => [x, y])).toEqual([[0, 0], [10, 5], [20, 10], [30, 15]]);
  });
});
