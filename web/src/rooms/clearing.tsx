import { useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import type { Divide } from "../divide/answers";
import { usePlaceNames } from "../divide/names";
import { XyChart } from "../divide/xy_chart";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { alternativesOf, type Need, type Offer, type Plan } from "../market/answers";
import { PromisesCard } from "../market/promises";
import { Code, Field, Fields, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";

const kFairness = ["share", "max-min", "balanced", "none"] as const;

function Board({ needs, offers }: { needs: readonly Need[]; offers: readonly Offer[] }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  return (
    <div class="columns loose">
      <section class="card" aria-labelledby="needs">
        <h2 id="needs">{t("needs")}</h2>
        {needs.length === 0 && <p class="quiet">{t("needs-none")}</p>}
        <ol class="values" id="need-list">
          {needs.map((need) => (
            <li key={need.ref}>
              <strong dir="auto">{need.title}</strong> <span class="tag">{t(`supply-${need.kind}` as "supply-funding")}</span>
              <Fields>
                <Field word="place">{names(need.place, need.name)}</Field>
                <Field word="amount-left">
                  {number(need.left)} / {number(need.amount)} <bdi>{need.unit}</bdi>
                </Field>
                <Field word="people-gain">{number(need.beneficiaries.people)}</Field>
                <Field word="period">
                  <Moment at={need.period.from} day /> – <Moment at={need.period.to} day />
                </Field>
                <Field word="offers-fit">{number(need.fitting)}</Field>
                <Field word="author">
                  <MemberLink id={need.author} /> · <StatementLink id={need.statement} />
                </Field>
              </Fields>
            </li>
          ))}
        </ol>
      </section>
      <section class="card" aria-labelledby="offers">
        <h2 id="offers">{t("offers")}</h2>
        {offers.length === 0 && <p class="quiet">{t("offers-none")}</p>}
        <ol class="values" id="offer-list">
          {offers.map((offer) => (
            <li key={offer.ref}>
              <strong dir="auto">{offer.title}</strong> <span class="tag">{t(`supply-${offer.kind}` as "supply-funding")}</span>
              <Fields>
                <Field word="amount-left">
                  {number(offer.left)} / {number(offer.amount)} <bdi>{offer.unit}</bdi>
                </Field>
                {offer.places && <Field word="place">{offer.places.map((code) => names(code, code)).join(", ")}</Field>}
                {offer.cost && (
                  <Field word="costs">
                    {number(offer.cost.amount)} <Code>{offer.cost.fund}</Code>
                  </Field>
                )}
                <Field word="author">
                  <MemberLink id={offer.author} /> · <StatementLink id={offer.statement} />
                </Field>
              </Fields>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

function WhyNot({ plan }: { plan: Plan }) {
  const { t, number } = useSpeech();
  const [need, setNeed] = useState(plan.needs[0]?.id ?? "");
  const rows = alternativesOf(plan, need);
  const round = (value: number) => number(Math.round(value * 1000) / 1000);
  const left = plan.left_out.find(({ ref }) => ref === need);
  return (
    <>
      <h3>{t("why-not-me")}</h3>
      <p class="quiet">{t("why-not-is")}</p>
      <div class="filters">
        <label>
          <span>{t("need")}</span>
          <select value={need} onChange={(event) => setNeed(event.currentTarget.value)}>
            {plan.needs.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
      </div>
      {left && <p>{left.why}</p>}
      {rows.length === 0 && <p class="quiet">{t("why-not-none")}</p>}
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("why-not-me")}>
          <table class="table" id="why-not">
            <thead>
              <tr>
                <th scope="col">{t("offer")}</th>
                {(["given", "worth-here", "worth-elsewhere", "short-of"] as const).map((word) => (
                  <th key={word} scope="col" class="number">
                    {t(word)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.offer}>
                  <th scope="row">
                    <Code>{row.offer}</Code>
                  </th>
                  <td class="number">{number(row.given)}</td>
                  <td class="number">{round(row.worth)}</td>
                  <td class="number">{round(row.elsewhere)}</td>
                  <td class="number">{round(row.short)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Curve({ plan }: { plan: Plan }) {
  const { t, number } = useSpeech();
  if (plan.curve.length === 0) return null;
  return (
    <>
      <h3>{t("fairness-curve")}</h3>
      <p class="quiet">{t("fairness-curve-is")}</p>
      <XyChart label={t("fairness-curve")} xName={t("floor-kept")} yName={t("people-reached")} joined points={plan.curve.map(({ keep, value }) => ({ name: `${keep}`, x: keep * 100, y: value }))} />
      <details>
        <summary>{t("figures-table")}</summary>
        <table class="table" id="curve">
          <thead>
            <tr>
              <th scope="col">{t("floor-kept")}</th>
              <th scope="col" class="number">
                {t("people-reached")}
              </th>
              <th scope="col" class="number">
                {t("bound")}
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.curve.map((point) => (
              <tr key={point.keep}>
                <th scope="row">{number(point.keep * 100)}</th>
                <td class="number">{number(Math.round(point.value))}</td>
                <td class="number">{number(Math.round(point.bound))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function PlanCard() {
  const { t, number } = useSpeech();
  const [fairness, setFairness] = useState<(typeof kFairness)[number]>("share");
  const [scheme, setScheme] = useState("");
  const schemes = useLoaded("schemes", () => getJson<Divide>("/api/v1/divide"));
  const path = `/api/v1/clearing/plan${query({ fairness, scheme, curve: "true" })}`;
  const { value: plan, error, again } = useLoaded(path, () => getJson<Plan>(path));
  return (
    <section class="card" aria-labelledby="plan">
      <h2 id="plan">{t("plan")}</h2>
      <p class="quiet">{t("plan-is")}</p>
      <div class="filters">
        <label>
          <span>{t("fairness")}</span>
          <select value={fairness} onChange={(event) => setFairness(event.currentTarget.value as typeof fairness)}>
            {kFairness.map((each) => (
              <option key={each} value={each}>
                {t(`fairness-${each}`)}
              </option>
            ))}
          </select>
        </label>
        {(schemes.value?.schemes.length ?? 0) > 0 && (
          <label>
            <span>{t("groups")}</span>
            <select value={scheme} onChange={(event) => setScheme(event.currentTarget.value)}>
              <option value="">–</option>
              {schemes.value?.schemes.map((each) => (
                <option key={each.scheme} value={each.scheme}>
                  {each.title || each.scheme}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!plan && error === undefined && <Loading />}
      {plan && (
        <>
          <Fields>
            <Field word="people-reached">{number(Math.round(plan.people))}</Field>
            {plan.gap !== null && <Field word="plan-gap">{number(Math.round(plan.gap * 10000) / 100)} %</Field>}
          </Fields>
          {plan.groups.length > 0 && (
            <div class="scroll" tabIndex={0} role="region" aria-label={t("groups")}>
              <table class="table" id="plan-groups">
                <thead>
                  <tr>
                    <th scope="col">{t("groups")}</th>
                    {(["floor", "people-reached"] as const).map((word) => (
                      <th key={word} scope="col" class="number">
                        {t(word)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {plan.groups.map((group) => (
                    <tr key={group.id}>
                      <th scope="row">
                        <Code>{group.id}</Code>
                      </th>
                      <td class="number">{number(Math.round(group.floor))}</td>
                      <td class="number">{number(Math.round(group.reached))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <details>
            <summary>{t("plan-gives")}</summary>
            <ol class="values" id="assignments">
              {plan.assignments.map((each) => (
                <li key={`${each.need} ${each.offer}`}>
                  <Code>{each.offer}</Code> → <Code>{each.need}</Code>: {number(each.amount)} ({t("people-gain")}: {number(Math.round(each.people))})
                </li>
              ))}
            </ol>
          </details>
          <Curve plan={plan} />
          {plan.needs.length > 0 && <WhyNot key={path} plan={plan} />}
        </>
      )}
    </section>
  );
}

export function Clearing() {
  const { t } = useSpeech();
  const { value, error, again } = useLoaded("board", async () => {
    const [needs, offers] = await Promise.all([getJson<{ rows: Need[] }>("/api/v1/clearing/needs"), getJson<{ rows: Offer[] }>("/api/v1/clearing/offers")]);
    return { needs: needs.rows, offers: offers.rows };
  });
  return (
    <>
      <Heading title={t("room-clearing")}>{t("room-clearing")}</Heading>
      <p class="lead">{t("clearing-is")}</p>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && (
        <>
          <Board needs={value.needs} offers={value.offers} />
          {value.needs.length > 0 && value.offers.length > 0 && <PlanCard />}
          <PromisesCard />
        </>
      )}
    </>
  );
}
