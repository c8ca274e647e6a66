import { describe, expect, it } from "vitest";
import { policyOf, witnessesOf, witnessPolicyOf } from "../src/market/witness_fields";
import { audienceOf } from "../src/parts/audience_fields";
import { evidenceOf } from "../src/parts/conform_form";

const word = (name: string) => name;
function filled(fields: readonly (readonly [string, string])[]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

describe("an audience", () => {
  it("names whom its label is for, and nobody else", () => {
    const all = [["audience-member", "cert-ke"], ["audience-group", "cert-ke/partners"], ["audience-persons", "a@x, b@y"]] as const;
    expect(audienceOf(filled([["audience", "clear"], ...all]), word)).toEqual({ tlp: "clear" });
    expect(audienceOf(filled([["audience", "green"], ...all]), word)).toEqual({ tlp: "green" });
    for (const tlp of ["amber", "amber+strict"]) {
      expect(audienceOf(filled([["audience", tlp], ...all]), word)).toEqual({ tlp, members: ["cert-ke"], groups: ["cert-ke/partners"] });
      expect(audienceOf(filled([["audience", tlp], all[1]]), word)).toEqual({ tlp, groups: ["cert-ke/partners"] });
      expect(() => audienceOf(filled([["audience", tlp], all[2]]), word)).toThrow("audience-whom");
    }
    expect(audienceOf(filled([["audience", "red"], ...all]), word)).toEqual({ tlp: "red", persons: ["a@x", "b@y"] });
    for (const persons of ["", "a", "a@x, b", "@x"]) expect(() => audienceOf(filled([["audience", "red"], ["audience-persons", persons]]), word)).toThrow("audience-persons-as");
  });
});

describe("witnesses of a deadline", () => {
  const nodes = [
    { member: "ke", retired: false, witness_key: "k1" }, { member: "ke", retired: false, witness_key: "k2" }, { member: "ug", retired: true, witness_key: "k3" },
    { member: "tz", retired: false, witness_key: null }, { member: "rw", retired: false, witness_key: "k4" },
  ];
  it("are those that nodes have announced, each under a name of its own", () => {
    expect(witnessesOf(nodes)).toEqual([{ name: "ke", key: "k1" }, { name: "ke/2", key: "k2" }, { name: "rw", key: "k4" }]);
  });
  it("make a policy: more than half of them, or as many as is said", () => {
    expect(policyOf(witnessesOf(nodes), 2)).toBe("witness ke k1\nwitness ke/2 k2\nwitness rw k4\ngroup CHOSEN 2 ke ke/2 rw\nquorum CHOSEN\n");
    const chosen = [["witness", "ke k1"], ["witness", "rw k4"]] as const;
    expect(witnessPolicyOf(filled(chosen), word)).toBe("witness ke k1\nwitness rw k4\ngroup CHOSEN 2 ke rw\nquorum CHOSEN\n");
    expect(witnessPolicyOf(filled([...chosen, ["witnesses-needed", "1"]]), word)).toContain("group CHOSEN 1 ");
    for (const needed of ["0", "3", "1.5", "-1"]) expect(() => witnessPolicyOf(filled([...chosen, ["witnesses-needed", needed]]), word)).toThrow("witnesses-too-many");
    expect(() => witnessPolicyOf(filled([...chosen, ["witness-policy", "quorum ke"]]), word)).toThrow("witnesses-one-way");
    expect(witnessPolicyOf(filled([["witness-policy", " quorum ke "]]), word)).toBe("quorum ke\n");
    expect(witnessPolicyOf(filled([]), word)).toBeUndefined();
  });
});

describe("evidence", () => {
  it("is on the web or a statement, and has a title", () => {
    const piece = (title: string, place: string) => [["evidence-title", title], ["evidence-place", place]] as const;
    const id = "ab".repeat(32);
    expect(evidenceOf(filled([...piece("Audit", "https://x.example"), ...piece("", " "), ...piece("Text", id)]), word)).toEqual([
      { title: "Audit", url: "https://x.example" }, { title: "Text", statement: id },
    ]);
    for (const [title, place] of [["Audit", ""], ["", "https://x.example"]] as const) expect(() => evidenceOf(filled(piece(title, place)), word)).toThrow("evidence-both");
  });
});
