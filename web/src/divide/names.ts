// Countries' names in the reader's language, as the browser knows them.
import { useMemo } from "preact/hooks";
import { useSpeech } from "../i18n";
import { kByCode } from "../world/places";

// `english`: what the node calls it, where the browser knows no name.
export type NamePlace = (code: string, english?: string) => string;

export function namesIn(language: string): NamePlace {
  let names: Intl.DisplayNames | undefined;
  try {
    names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  } catch {
    // a browser that has no names: the node's
  }
  return (code, english) => {
    const place = kByCode.get(code);
    try {
      return (place && names?.of(place.alpha2)) ?? english ?? code;
    } catch {
      return english ?? code;
    }
  };
}

export function usePlaceNames(): NamePlace {
  const { language } = useSpeech();
  return useMemo(() => namesIn(language), [language]);
}
