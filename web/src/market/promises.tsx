// What was promised to needs: what was delivered and received of it, with the evidence, what is overdue, and what became of the figure it was to
// move. Where the two sides say different amounts, both stand.
import { useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import { usePlaceNames } from "../divide/names";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Field, Fields, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { address } from "../router";
import type { Commitment, Effect } from "./answers";
import { Exhibits } from "./exhibits";

function Moved({ effect }: { effect: Effect }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const round = (value: number) => number(Math.round(value * 100) / 100);
  return (
    <Field word="effect">
      <a href={address("divide", effect.place, { indicator: effect.indicator })}>
        {names(effect.place)}, <Code>{effect.indicator}</Code>
      </a>
      :{" "}
      {effect.before === null || effect.after === null || effect.change === null || effect.after_year === null ? (
        t("effect-none", { year: String(effect.from) })
      ) : (
        <span data-effect={effect.change}>
          {t("effect-is", { before: round(effect.before), from: String(effect.from), after: round(effect.after), year: String(effect.after_year) })}{" "}
          {effect.elsewhere !== null && t("effect-elsewhere", { change: round(effect.change), elsewhere: round(effect.elsewhere), n: number(effect.places) })}
        </span>
      )}{" "}
      {effect.dataset && <StatementLink id={effect.dataset} />}
    </Field>
  );
}

function Promise({ made }: { made: Commitment }) {
  const { t, number } = useSpeech();
  const label = `${t("milestones")}: ${made.ref}`;
  return (
    <li data-overdue={made.overdue}>
      <Code>{made.offer}</Code> → <Code>{made.need}</Code> {made.overdue && <span class="tag tag-bad">{t("milestone-overdue")}</span>}{" "}
      {made.disagree && <span class="tag tag-note">{t("promise-disagree")}</span>}
      <Fields>
        <Field word="promised">
          {number(made.amount)} <bdi>{made.unit}</bdi>
        </Field>
        <Field word="delivered">{number(made.delivered)}</Field>
        <Field word="received">{number(made.received)}</Field>
        {made.effect && <Moved effect={made.effect} />}
        <Field word="author">
          <MemberLink id={made.author} /> · <StatementLink id={made.statement} />
        </Field>
      </Fields>
      <div class="scroll" tabIndex={0} role="region" aria-label={label}>
        <table class="table">
          <caption class="hidden">{label}</caption>
          <thead>
            <tr>
              <th scope="col">{t("milestone")}</th>
              <th scope="col">{t("milestone-day")}</th>
              {(["promised", "delivered", "received"] as const).map((word) => (
                <th key={word} scope="col" class="number">
                  {t(word)}
                </th>
              ))}
              <th scope="col">{t("milestone-state")}</th>
            </tr>
          </thead>
          <tbody>
            {made.milestones.map((each) => (
              <tr key={each.id} data-state={each.state}>
                <th scope="row">
                  <bdi>{each.title || each.id}</bdi>
                </th>
                <td>
                  <Moment at={each.due} day />
                </td>
                <td class="number">{number(each.amount)}</td>
                <td class="number">{number(each.delivered)}</td>
                <td class="number">{number(each.received)}</td>
                <td>
                  {t(`milestone-${each.state}`)}
                  {each.days_late > 0 && ` · ${t("days-late", { n: number(each.days_late) })}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {made.deliveries.length > 0 && (
        <details>
          <summary>
            {t("deliveries")}
            <span class="hidden">: {made.ref}</span>
          </summary>
          <ul class="values">
            {made.deliveries.map((each) => (
              <li key={each.statement} data-said={each.said}>
                <MemberLink id={each.author} />: {t(`said-${each.said}`)} {number(each.amount)} <bdi>{made.unit}</bdi>, <Moment at={each.day} day /> · <StatementLink id={each.statement} />
                {each.note && <p dir="auto">{each.note}</p>}
                <Exhibits list={each.evidence ?? []} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

export function PromisesCard() {
  const { t, number } = useSpeech();
  const [late, setLate] = useState(false);
  const path = `/api/v1/clearing/commitments${query({ overdue: late ? "true" : undefined })}`;
  const { value, error, again } = useLoaded(path, () => getJson<{ rows: Commitment[] }>(path));
  // What is overdue stands first.
  const rows = [...(value?.rows ?? [])].sort((a, b) => Number(b.overdue) - Number(a.overdue) || (a.ref < b.ref ? -1 : 1));
  return (
    <section class="card" aria-labelledby="promises">
      <div class="card-head">
        <h2 id="promises">{t("promises")}</h2>
        {value && <span class="quiet">{t("promises-overdue", { n: number(rows.filter(({ overdue }) => overdue).length), of: number(rows.length) })}</span>}
      </div>
      <p class="quiet">{t("promises-are")}</p>
      <div class="filters">
        <label class="check">
          <input type="checkbox" checked={late} onChange={(event) => setLate(event.currentTarget.checked)} /> <span>{t("overdue-only")}</span>
        </label>
      </div>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && rows.length === 0 && <p class="quiet">{t(late ? "overdue-none" : "promises-none")}</p>}
      <ol class="values" id="promise-list">
        {rows.map((made) => (
          <Promise key={made.ref} made={made} />
        ))}
      </ol>
    </section>
  );
}
