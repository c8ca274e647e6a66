import { expect, it } from "vitest";
import type { Choice, RollCallLine } from "../src/api/governance";
import { votesByPlace } from "../src/parts/vote_map";

const line = (member: string, vote: Choice): RollCallLine => ({ member, name: member, class: "government", vote });

it("marks a country by what its members have voted, and those that differ as mixed", () => {
  const places = [["ke", "KEN"], ["ke-bank", "KEN"], ["ug", "UGA"], ["ug-ix", "UGA"], ["fr", "FRA"], ["isoc", ""]].map(([member = "", place = ""]) => ({
    member, region: "x", ...(place ? { place } : {}),
  }));
  const lines = [line("ke", "yes"), line("ke-bank", "no"), line("ug", "absent"), line("ug-ix", "abstain"), line("fr", "no"), line("isoc", "yes"), line("nobody", "yes")];
  const votes = votesByPlace(lines, places);
  expect([...votes].map(([place, { mark, lines: own }]) => [place, mark, own.length])).toEqual([["KEN", "mixed", 2], ["UGA", "abstain", 2], ["FRA", "no", 1]]);
});
