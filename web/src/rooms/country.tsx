import { useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import { type Dataset, type Divide, type Forecast, nameOf } from "../divide/answers";
import { Cite, CiteAll, SourceFields } from "../divide/cite";
import { LineChart } from "../divide/line_chart";
import { usePlaceNames } from "../divide/names";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Heading, Loading, ProblemBox } from "../parts/bits";
import { address, type Place } from "../router";
import { figuresOf } from "./divide";

const kShown = 12; // indicators at a time: there may be thousands
const kAhead = 10; // years of a forecast, unless the reader says

function ForecastView({ forecast, dataset }: { forecast: Forecast; dataset: Dataset }) {
  const { t, has, number } = useSpeech();
  const round = (value: number) => number(Math.round(value * 100) / 100);
  const last = forecast.observed[forecast.observed.length - 1];
  return (
    <>
      <LineChart
        label={t("forecast-chart", { indicator: nameOf(dataset) })} least={forecast.low} greatest={forecast.high ?? undefined} bandName={t("forecast-spread")}
        band={forecast.rows.map(({ year }, i) => {
          const intervals = forecast.models.flatMap(({ rows }) => rows[i]?.interval ?? []);
          return [year, Math.min(...intervals.map(({ low }) => low)), Math.max(...intervals.map(({ high }) => high))];
        })}
        lines={[
          { name: t("observed"), kind: "main", dots: true, points: forecast.observed.map(({ year, value }) => [year, value]) },
          ...forecast.models.map(({ model, rows }) => ({
            name: t(`model-${model}`), kind: model,
            points: [...(last ? [[last.year, last.value] as const] : []), ...rows.map(({ year, value }) => [year, value] as const)],
          })),
        ]}
      />
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t("forecast-models")}: ${nameOf(dataset)}`}>
        <table class="table">
          <caption class="hidden">{t("forecast-models")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("model")}</th>
              <th scope="col" class="number">{t("model-weight")}</th>
              <th scope="col" class="number">{t("model-ceiling")}</th>
              {forecast.target !== null && <th scope="col" class="number">{t("target-year", { target: round(forecast.target) })}</th>}
            </tr>
          </thead>
          <tbody>
            {forecast.models.map((model) => (
              <tr key={model.model}>
                <th scope="row">{t(`model-${model.model}`)}</th>
                <td class="number">{number(Math.round(model.weight * 100))} %</td>
                <td class="number">{round(model.parameters["K"] ?? 0)}</td>
                {forecast.target !== null && <td class="number">{model.target_year === null ? t("target-never") : String(Math.ceil(model.target_year))}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>{t("figures-table")}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={`${t("forecast")}: ${nameOf(dataset)}`}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t("year")}</th>
                <th scope="col" class="number">{t("forecast-low")}</th>
                <th scope="col" class="number">{t("forecast-mean")}</th>
                <th scope="col" class="number">{t("forecast-high")}</th>
              </tr>
            </thead>
            <tbody>
              {forecast.rows.map(({ year, low, mean, high }) => (
                <tr key={year}>
                  <th scope="row">
                    <CiteAll what={t("forecast")} datasets={[forecast.dataset]} year={last?.year ?? year}>
                      {String(year)}
                    </CiteAll>
                  </th>
                  <td class="number">{round(low)}</td>
                  <td class="number">{round(mean)}</td>
                  <td class="number">{round(high)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {forecast.back_test && (
        <p class="quiet">
          {t("back-test", { n: forecast.back_test.figures, year: String(forecast.back_test.until) })}{" "}
          {forecast.back_test.scores
            .map(({ name, mean_error }) => {
              const word = [`model-${name}`, `score-${name.replaceAll(" ", "-")}`].find(has);
              return `${word && has(word) ? t(word) : name} ${round(mean_error)}`;
            })
            .join(" · ")}
        </p>
      )}
      <details>
        <summary>{t("open-source")}</summary>
        <SourceFields dataset={forecast.dataset} />
      </details>
    </>
  );
}

function ForecastCard({ dataset, code }: { dataset: Dataset; code: string }) {
  const { t } = useSpeech();
  const [target, setTarget] = useState(dataset.high === 100 ? "95" : "");
  const [ahead, setAhead] = useState(kAhead);
  const until = dataset.last_year + ahead;
  const path = `/api/v1/divide/forecast${query({ indicator: dataset.indicator, place: code, until, target })}`;
  const { value: forecast, error } = useLoaded(path, () => getJson<Forecast>(path));
  return (
    <div class="stack">
      <p class="quiet">{t("forecast-is")}</p>
      <div class="filters">
        <label>
          <span>{t("years-ahead")}</span>
          <select value={String(ahead)} onChange={(event) => setAhead(Number(event.currentTarget.value))}>
            {[5, 10, 20].map((n) => (
              <option key={n} value={String(n)}>
                {n}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("target")}</span>
          <input type="number" value={target} min={0} step="any" onChange={(event) => setTarget(event.currentTarget.value)} />
        </label>
      </div>
      {error !== undefined && <ProblemBox error={error} />}
      {!forecast && error === undefined && <Loading />}
      {forecast && <ForecastView forecast={forecast} dataset={dataset} />}
    </div>
  );
}

function IndicatorCard({ dataset, code, first }: { dataset: Dataset; code: string; first: boolean }) {
  const { t, number } = useSpeech();
  const [open, setOpen] = useState(first);
  const { value: figures, error, again } = useLoaded(`${dataset.indicator} ${code}`, () => figuresOf(dataset.indicator, { place: code }));
  const rows = figures?.rows ?? [];
  const present = rows.filter(({ year, figures: all }) => year <= new Date().getFullYear() && all.some(({ known }) => known !== "projected"));
  const last = present[present.length - 1] ?? rows[rows.length - 1];
  const id = `indicator-${dataset.indicator}`;
  const round = (value: number) => number(Math.round(value * 100) / 100);
  if (figures && rows.length === 0) return null;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id} dir="auto">
        {nameOf(dataset)}
      </h2>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!figures && error === undefined && <Loading />}
      {figures && last && (
        <>
          <Cite what={nameOf(dataset)} cell={last} datasets={figures.datasets} year={last.year}>
            <span class="figure">{round(last.value)}</span> <span class="quiet">{`${dataset.unit}, ${last.year}`}</span>
          </Cite>
          <LineChart
            label={t("trend-chart", { indicator: nameOf(dataset) })} {...(dataset.low === undefined ? {} : { least: dataset.low })}
            lines={figures.datasets.flatMap((each, i) => {
              const points = rows.flatMap((cell): [number, number][] => cell.figures.filter((figure) => figure.dataset === i).map(({ value }) => [cell.year, value]));
              return points.length > 0 ? [{ name: each.source, kind: i === 0 ? "main" : "second", points }] : [];
            })}
          />
          <details>
            <summary>{t("figures-table")}</summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${nameOf(dataset)}`}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">{t("year")}</th>
                    <th scope="col">{dataset.unit}</th>
                  </tr>
                </thead>
                <tbody>
                  {[...rows].reverse().map((cell) => (
                    <tr key={cell.year}>
                      <th scope="row">{String(cell.year)}</th>
                      <td>
                        <Cite what={String(cell.year)} cell={cell} datasets={figures.datasets} year={cell.year}>
                          {round(cell.value)}
                        </Cite>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
          {present.length > 4 && (
            <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
              <summary>{t("forecast")}</summary>
              {open && <ForecastCard dataset={dataset} code={code} />}
            </details>
          )}
        </>
      )}
    </section>
  );
}

