// A rule's policy as people read it: what it forbids and permits, and when.
import type { PolicyTest, RulePart } from "../api/governance";
import { useSpeech } from "../i18n";
import { Code, Kind } from "./bits";

const kOperators = ["is", "in", "has", "has_any", "at_least", "at_most", "before", "from"] as const;

function Actions({ of }: { of: string[] }) {
  const { t } = useSpeech();
  return (
    <>
      {of.map((action, i) => (
        <span key={action}>
          {i > 0 && ", "}
          {action.endsWith(".*") ? (
            <>
              {t("policy-all-of")} <Code>{action}</Code>
            </>
          ) : (
            <Kind type={action} />
          )}
        </span>
      ))}
    </>
  );
}

function TestView({ test }: { test: PolicyTest }) {
  const { t, has, number } = useSpeech();
  if (test.not) {
    return (
      <>
        {t("policy-not")} <TestView test={test.not} />
      </>
    );
  }
  for (const [kind, word] of [["all", "policy-all"], ["any", "policy-any"]] as const) {
    const parts = test[kind];
    if (!parts) continue;
    return (
      <>
        {t(word)}
        <ul class="values">
          {parts.map((part, i) => (
            <li key={i}>
              <TestView test={part} />
            </li>
          ))}
        </ul>
      </>
    );
  }
  const operator = kOperators.find((name) => test[name] !== undefined) ?? "is";
  const attribute = `policy-of-${test.attribute ?? ""}`;
  const shown = [test[operator]].flat().map((value) => {
    if (typeof value === "number") return number(value);
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    const word = `class-${String(value)}`;
    if (test.attribute === "tlp") return `TLP:${String(value).toUpperCase()}`;
    return test.attribute === "class" && has(word) ? t(word) : String(value);
  });
  return (
    <>
      {has(attribute) ? t(attribute) : <Code>{test.attribute}</Code>} {t(`policy-${operator}`)} <bdi class="policy-value">{shown.join(", ")}</bdi>
    </>
  );
}

export function PolicyView({ policy }: { policy: NonNullable<RulePart["policy"]> }) {
  const { t, number } = useSpeech();
  return (
    <ol class="values policy">
      {policy.counts && (
        <li>{t("policy-counts", { least: number(policy.counts.least ?? 5), noise: number(policy.counts.noise ?? 1) })}</li>
      )}
      {policy.closed && policy.closed.length > 0 && (
        <li>
          <strong>{t("policy-closed")}</strong> <Actions of={policy.closed} />
        </li>
      )}
      {(policy.clauses ?? []).map((clause, i) => (
        <li key={i}>
          <p>
            <strong class={clause.forbid ? "why" : "good"}>{t(clause.forbid ? "policy-forbids" : "policy-permits")}</strong>{" "}
            <Actions of={clause.forbid ?? clause.permit ?? []} />
          </p>
          <p class="quiet" dir="auto">
            {clause.title}
          </p>
          {clause.when && (
            <div>
              <em>{t("policy-when")}</em> <TestView test={clause.when} />
            </div>
          )}
          {clause.unless && (
            <div>
              <em>{t("policy-unless")}</em> <TestView test={clause.unless} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
