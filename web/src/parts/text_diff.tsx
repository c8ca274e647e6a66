// Two versions of a text side by side, a row a line.
import type { TextChange } from "../api/governance";
import { useSpeech } from "../i18n";
import { type Row, sideBySide } from "./passage";

function Side({ line, lang }: { line: TextChange[] | null; lang: string }) {
  const { t } = useSpeech();
  return (
    <td lang={lang} dir="auto">
      {line?.map(({ change, text }, i) =>
        change === "same" ? (
          text
        ) : change === "removed" ? (
          <del key={i}>
            <span class="hidden">{t("diff-removed")} </span>
            {text}
          </del>
        ) : (
          <ins key={i}>
            <span class="hidden">{t("diff-added")} </span>
            {text}
          </ins>
        ),
      )}
    </td>
  );
}

const isEmpty = ({ before, after }: Row) => !before?.length && !after?.length;

interface TextDiffProps {
  title: TextChange[];
  text: TextChange[];
  lang: string;
  label?: string; // where several stand in one room
}

export function TextDiff({ title, text, lang, label }: TextDiffProps) {
  const { t } = useSpeech();
  const rows = sideBySide(text).filter((row) => !isEmpty(row));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label ?? t("diff")}>
      <table class="diff sides">
        <thead>
          <tr>
            <th scope="col">{t("diff-before")}</th>
            <th scope="col">{t("diff-after")}</th>
          </tr>
        </thead>
        <tbody>
          {sideBySide(title).map(({ before, after }, i) => (
            <tr key={`title ${i}`} class="diff-title">
              <Side line={before} lang={lang} />
              <Side line={after} lang={lang} />
            </tr>
          ))}
          {rows.map(({ before, after }, i) => (
            <tr key={i}>
              <Side line={before} lang={lang} />
              <Side line={after} lang={lang} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
