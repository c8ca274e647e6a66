// Languages: the dictionaries, the browser's choice and the reader's, and how dates and numbers are written.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { kept } from "../kept";
import { type Dictionary, en, type Word } from "./en";

export const kLanguages = {
  en: { name: "English", direction: "ltr" },
  fr: { name: "Français", direction: "ltr" },
  es: { name: "Español", direction: "ltr" },
  ru: { name: "Русский", direction: "ltr" },
  ar: { name: "العربية", direction: "rtl" },
  zh: { name: "中文", direction: "ltr" },
} as const;
export type Language = keyof typeof kLanguages;

const kChoice = "comity.language";

const dictionaries: Record<Language, () => Promise<Dictionary>> = {
  en: async () => en,
  fr: async () => (await import("./fr")).fr,
  es: async () => (await import("./es")).es,
  ru: async () => (await import("./ru")).ru,
  ar: async () => (await import("./ar")).ar,
  zh: async () => (await import("./zh")).zh,
};

function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && Object.hasOwn(kLanguages, text);
}

export function preferred(chosen: string | null, wanted: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}

export function firstLanguage(): Language {
  return preferred(kept.getItem(kChoice), navigator.languages);
}

export function keepLanguage(language: Language): void {
  kept.setItem(kChoice, language);
}

// U+2068 and U+2069 keep an inserted hash or name from turning a right-to-left sentence around.
export function fill(text: string, values: Readonly<Record<string, string | number>>, isolate: boolean): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return isolate ? `\u2068${value}\u2069` : String(value);
  });
}

// The language as it is written where the reader is: en-GB for one whose browser asks for it, whatever else it asks for.
export function regional(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}

export interface Speech {
  language: Language;
  direction: "ltr" | "rtl";
  t(word: Word, values?: Readonly<Record<string, string | number>>): string;
  has(word: string): word is Word;
  number(value: number): string;
  date(text: string): string; // a day
  time(text: string): string; // a moment, in the reader's time zone
}

export async function speak(language: Language): Promise<Speech> {
  const dictionary = await dictionaries[language]();
  const { direction } = kLanguages[language];
  const locale = regional(language, navigator.languages);
  const numbers = new Intl.NumberFormat(locale);
  const days = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }); // with the zone: readers span borders
  const show = (format: Intl.DateTimeFormat, text: string) => {
    const time = new Date(text);
    return Number.isNaN(time.getTime()) ? text : format.format(time);
  };
  return {
    language,
    direction,
    t: (word, values = {}) => {
      const shown = Object.entries(values).map(([name, value]) => [
        name,
        typeof value === "number" ? numbers.format(value) : value,
      ]);
      return fill(dictionary[word], Object.fromEntries(shown) as Record<string, string>, direction === "rtl");
    },
    has: (word): word is Word => Object.hasOwn(dictionary, word),
    number: (value) => numbers.format(value),
    date: (text) => show(days, text),
    time: (text) => show(times, text),
  };
}

export const SpeechContext = createContext<Speech>(null as unknown as Speech);
export const useSpeech = () => useContext(SpeechContext);
