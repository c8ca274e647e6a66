// Where the next money connects most people: planned by the node out of files that nothing is kept of, and shown on a map.
import { useState } from "preact/hooks";
import { post } from "../api/client";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { curveOf, kTechnologies, type NetworkAnswer, type NetworkPlan, type Site } from "../network/answers";
import { SiteMap } from "../network/site_map";
import { Code, Field, Fields, Heading, Loading, ProblemBox } from "../parts/bits";
import { given, Input, textOf } from "../parts/inputs";
import { useMember } from "../parts/sign_form";
import { XyChart } from "../divide/xy_chart";
import { address } from "../router";

const kShown = 500; // rows of a table

function More({ n }: { n: number }) {
  const { t, number } = useSpeech();
  return n > 0 ? <p class="quiet">{t("network-more", { n: number(n) })}</p> : null;
}

function Head({ words }: { words: readonly (readonly [Word, boolean])[] }) {
  const { t } = useSpeech();
  return (
    <thead>
      <tr>
        {words.map(([word, figure]) => (
          <th key={word} scope="col" class={figure ? "number" : ""}>
            {t(word)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Order({ plan }: { plan: NetworkPlan }) {
  const { t, number } = useSpeech();
  const names = new Map(plan.sites.map(({ place, name }) => [place, name]));
  const tenth = (value: number) => number(Math.round(value * 10) / 10);
  return (
    <section class="card" aria-labelledby="order">
      <h2 id="order">{t("network-order")}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("network-order")}`}>
        <table class="table" id="network-rows">
          <Head
            words={[
              ["network-place", false], ["network-by", false], ["network-from", false], ["network-km", true], ["network-cost", true], ["network-people", true], ["network-per-thousand", true],
              ["network-spent", true], ["people-reached", true],
            ]}
          />
          <tbody>
            {plan.rows.slice(0, kShown).map((row) => (
              <tr key={row.place}>
                <th scope="row">
                  <bdi>{row.name || row.place}</bdi>
                </th>
                <td>{t(`tech-${row.technology}`)}</td>
                <td>{row.from === null ? "–" : <bdi>{row.from_place ? names.get(row.from) || row.from : row.from}</bdi>}</td>
                <td class="number">{row.km === null ? "–" : tenth(row.km)}</td>
                <td class="number">{number(Math.round(row.lifetime))}</td>
                <td class="number">{number(Math.round(row.people))}</td>
                <td class="number">{tenth(row.per_thousand)}</td>
                <td class="number">{number(Math.round(row.spent))}</td>
                <td class="number">{number(Math.round(row.reached))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More n={plan.rows.length - kShown} />
    </section>
  );
}

// Of each technology what stands against it; where nothing does, it is the budget, or that nobody there is counted.
function Left({ plan }: { plan: NetworkPlan }) {
  const { t, number } = useSpeech();
  const left = plan.sites.filter(({ technology }) => technology === null).sort((a, b) => b.people - a.people);
  const why = (site: Site, { obstacle }: Site["options"][number]): Word => (obstacle ? `obstacle-${obstacle}` : site.connected >= 1 || site.people === 0 ? "obstacle-people" : "obstacle-budget");
  const shown = kTechnologies.filter((each) => plan.sites[0]?.options.some(({ technology }) => technology === each));
  return (
    <section class="card" aria-labelledby="left">
      <h2 id="left">{t("network-left")}</h2>
      {left.length === 0 && <p class="quiet">{t("network-left-none")}</p>}
      {left.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("network-left")}`}>
          <table class="table" id="network-left">
            <Head words={[["network-place", false], ["network-people", true], ...shown.map((each) => [`tech-${each}`, false] as const)]} />
            <tbody>
              {left.slice(0, kShown).map((site) => (
                <tr key={site.place}>
                  <th scope="row">
                    <bdi>{site.name || site.place}</bdi>
                  </th>
                  <td class="number">{number(Math.round(site.people))}</td>
                  {site.options.map((option) => (
                    <td key={option.technology} data-obstacle={option.obstacle || "none"}>
                      {t(why(site, option))}
                      {!option.obstacle && <span class="quiet"> ({number(Math.round(option.lifetime))})</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More n={left.length - kShown} />
    </section>
  );
}

function Shown({ plan }: { plan: NetworkPlan }) {
  const { t, number } = useSpeech();
  return (
    <>
      <section class="card" aria-label={t("plan")}>
        <Fields>
          <Field word="people-reached">
            {number(Math.round(plan.reached))} {t("network-of", { n: number(Math.round(plan.countable)) })}
          </Field>
          <Field word="network-spent">{number(Math.round(plan.spent))}</Field>
          <Field word="bound">{number(Math.round(plan.bound))}</Field>
        </Fields>
        {plan.rows.length === 0 && <p class="notice">{t("network-nothing")}</p>}
        {plan.sites.length > 0 && <SiteMap plan={plan} />}
      </section>
      {plan.rows.length > 0 && (
        <section class="card" aria-labelledby="curve">
          <h2 id="curve">{t("network-curve")}</h2>
          <p class="quiet">{t("network-curve-is")}</p>
          <XyChart label={t("network-curve")} xName={t("network-spent")} yName={t("people-reached")} joined points={curveOf(plan)} />
        </section>
      )}
      {plan.rows.length > 0 && <Order plan={plan} />}
      <Left plan={plan} />
    </>
  );
}

function Defects({ answer }: { answer: NetworkAnswer }) {
  const { t, number } = useSpeech();
  const { defects, plan } = answer;
  if (defects.length === 0) return null;
  return (
    <section class="card" aria-labelledby="network-defects">
      <h2 id="network-defects">{plan ? t("network-skipped", { n: number(defects.length) }) : t("network-defects")}</h2>
      <ul class="values" lang="en" dir="ltr">
        {defects.slice(0, kShown).map((defect, i) => (
          <li key={i} data-defect={defect.kind}>
            <Code>
              {defect.file} {defect.line ?? ""}
            </Code>{" "}
            {defect.what}: {defect.mend}
          </li>
        ))}
      </ul>
      <More n={defects.length - kShown} />
    </section>
  );
}

async function requestOf(form: FormData): Promise<Record<string, unknown>> {
  const text = async (name: string) => {
    const file = form.get(name);
    return file instanceof File && file.size > 0 ? file.text() : undefined;
  };
  const [places, nodes, costs] = await Promise.all(["places", "nodes", "costs"].map(text));
  const least = textOf(form, "least");
  return given({
    places, nodes, costs: JSON.parse(costs ?? "") as unknown, budget: Number(textOf(form, "budget")), country: textOf(form, "country"), technologies: form.getAll("technology").map(String),
    least: least ? Number(least) : undefined, skip: form.get("skip") !== null,
  });
}

function AskForm({ told }: { told(answer: NetworkAnswer): void }) {
  const { t } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const form = "network";
  const ask = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(undefined);
    try {
      told(await post<NetworkAnswer>("/api/v1/network/plan", await requestOf(data)));
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  return (
    <form class="card stack" onSubmit={(event) => void ask(event)}>
      <Input form={form} name="places" word="network-places" type="file" required accept=".csv,text/csv" />
      <Input form={form} name="nodes" word="network-nodes" type="file" accept=".csv,text/csv" />
      <Input form={form} name="costs" word="network-costs" type="file" required accept=".json,application/json" />
      <Input form={form} name="budget" word="network-budget" type="number" min="0" step="any" required dir="ltr" />
      <Input form={form} name="country" word="network-country" maxLength={64} dir="ltr" />
      <Input form={form} name="least" word="network-least" type="number" min="0" max="1" step="any" dir="ltr" />
      <fieldset class="picks">
        <legend>{t("network-only")}</legend>
        {kTechnologies.map((each) => (
          <label key={each} class="check">
            <input type="checkbox" name="technology" value={each} defaultChecked /> <span>{t(`tech-${each}`)}</span>
          </label>
        ))}
      </fieldset>
      <label class="check">
        <input type="checkbox" name="skip" value="yes" /> <span>{t("network-skip")}</span>
      </label>
      <button type="submit" class="primary" disabled={busy}>
        {t("network-plan")}
      </button>
      {busy && <Loading />}
      {error !== undefined && <ProblemBox error={error} />}
    </form>
  );
}

export function Network() {
  const { t } = useSpeech();
  const member = useMember();
  const [answer, setAnswer] = useState<NetworkAnswer>();
  return (
    <>
      <Heading title={t("room-network")}>{t("room-network")}</Heading>
      <p class="lead">{t("network-is")}</p>
      {member === null ? (
        <p class="notice">
          <a href={address("login")}>{t("network-login")}</a>
        </p>
      ) : (
        <AskForm told={setAnswer} />
      )}
      {answer && <Defects answer={answer} />}
      {answer?.plan && <Shown plan={answer.plan} />}
    </>
  );
}
