// The conditions of a procedure, each a bar against its threshold with its figures.
import type { Finding, WrittenProcedure } from "../api/governance";
import { type Speech, useSpeech } from "../i18n";
import { type Compared, type Condition, readCondition } from "../verify/procedure";
import { Mark } from "./verdict";

function comparedText({ t, number }: Speech, condition: Compared, threshold: string, procedure: WrittenProcedure): string {
  const sum = (words: readonly string[]) => words.map((word) => t(`count-${word as "yes"}`)).join(" + ");
  const house = procedure.houses?.find(({ id }) => id === condition.house)?.title ?? condition.house;
  const table = procedure.weights?.find(({ id }) => id === condition.by)?.title ?? condition.by;
  const whole = /^\d+$/.test(threshold) ? number(Number(threshold)) : threshold;
  return [
    house && `${house}: `, sum(condition.of), condition.base.length > 0 && ` / ${sum(condition.base)}`, table && ` (${table})`, ": ",
    t(`compared-${condition.comparison}`, { n: condition.plus > 0n ? `${whole} + ${condition.plus}` : whole }),
  ]
    .filter(Boolean)
    .join("");
}

// In the reader's language where the condition is known, else in the node's words.
function titleOf(speech: Speech, condition: Condition | undefined, finding: Finding, procedure: WrittenProcedure): string {
  const { t } = speech;
  if (condition?.title) return condition.title;
  if (finding.value !== undefined) return condition?.kind === "compared" ? comparedText(speech, condition, finding.threshold ?? "", procedure) : finding.title;
  switch (condition?.kind) {
    case "all":
      return t("condition-all");
    case "any":
      return t("condition-any");
    case "not":
      return t("condition-not");
    case "declared":
      return t("condition-declared", { name: condition.name });
    case "earlier":
      return t("condition-earlier", { name: condition.name });
    case "round":
      return t("condition-round", { n: condition.most });
  }
  return finding.title;
}

function partsOf(condition: Condition | undefined): (Condition | undefined)[] {
  // Of an earlier vote's two the node says which one counts by its words alone.
  return condition && "parts" in condition && condition.kind !== "earlier" ? condition.parts : [];
}

function Bar({ finding, condition }: { finding: Finding; condition: Condition | undefined }) {
  const value = finding.value ?? 0;
  const needed = finding.needed ?? 0;
  const whole = Math.max(1, finding.base ?? Math.max(value, needed) * 1.15);
  const most = condition?.kind === "compared" && (condition.comparison === "at_most" || condition.comparison === "less_than");
  const [filled, mark] = [Math.min(100, (100 * value) / whole), Math.min(100, Math.max(0, (100 * needed) / whole))];
  return (
    <svg class={`bar condition-bar ${finding.met ? "bar-met" : "bar-unmet"}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect width={filled} height="8" />
      <rect class={most ? "threshold threshold-most" : "threshold"} x={Math.min(99.2, mark)} width="0.8" height="8" />
    </svg>
  );
}

interface FindingProps {
  finding: Finding;
  condition: Condition | undefined;
  procedure: WrittenProcedure;
}

function FindingView({ finding, condition, procedure }: FindingProps) {
  const speech = useSpeech();
  const { t, number } = speech;
  const most = condition?.kind === "compared" && (condition.comparison === "at_most" || condition.comparison === "less_than");
  const parts = partsOf(condition);
  return (
    <li class="condition" data-met={finding.met}>
      <div class="condition-head">
        <Mark state={finding.met ? "passed" : "failed"} />
        <span>
          <span dir="auto">{titleOf(speech, condition, finding, procedure)}</span>{" "}
          <span class={finding.met ? "state good" : "state why"}>{t(finding.met ? "condition-met" : "condition-unmet")}</span>
        </span>
      </div>
      {finding.value !== undefined && (
        <>
          <Bar finding={finding} condition={condition} />
          <p class="quiet condition-figures">
            {finding.base === undefined
              ? number(finding.value)
              : t("figure-of", {
                  n: finding.value, base: finding.base,
                  share: finding.base > 0 ? `${number(Math.floor((10_000 * finding.value) / finding.base) / 100)} %` : "–",
                })}{" "}
            · {t(most ? "figure-allows" : "figure-needs", { n: finding.needed ?? 0 })}
          </p>
        </>
      )}
      {finding.parts && (
        <ul class="conditions">
          {finding.parts.map((part, i) => (
            <FindingView key={i} finding={part} condition={parts[i]} procedure={procedure} />
          ))}
        </ul>
      )}
    </li>
  );
}

function read(written: unknown, procedure: WrittenProcedure): Condition | undefined {
  try {
    return readCondition(written, procedure.houses ?? []);
  } catch {
    return undefined; // the node's own words stand for it
  }
}

export function Conditions({ word, finding, procedure }: { word: "quorum" | "postponed" | "adopted"; finding: Finding | undefined; procedure: WrittenProcedure }) {
  const { t } = useSpeech();
  if (!finding) return null;
  return (
    <section aria-labelledby={`conditions-${word}`}>
      <h3 id={`conditions-${word}`}>{t(`conditions-${word}`)}</h3>
      <ul class="conditions">
        <FindingView finding={finding} condition={read(procedure[word], procedure)} procedure={procedure} />
      </ul>
    </section>
  );
}
