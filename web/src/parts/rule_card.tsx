// What makes a proposal a rule, and what it would change: acts of the last days decided again under it.
import { useState } from "preact/hooks";
import { getJson } from "../api/client";
import type { Impact, Proposal as Answer, Version } from "../api/governance";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Field, Fields, Kind, Loading, MemberLink, ProblemBox, StatementLink } from "./bits";
import { PolicyView } from "./policy";

function ImpactView({ id, names }: { id: string; names: ReadonlyMap<string, string> }) {
  const { t, number } = useSpeech();
  const path = `/api/v1/proposals/${id}/impact?days=90`;
  const { value: impact, error, again } = useLoaded(path, () => getJson<Impact>(path));
  if (error !== undefined) return <ProblemBox error={error} again={again} />;
  if (!impact) return <Loading />;
  return (
    <>
      <Fields>
        <Field word="impact-acts">{number(impact.acts)}</Field>
        <Field word="impact-before">{number(impact.allowed_before)}</Field>
        <Field word="impact-after">{number(impact.allowed_after)}</Field>
        <Field word="impact-flipped">{number(impact.flipped)}</Field>
      </Fields>
      {impact.flips.length > 0 && (
        <ul class="values">
          {impact.flips.slice(0, 50).map((flip) => (
            <li key={flip.id}>
              <StatementLink id={flip.id}>
                <Kind type={flip.type} />
              </StatementLink>{" "}
              · <MemberLink id={flip.author} names={names} /> · {t(`impact-${flip.before}`)} → <strong>{t(`impact-${flip.after}`)}</strong>
            </li>
          ))}
        </ul>
      )}
      {impact.concerns.map((concern, i) => (
        <div key={i} class="notice">
          <strong>{t(`concern-${concern.kind as "nobody-can"}`)}</strong>
          <p lang="en" dir="ltr">
            {concern.text}
          </p>
        </div>
      ))}
    </>
  );
}

export function RuleCard({ proposal, version, names }: { proposal: Answer; version: Version; names: ReadonlyMap<string, string> }) {
  const { t, number } = useSpeech();
  const [open, setOpen] = useState(false);
  const { rule } = version;
  if (!rule) return null;
  return (
    <section class="card" aria-labelledby="rule">
      <h2 id="rule">{t("would-be-rule", { number: rule.number })}</h2>
      <Fields>
        {rule.topics && rule.topics.length > 0 && (
          <Field word="topics">
            <Code>{rule.topics.join(", ")}</Code>
          </Field>
        )}
        {rule.delay_days !== undefined && <Field word="delay-days">{number(rule.delay_days)}</Field>}
        {rule.repeals && rule.repeals.length > 0 && (
          <Field word="repeals">
            <Code>{rule.repeals.join(", ")}</Code>
          </Field>
        )}
      </Fields>
      {rule.policy && (
        <>
          <h3>{t("policy")}</h3>
          <PolicyView policy={rule.policy} />
          <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{t("impact")}</summary>
            {open && <ImpactView id={proposal.id} names={names} />}
          </details>
        </>
      )}
    </section>
  );
}
