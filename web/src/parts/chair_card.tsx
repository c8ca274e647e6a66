// What whoever opened a vote says in it: answers to objections, and what the procedure asks the chair to declare.
import type { Opening, Vote } from "../api/governance";
import { useSpeech } from "../i18n";
import { StatementLink } from "./bits";
import { SignForm, useMember } from "./sign_form";

// The names that conditions ask to be declared, and a tie's casting vote, each once.
export function declarable(part: unknown, found: string[] = []): string[] {
  if (Array.isArray(part)) for (const each of part) declarable(each, found);
  else if (typeof part === "object" && part !== null) {
    for (const [name, value] of Object.entries(part)) {
      if (name === "declared" && typeof value === "string" && !found.includes(value)) found.push(value);
      else declarable(value, found);
    }
  }
  return found;
}

export function ChairCard({ vote, opening, said }: { vote: Vote; opening: Opening; said(): void }) {
  const { t } = useSpeech();
  const member = useMember();
  const { quorum, postponed, adopted, tie } = opening.body.procedure;
  const casting = typeof tie === "object" && tie !== null ? (tie as Record<string, unknown>)["by"] : undefined;
  const names = declarable([quorum, postponed, adopted, typeof casting === "string" ? { declared: casting } : undefined]);
  const objections = vote.roll_call.filter(({ objection, ballot }) => objection && ballot);
  if (member !== vote.chair || (objections.length === 0 && names.length === 0)) return null;
  return (
    <section class="card" aria-labelledby="chair-says">
      <h2 id="chair-says">{t("chair-says")}</h2>
      {objections.map(({ member: by, name, ballot, reason, objection }) => (
        <details key={ballot} open={objection === "sustained"} data-objection={objection}>
          <summary>
            {t(objection === "sustained" ? "objection-answer" : "objection-answer-again")} <bdi>{name}</bdi>
          </summary>
          <p dir="auto">{reason}</p>
          <p class="quiet">
            <StatementLink id={ballot ?? ""} />
          </p>
          <SignForm
            name={`answer-${by}`} login="cast-login" button="objection-answer-sign" said={said}
            make={(form) => ({ type: "governance.answer", body: { opening: vote.opening, ballot, answer: String(form.get("answer") ?? "").trim() } })}
          >
            <label for={`answer-${by}-text`}>{t("objection-answer-text")}</label>
            <textarea id={`answer-${by}-text`} name="answer" class="prose" rows={3} dir="auto" maxLength={9000} required />
          </SignForm>
        </details>
      ))}
      {names.length > 0 && (
        <details>
          <summary>{t("declare")}</summary>
          <p class="quiet">{t("declare-is")}</p>
          <SignForm
            name="declare" login="cast-login" button="declare-sign" said={said}
            make={(form) => {
              const reason = String(form.get("reason") ?? "").trim();
              return {
                type: "governance.declaration",
                body: { opening: vote.opening, declares: String(form.get("declares")), holds: form.get("holds") === "yes", ...(reason ? { reason } : {}) },
              };
            }}
          >
            <label for="declare-what">{t("declare-what")}</label>
            <select id="declare-what" name="declares">
              {names.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
            <fieldset class="picks">
              <legend>{t("declare-holds")}</legend>
              {(["yes", "no"] as const).map((each) => (
                <label key={each} class={`pick pick-${each}`}>
                  <input type="radio" name="holds" value={each} required /> <span>{t(`choice-${each}`)}</span>
                </label>
              ))}
            </fieldset>
            <label for="declare-reason">{t("body-reason")}</label>
            <textarea id="declare-reason" name="reason" class="prose" rows={2} dir="auto" maxLength={9000} />
          </SignForm>
        </details>
      )}
    </section>
  );
}
