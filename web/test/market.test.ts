import { describe, expect, it } from "vitest";
import type { Cell } from "../src/divide/answers";
import { pairsOf } from "../src/divide/scatter_card";
import { alternativesOf, type Plan } from "../src/market/answers";

const plan = (change: Partial<Plan> = {}): Plan => ({
  fairness: "share", keep: 1, method: "linear program", value: 0, bound: 0, gap: 0, people: 0,
  groups: [{ id: "ldc", weight: 2, floor: 10, reached: 40, missed: 0, price: 1.5 }],
  needs: [
    { id: "a/n", amount: 60, value: 600, weight: 1, groups: ["ldc"], given: 40, price: 0 },
    { id: "b/n", amount: 60, value: 6000, weight: 2, groups: [], given: 0, price: 5 },
  ],
  offers: [
    { id: "acme/o", amount: 80, given: 40, price: 20, cost: { amount: 200, fund: "bank/fund" } },
    { id: "bank/fund", amount: 16000, given: 8000, price: 0.05 },
  ],
  pairs: [[0, 0, 0.5], [1, 0, 1]], assignments: [{ need: "a/n", offer: "acme/o", amount: 40, people: 400 }], left_out: [], curve: [], ...change,
});

describe("why not me", () => {
  it("is told by the plan's own prices, as comity plan why tells it", () => {
    // A unit: 600 / 60 x 0.5 people, counted once and by the floor's price; to others: the offer's price and that of its money.
    expect(alternativesOf(plan(), "a/n")).toEqual([{ offer: "acme/o", given: 40, worth: 12.5, elsewhere: 30, short: 17.5 }]);
    expect(alternativesOf(plan(), "b/n")).toEqual([{ offer: "acme/o", given: 0, worth: 200, elsewhere: 30, short: 0 }]);
    expect(alternativesOf(plan(), "c/n")).toEqual([]);
  });
  it("counts by what groups got where the plan is balanced", () => {
    expect(alternativesOf(plan({ fairness: "balanced", groups: [{ id: "ldc", weight: 2, floor: 0, reached: 40, missed: 0, price: 0 }] }), "a/n")[0]?.worth).toBeCloseTo(0.25);
  });
});

describe("two indicators side by side", () => {
  const cell = (place: string, year: number, value: number): Cell => ({ place, name: place, year, value, conflict: false, figures: [] });
  it("are of one year, the newest of both", () => {
    const pairs = pairsOf([cell("KEN", 2020, 1), cell("KEN", 2021, 2), cell("RWA", 2019, 3)], [cell("KEN", 2021, 20), cell("KEN", 2022, 30), cell("RWA", 2020, 40)]);
    expect(pairs).toEqual([{ place: "KEN", x: cell("KEN", 2021, 2), y: cell("KEN", 2021, 20) }]);
  });
});
