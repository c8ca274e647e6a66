import { describe, expect, it } from "vitest";
import { ar } from "../src/i18n/ar";
import { type Dictionary, en, type Word } from "../src/i18n/en";
import { es } from "../src/i18n/es";
import { fr } from "../src/i18n/fr";
import { fill, kLanguages, preferred, regional, speak } from "../src/i18n";
import { ru } from "../src/i18n/ru";
import { zh } from "../src/i18n/zh";

const all: Record<string, Dictionary> = { fr, es, ru, ar, zh };
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("the page's words", () => {
  for (const [language, dictionary] of Object.entries(all)) {
    it(`are whole in ${language}: every word, none empty, with the same values in it`, () => {
      expect(Object.keys(dictionary)).toEqual(Object.keys(en));
      for (const [word, text] of Object.entries(dictionary)) {
        expect(text.trim(), word).toBe(text);
        expect(text, word).not.toBe("");
        expect(names(text), word).toEqual(names(en[word as Word]));
      }
    });

    it(`are ${language}'s own, not left in English`, () => {
      // A few words are the same in two languages by nature ("Version", "Type").
      const same = Object.keys(dictionary).filter((word) => dictionary[word as Word] === en[word as Word]);
      expect(same.length, same.join(" ")).toBeLessThan(13);
    });
  }

  it("are in the browser's language unless the reader chose one", () => {
    expect(preferred(null, ["pt-BR", "es-AR", "en"])).toBe("es");
    expect(preferred(null, ["zh-Hant-TW"])).toBe("zh");
    expect(preferred(null, ["xx"])).toBe("en");
    expect(preferred(null, [])).toBe("en");
    expect(preferred("ar", ["en"])).toBe("ar");
    expect(preferred("toString", ["fr"])).toBe("fr");
  });

  it("come with the dates and numbers of the reader's region", () => {
    expect(regional("en", ["fr-CA", "en-KE", "en-US"])).toBe("en-KE");
    expect(regional("zh", ["en"])).toBe("zh");
  });

  it("keep inserted names from turning a right-to-left sentence around", () => {
    expect(fill("a {x} b {y}", { x: 1 }, false)).toBe("a 1 b {y}");
    expect(fill("a {x}", { x: "$&" }, true)).toBe("a \u2068$&\u2069");
  });

  it("come with numbers and dates as each language writes them", async () => {
    for (const language of Object.keys(kLanguages) as (keyof typeof kLanguages)[]) {
      const speech = await speak(language);
      const locale = regional(language, navigator.languages);
      expect(speech.number(1234567)).toBe(new Intl.NumberFormat(locale).format(1234567));
      expect(speech.time("2026-11-24T10:00:00Z")).toContain(new Intl.NumberFormat(locale, { useGrouping: false }).format(2026));
      expect(speech.time("not a time")).toBe("not a time");
    }
  });
});