export function Country({ code, place }: { code: string; place: Place }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const [shown, setShown] = useState(kShown);
  const wanted = place.query.get("indicator") ?? "";
  const { value: divide, error, again } = useLoaded("divide", () => getJson<Divide>("/api/v1/divide"));
  const all = [...new Map([...(divide?.datasets ?? [])].reverse().map((dataset) => [dataset.indicator, dataset])).values()];
  const indicators = all.sort((a, b) => Number(b.indicator === wanted) - Number(a.indicator === wanted) || (a.indicator < b.indicator ? -1 : 1));
  return (
    <>
      <p class="back">
        <a href={address("divide", "", { indicator: wanted })}>{t("room-divide")}</a>
      </p>
      <Heading title={names(code)}>
        {names(code)} <span class="quiet small">{code}</span>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!divide && error === undefined && <Loading />}
      <div class="columns loose">
        {indicators.slice(0, shown).map((dataset, i) => (
          <IndicatorCard key={`${code} ${dataset.indicator}`} dataset={dataset} code={code} first={wanted !== "" && i === 0} />
        ))}
      </div>
      {indicators.length > shown && (
        <button type="button" onClick={() => setShown(shown + kShown)}>
          {t("more")} ({number(indicators.length - shown)})
        </button>
      )}
    </>
  );
}
