import { describe, expect, it } from "vitest";
import type { Edit, ProposalText } from "../src/api/governance";
import { amended, byteAt } from "../src/verify/amend";

const kText = "Article 1\nÉtats, 国家 and 😀 within 3 days.\n";
const texts: ProposalText[] = [{ language: "en", authentic: true, title: "Telling", text: kText }];
const edit = (quote: string, text: string): Edit => ({ language: "en", at: byteAt(kText, kText.indexOf(quote)), quote, text });

describe("edits", () => {
  it("begin at bytes, not at characters", () => {
    expect(byteAt("É国😀x", 4)).toBe(9);
    expect(amended(texts, [edit("3 days", "24 hours")])[0]?.text).toBe("Article 1\nÉtats, 国家 and 😀 within 24 hours.\n");
    expect(amended(texts, [edit("国", "")])[0]?.text).toContain(" 家 ");
  });

  it("are made in whatever order they come, the same one once", () => {
    const edits: Edit[] = [edit("3 days", "a day"), edit("😀", ":-)"), { language: "en", in: "title", at: 0, text: "On " }, edit("😀", ":-)")];
    const made = amended(texts, edits);
    expect(amended(texts, [...edits].reverse())).toEqual(made);
    expect(made[0]?.title).toBe("On Telling");
    expect(made[0]?.text).toContain("and :-) within a day");
  });

  it("that do not fit, or are in each other's way, are refused", () => {
    expect(() => amended(texts, [{ ...edit("3 days", "x"), at: 1 }])).toThrow();
    expect(() => amended(texts, [edit("3 days", "x"), edit("within 3", "y")])).toThrow();
    expect(() => amended(texts, [{ ...edit("3 days", "x"), language: "fr" }])).toThrow();
    expect(() => amended(texts, [{ language: "en", at: 3, text: "x" }, { language: "en", at: 3, text: "y" }])).toThrow();
    expect(() => amended(texts, [{ language: "en", at: byteAt(kText, kText.indexOf("国")) + 1, text: "x" }])).toThrow();
  });
});
