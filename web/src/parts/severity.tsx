import type { Severity } from "../api/alerts";
import { useSpeech } from "../i18n";

export function SeverityMark({ severity }: { severity: Severity }) {
  const { t } = useSpeech();
  const tone = severity === "low" ? "tag" : severity === "medium" ? "tag tag-note" : "tag tag-bad";
  return (
    <span class={tone} data-severity={severity}>
      {t(`severity-${severity}`)}
    </span>
  );
}
