// Declaring how one's member keeps a rule. The last declaration counts; all of them stay on record, for everybody to read.
import { useState } from "preact/hooks";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { Area, given, Input, Select, textOf } from "./inputs";
import { SignForm } from "./sign_form";

const kHow = ["yes", "partly", "no"] as const;
const kMostEvidence = 20;

// Throws where a piece of it has no title or no place.
export function evidenceOf(data: FormData, t: (word: Word) => string): { title: string; url?: string; statement?: string }[] {
  const [titles, places] = ["evidence-title", "evidence-place"].map((name) => data.getAll(name).map((value) => String(value).trim())) as [string[], string[]];
  return titles.flatMap((title, i) => {
    const place = places[i] ?? "";
    if (title === "" && place === "") return [];
    if (title === "" || place === "") throw new Error(t("evidence-both"));
    return [/^[0-9a-f]{64}$/.test(place) ? { title, statement: place } : { title, url: place }];
  });
}

function EvidenceInputs({ form, n }: { form: string; n: number }) {
  const { t, number } = useSpeech();
  return (
    <fieldset class="picks">
      <legend>
        {t("evidence")} {number(n)}
      </legend>
      <label for={`${form}-evidence-title-${n}`}>{t("evidence-title")}</label>
      <input id={`${form}-evidence-title-${n}`} name="evidence-title" dir="auto" maxLength={200} />
      <label for={`${form}-evidence-place-${n}`}>{t("evidence-place")}</label>
      <input id={`${form}-evidence-place-${n}`} name="evidence-place" dir="ltr" maxLength={2000} placeholder="https://" />
    </fieldset>
  );
}

// `vote`: the one that adopted the rule.
export function ConformForm({ vote, said }: { vote: string; said(): void }) {
  const { t } = useSpeech();
  const [pieces, setPieces] = useState(1);
  const form = "conform";
  const make = (data: FormData) => {
    const evidence = evidenceOf(data, t);
    const body = given({ opening: vote, conforms: textOf(data, "how"), note: textOf(data, "note"), review_by: textOf(data, "review-by") });
    return { type: "governance.conformity", body: { ...body, ...(evidence.length > 0 ? { evidence } : {}) } };
  };
  return (
    <SignForm name={form} login="conform-login" button="conform-sign" make={make} said={said}>
      <p class="quiet">{t("conform-is")}</p>
      <Select form={form} name="how" word="conform-how">
        {kHow.map((how) => (
          <option key={how} value={how}>
            {t(`conforms-${how}`)}
          </option>
        ))}
      </Select>
      {Array.from({ length: pieces }, (_, i) => (
        <EvidenceInputs key={i} form={form} n={i + 1} />
      ))}
      {pieces < kMostEvidence && (
        <button type="button" onClick={() => setPieces(pieces + 1)}>
          {t("evidence-another")}
        </button>
      )}
      <Area form={form} name="note" word="note" />
      <Input form={form} name="review-by" word="conform-review-by" type="date" dir="ltr" />
    </SignForm>
  );
}
