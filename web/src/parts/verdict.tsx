// How a verification is shown: a verdict in words, then each step with what was computed.
import { useEffect, useState } from "preact/hooks";
import { useSpeech, type Speech } from "../i18n";
import type { Fact, State, Step, Verdict } from "../verify/steps";
import { Code, Field, Fields, Hash, MemberLink, Moment, StatementLink } from "./bits";

const kMarks: Record<State, string> = {
  waiting: "M12 12h.01M7 12h.01M17 12h.01",
  running: "M12 5a7 7 0 1 1-6.2 3.8",
  passed: "M6 12.5l4 4 8-9",
  noted: "M12 11v6M12 7.2v.1",
  failed: "M7 7l10 10M17 7L7 17",
  skipped: "M7 12h10",
};

export function Mark({ state }: { state: State }) {
  return (
    <svg class={`mark mark-${state}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="11" />
      <path d={kMarks[state]} />
    </svg>
  );
}

function FactValue({ fact }: { fact: Fact }) {
  const { t, number } = useSpeech();
  if (fact.name === "custody") return <>{t("held-in-custody")}</>;
  if (fact.kind === "number") return <>{number(Number(fact.value))}</>;
  const text = String(fact.value);
  if (fact.kind === "time") return <Moment at={text} />;
  if (fact.kind === "member") return <MemberLink id={text} />;
  if (fact.kind === "statement") return <StatementLink id={text} />;
  if (fact.kind === "hash") return <Hash value={text} whole />;
  return <Code>{text}</Code>;
}

function StepLine({ step }: { step: Step }) {
  const { t } = useSpeech();
  return (
    <li class={`step step-${step.state}`} data-step={step.name} data-state={step.state}>
      <Mark state={step.state} />
      <div>
        <h3>
          {t(`step-${step.name}`)} <span class="state">{t(`state-${step.state}`)}</span>
        </h3>
        {step.why ? (
          <p class="why">{t(`why-${step.why}`, step.values)}</p>
        ) : (
          <p class="how">{step.remark ? t(`remark-${step.remark}`) : t(`step-${step.name}-how`)}</p>
        )}
        {step.facts.length > 0 && (
          <details>
            <summary>
              {t("details")}
              <span class="hidden">: {t(`step-${step.name}`)}</span>
            </summary>
            {step.remark && !step.why && <p class="how">{t(`step-${step.name}-how`)}</p>}
            <Fields>
              {step.facts.map((fact, i) => (
                <Field key={i} word={`fact-${fact.name}`}>
                  <FactValue fact={fact} />
                </Field>
              ))}
            </Fields>
          </details>
        )}
      </div>
    </li>
  );
}

type Passed = "verdict-passed-long" | "log-passed-long" | "vote-passed-long";

function sentence({ t }: Speech, verdict: Verdict, passed: Passed): string {
  if (verdict.state === "running") return t("verification-is");
  if (verdict.state === "passed") return t(passed);
  const failed = verdict.steps.filter((step) => step.state === "failed").map((step) => t(`step-${step.name}`));
  return t("verdict-failed-long", { steps: failed.join(" · ") });
}

interface VerdictProps {
  verdict: Verdict;
  passed: Passed;
  unfolded: boolean; // the steps are shown from the start; a failure unfolds them in any case
}

export function VerdictView({ verdict, passed, unfolded }: VerdictProps) {
  const speech = useSpeech();
  const [open, setOpen] = useState(unfolded);
  useEffect(() => {
    if (verdict.state === "failed") setOpen(true);
  }, [verdict.state]);
  return (
    <>
      <div class={`verdict verdict-${verdict.state}`} role="status" aria-live="polite" data-verdict={verdict.state}>
        <Mark state={verdict.state} />
        <p>
          <strong>{speech.t(`verdict-${verdict.state}`)}</strong>
          <span>{sentence(speech, verdict, passed)}</span>
        </p>
      </div>
      <details class="fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{speech.t("step-by-step")}</summary>
        <ol class="steps">
          {verdict.steps.map((step) => (
            <StepLine key={step.name} step={step} />
          ))}
        </ol>
      </details>
    </>
  );
}
