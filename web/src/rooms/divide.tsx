import { useEffect, useMemo, useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import { type Cell, type Dataset, type Divide as Answer, type Figures, type Inequality, nameOf } from "../divide/answers";
import { Cite, CiteAll, SourceFields } from "../divide/cite";
import { LineChart } from "../divide/line_chart";
import { usePlaceNames } from "../divide/names";
import { limitsOf } from "../divide/scale";
import { ScatterCard } from "../divide/scatter_card";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Heading, Loading, ProblemBox } from "../parts/bits";
import { lazy } from "../parts/lazy";
import { address, go, type Place } from "../router";

// The world's geometry is large: it comes by itself.
const WorldMap = lazy(async () => (await import("../divide/world_map")).WorldMap);

const kPause = 150; // ms between the slider's last move and the question
const kBack = 5; // years in search of one that most places have a figure of
const kCarries = [0, 1, 2, 3, 5];

const answered = new Map<string, Promise<Figures>>();

// A year's figures do not change while one looks; a failure is asked again.
export function figuresOf(indicator: string, more: Record<string, string | number>): Promise<Figures> {
  const path = `/api/v1/divide/figures${query({ indicator, ...more })}`;
  const found = answered.get(path) ?? getJson<Figures>(path);
  answered.set(path, found);
  found.catch(() => answered.delete(path));
  return found;
}

// The newest year that most places have a figure of.
async function goodYear(dataset: Dataset): Promise<number> {
  const present = Math.min(dataset.last_year, new Date().getFullYear());
  let best = { year: present, places: -1 };
  for (let year = present; year >= dataset.first_year && year > present - kBack; --year) {
    const places = (await figuresOf(dataset.indicator, { year })).rows.length;
    if (places > best.places) best = { year, places };
    if (places >= 0.6 * dataset.places) break;
  }
  return best.year;
}

function Known({ cell }: { cell: Cell }) {
  const { t } = useSpeech();
  const known = cell.figures.find(({ value }) => value === cell.value)?.known;
  return (
    <>
      {cell.conflict && <span class="tag tag-bad">{t("conflict")}</span>} {known && known !== "stated" && <span class="tag">{t(`known-${known}`)}</span>}
    </>
  );
}

