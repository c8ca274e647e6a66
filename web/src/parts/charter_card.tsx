// What of a charter stands or changes: its name, its purpose, and the procedures that it names.
import { Fragment } from "preact";
import type { CharterProcedures, Version } from "../api/governance";
import { useSpeech } from "../i18n";
import { Code, Field, Fields, Moment } from "./bits";

export const kNamed = ["rules", "bodies", "charter"] as const;

// As Fields' children. An empty list: none is named any more.
export function NamedProcedures({ procedures }: { procedures: CharterProcedures | undefined }) {
  const { t } = useSpeech();
  return (
    <>
      {kNamed.map((what) => {
        const named = procedures?.[what];
        return (
          named && (
            <Field key={what} word={`${what}-by`}>
              {named.length === 0 && t("charter-names-none")}
              {named.map((one) => (
                <div key={one.id}>
                  <bdi>{one.title}</bdi> <Code>{one.id}</Code>
                </div>
              ))}
            </Field>
          )
        );
      })}
    </>
  );
}

export function CharterCard({ version }: { version: Version }) {
  const { t, number } = useSpeech();
  const { charter } = version;
  if (!charter) return null;
  return (
    <section class="card" aria-labelledby="charter-part">
      <h2 id="charter-part">{t("would-amend-charter")}</h2>
      <Fields>
        {(["name", "purpose"] as const).map((what) => {
          const text = charter[what];
          return (
            <Fragment key={what}>
              {text !== undefined && (
                <Field word={`body-${what}`}>
                  <span dir="auto">{text}</span>
                </Field>
              )}
            </Fragment>
          );
        })}
        <NamedProcedures procedures={charter.procedures} />
        {charter.delay_days !== undefined && <Field word="delay-days">{number(charter.delay_days)}</Field>}
        {charter.from && (
          <Field word="in-force-since">
            <Moment at={charter.from} />
          </Field>
        )}
      </Fields>
    </section>
  );
}
