import { describe, expect, it } from "vitest";
import { allows, powerFor } from "../src/verify/powers";

const second = (text: string): number => Date.parse(text) / 1000;

describe("a delegate's powers", () => {
  it("are told by the type", () => {
    expect(powerFor("governance.ballot")).toBe("vote");
    expect(powerFor("governance.consultation-summary")).toBe("propose");
    expect(powerFor("governance.accession")).toBe("accede");
    expect(powerFor("intelligence.share")).toBe("publish");
    expect(powerFor("federation.parcel")).toBe("publish");
    for (const type of ["governance.key-addition", "governance.departure", "governance.recovery", "governance.recovery-veto", "federation.node"]) {
      expect(powerFor(type), type).toBeNull();
    }
  });

  it("hold from the first second to the one before the last day, and for nothing else", () => {
    const delegate = { person: "amina", powers: ["vote"], from: "2027-01-01T00:00:00Z", until: "2028-01-01T00:00:00Z" };
    const holds = (type: string, at: string) => allows(delegate, type, second(at));
    expect(holds("governance.ballot", "2026-12-31T23:59:59Z")).toBe(false);
    expect(holds("governance.ballot", "2027-01-01T00:00:00Z")).toBe(true);
    expect(holds("governance.ballot", "2027-12-31T23:59:59Z")).toBe(true);
    expect(holds("governance.ballot", "2028-01-01T00:00:00Z")).toBe(false);
    expect(holds("governance.proposal", "2027-06-01T00:00:00Z")).toBe(false);
    expect(holds("governance.departure", "2027-06-01T00:00:00Z")).toBe(false);
    expect(allows(undefined, "governance.departure", 0)).toBe(true);
    for (const none of [null, {}, { powers: "vote" }, { powers: ["vote"] }, { powers: ["vote"], until: "soon" }]) {
      expect(allows(none, "governance.ballot", 0), JSON.stringify(none)).toBe(false);
    }
  });
});