function YearCard({ dataset, year, choose }: { dataset: Dataset; year: number; choose(year: number): void }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const [moved, setMoved] = useState(year);
  const [figures, setFigures] = useState<Figures>();
  const [error, setError] = useState<unknown>();
  useEffect(() => setMoved(year), [year]);
  useEffect(() => {
    if (moved === year) return;
    const timer = setTimeout(() => choose(moved), kPause);
    return () => clearTimeout(timer);
  }, [moved]);
  useEffect(() => {
    let current = true;
    setError(undefined);
    figuresOf(dataset.indicator, { year }).then((found) => current && setFigures(found), (failure: unknown) => current && setError(failure));
    return () => {
      current = false;
    };
  }, [dataset.indicator, year]);
  const rows = figures?.rows ?? [];
  const cells = useMemo(() => new Map(rows.map((cell) => [cell.place, cell])), [figures]);
  const limits = useMemo(() => limitsOf(rows.map(({ value }) => value), dataset.low, dataset.high), [figures]);
  const sorted = [...rows].sort((a, b) => b.value - a.value || (a.place < b.place ? -1 : 1));
  const round = (value: number) => number(Math.round(value * 100) / 100);
  const label = t("map-of", { indicator: nameOf(dataset), year: String(year) });
  return (
    <section class="card" aria-labelledby="map" data-year={figures ? (rows[0]?.year ?? year) : ""}>
      <div class="card-head">
        <h2 id="map">
          <span dir="auto">{nameOf(dataset)}</span>, {String(moved)}
        </h2>
        <span class="quiet">{t("places-with-figure", { n: rows.length })}</span>
      </div>
      {error !== undefined && <ProblemBox error={error} />}
      <div class="world-frame">
        <WorldMap label={label} cells={cells} limits={limits} unit={dataset.unit} choose={(code) => go(address("divide", code, { indicator: dataset.indicator }))} />
      </div>
      <label class="slider">
        <span>{t("year")}</span>
        <input
          type="range" min={dataset.first_year} max={dataset.last_year} step={1} value={moved} aria-valuetext={String(moved)}
          onInput={(event) => setMoved(Number(event.currentTarget.value))}
        />
        <output>{String(moved)}</output>
      </label>
      <details>
        <summary>{t("figures-table")}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={t("figures-table")}>
          <table class="table" id="figures">
            <thead>
              <tr>
                <th scope="col">{t("place")}</th>
                <th scope="col">{dataset.unit}</th>
                <th scope="col">
                  <span class="hidden">{t("known")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((cell) => (
                <tr key={cell.place}>
                  <th scope="row">
                    <a href={address("divide", cell.place, { indicator: dataset.indicator })}>{names(cell.place, cell.name)}</a>
                  </th>
                  <td>
                    <Cite what={names(cell.place, cell.name)} cell={cell} datasets={figures?.datasets ?? []} year={cell.year}>
                      {round(cell.value)}
                    </Cite>
                  </td>
                  <td>
                    <Known cell={cell} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function SourcesCard({ datasets }: { datasets: Dataset[] }) {
  const { t, number } = useSpeech();
  const { indicator } = datasets[0] as Dataset;
  const [open, setOpen] = useState(false);
  const names = usePlaceNames();
  const conflicts = useLoaded(open ? `conflicts ${indicator}` : "", async () => (open ? figuresOf(indicator, { conflicts: "true" }) : undefined));
  const found = conflicts.value;
  return (
    <section class="card" aria-labelledby="sources">
      <h2 id="sources">{t("sources")}</h2>
      <p class="quiet">{t("sources-is")}</p>
      <ol class="values">
        {datasets.map((dataset) => (
          <li key={dataset.statement}>
            <strong>
              <bdi>{dataset.publisher ?? dataset.source}</bdi>
            </strong>{" "}
            <span class="quiet">
              {t("dataset-is", { places: dataset.places, figures: dataset.figures, from: String(dataset.first_year), to: String(dataset.last_year) })}
            </span>
            <details>
              <summary>
                {t("open-source")}
                <span class="hidden">: {dataset.source}</span>
              </summary>
              <SourceFields dataset={dataset} />
            </details>
          </li>
        ))}
      </ol>
      {datasets.length > 1 && (
        <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t("conflicts")}</summary>
          {open && !found && conflicts.error === undefined && <Loading />}
          {conflicts.error !== undefined && <ProblemBox error={conflicts.error} again={conflicts.again} />}
          {found && <p>{t("conflicts-of", { n: found.conflicts, shared: found.shared, tolerance: number(found.tolerance) })}</p>}
          {found && found.rows.length > 0 && (
            <div class="scroll" tabIndex={0} role="region" aria-label={t("conflicts")}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">{t("place")}</th>
                    <th scope="col">{t("year")}</th>
                    {found.datasets.map((dataset) => (
                      <th key={dataset.statement} scope="col">
                        <bdi>{dataset.source}</bdi>
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {found.rows.slice(0, 200).map((cell) => (
                    <tr key={`${cell.place} ${cell.year}`}>
                      <th scope="row">{names(cell.place, cell.name)}</th>
                      <td>{String(cell.year)}</td>
                      {found.datasets.map((dataset, i) => {
                        const figure = cell.figures.find((each) => each.dataset === i);
                        return (
                          <td key={dataset.statement}>
                            {figure ? (
                              <CiteAll what={`${names(cell.place, cell.name)}, ${cell.year}`} datasets={[dataset]} year={cell.year}>
                                {number(figure.value)}
                              </CiteAll>
                            ) : (
                              "–"
                            )}
                          </td>
                        );
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </details>
      )}
    </section>
  );
}

function InequalityCard({ dataset, divide }: { dataset: Dataset; divide: Answer }) {
  const { t, number } = useSpeech();
  const people = divide.datasets.some(({ indicator }) => indicator === "population") && dataset.indicator !== "population";
  const [carry, setCarry] = useState(2);
  const [scheme, setScheme] = useState("");
  const path = `/api/v1/divide/inequality${query({ indicator: dataset.indicator, weights: people ? "population" : undefined, carry, scheme })}`;
  const { value: found, error, again } = useLoaded(path, () => getJson<Inequality>(path));
  const rows = found?.rows ?? [];
  const share = (value: number | null) => (value === null ? "–" : `${number(Math.round(value * 1000) / 10)} %`);
  const index = (value: number | null) => (value === null ? "–" : number(Math.round(value * 1000) / 1000));
  const mirrored = rows.flatMap((row): [number, number][] => (row.gini_mirror === null ? [] : [[row.year, row.gini_mirror]]));
  return (
    <section class="card" aria-labelledby="inequality">
      <h2 id="inequality">{t("inequality")}</h2>
      <p class="quiet">{t(people ? "inequality-people" : "inequality-places")}</p>
      <div class="filters">
        <label>
          <span>{t("carry")}</span>
          <select value={String(carry)} onChange={(event) => setCarry(Number(event.currentTarget.value))}>
            {kCarries.map((n) => (
              <option key={n} value={String(n)}>
                {number(n)}
              </option>
            ))}
          </select>
        </label>
        {divide.schemes.length > 0 && (
          <label>
            <span>{t("groups")}</span>
            <select value={scheme} onChange={(event) => setScheme(event.currentTarget.value)}>
              <option value="">–</option>
              {divide.schemes.map((each) => (
                <option key={each.scheme} value={each.scheme}>
                  {each.title || each.scheme}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!found && error === undefined && <Loading />}
      {found && rows.length === 0 && <p class="quiet">{t("inequality-none")}</p>}
      {found && rows.length > 0 && (
        <>
          <LineChart
            label={t("inequality-chart", { indicator: nameOf(dataset) })} least={0}
            lines={[
              { name: t("gini"), kind: "main", points: rows.map((row) => [row.year, row.gini]) },
              ...(mirrored.length > 0 ? [{ name: t("gini-mirror"), kind: "second", points: mirrored }] : []),
            ]}
          />
          <details>
            <summary>{t("figures-table")}</summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("inequality")}`}>
              <table class="table">
                <thead>
                  <tr>
                    {(["year", "gini", "gini-mirror", "theil", "mean", "gap", "places", "coverage", "carried"] as const).map((word) => (
                      <th key={word} scope="col" class="number">
                        {t(word)}
                      </th>
                    ))}
                    {scheme && (
                      <th scope="col" class="number">
                        {t("between")}
                      </th>
                    )}
                  </tr>
                </thead>
                <tbody>
                  {[...rows].reverse().map((row) => (
                    <tr key={row.year}>
                      <th scope="row" class="number">
                        <CiteAll what={t("inequality")} datasets={[found.dataset, found.weights]} year={row.year}>
                          {String(row.year)}
                        </CiteAll>
                      </th>
                      <td class="number">{index(row.gini)}</td>
                      <td class="number">{index(row.gini_mirror)}</td>
                      <td class="number">{index(row.theil_t)}</td>
                      <td class="number">{number(Math.round(row.mean * 100) / 100)}</td>
                      <td class="number">{number(Math.round(row.gap * 100) / 100)}</td>
                      <td class="number">{number(row.places)}</td>
                      <td class="number">{share(row.coverage)}</td>
                      <td class="number">{number(row.carried)}</td>
                      {scheme && <td class="number">{row.theil_t_parts ? share(row.theil_t > 0 ? row.theil_t_parts.between / row.theil_t : null) : "–"}</td>}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
          <details>
            <summary>{t("open-source")}</summary>
            <SourceFields dataset={found.dataset} />
            {found.weights && <SourceFields dataset={found.weights} />}
          </details>
        </>
      )}
    </section>
  );
}

function Content({ divide, place }: { divide: Answer; place: Place }) {
  const { t } = useSpeech();
  const indicators = [...new Map(divide.datasets.map((dataset) => [dataset.indicator, dataset])).values()].sort((a, b) => (a.indicator < b.indicator ? -1 : 1));
  const wanted = place.query.get("indicator") ?? "";
  const indicator = indicators.some((each) => each.indicator === wanted) ? wanted : (indicators.find((each) => each.indicator !== "population") ?? indicators[0])?.indicator;
  const datasets = divide.datasets.filter((dataset) => dataset.indicator === indicator);
  const dataset = datasets[0];
  const asked = Number(place.query.get("year") ?? 0);
  const { value: good } = useLoaded(dataset ? `year ${dataset.indicator}` : "", async () => (dataset ? goodYear(dataset) : undefined));
  if (!dataset || !indicator) return <p class="notice">{t("divide-none")}</p>;
  const year = asked >= dataset.first_year && asked <= dataset.last_year ? asked : good;
  return (
    <>
      <form class="card filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{t("indicator")}</span>
          <select value={indicator} onChange={(event) => go(address("divide", "", { indicator: event.currentTarget.value }))}>
            {indicators.map((each) => (
              <option key={each.indicator} value={each.indicator}>
                {nameOf(each)} ({each.unit})
              </option>
            ))}
          </select>
        </label>
      </form>
      {year === undefined ? (
        <Loading />
      ) : (
        <YearCard key={indicator} dataset={dataset} year={year} choose={(next) => go(address("divide", "", { indicator, year: String(next) }))} />
      )}
      {indicators.length > 1 && <ScatterCard key={`scatter ${indicator}`} dataset={dataset} others={indicators.filter((each) => each.indicator !== indicator)} />}
      <div class="columns loose">
        <InequalityCard key={indicator} dataset={dataset} divide={divide} />
        <SourcesCard key={indicator} datasets={datasets} />
      </div>
    </>
  );
}

export function Divide({ place }: { place: Place }) {
  const { t } = useSpeech();
  const { value: divide, error, again } = useLoaded("divide", () => getJson<Answer>("/api/v1/divide"));
  return (
    <>
      <Heading title={t("room-divide")}>{t("room-divide")}</Heading>
      <p class="lead">{t("divide-is")}</p>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!divide && error === undefined && <Loading />}
      {divide && <Content divide={divide} place={place} />}
      <p class="links">
        <a href={address("network")}>{t("room-network")}</a>
      </p>
    </>
  );
}
