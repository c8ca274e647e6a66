// Two indicators side by side, a point a place: of the last year that both have a figure of.
import { useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Loading, ProblemBox } from "../parts/bits";
import { type Cell, type Dataset, type Figures, nameOf } from "./answers";
import { Cite, SourceFields } from "./cite";
import { usePlaceNames } from "./names";
import { XyChart } from "./xy_chart";

interface Pair {
  place: string;
  x: Cell;
  y: Cell;
}
// Both figures are of one year, the newest that the place has of both.
export function pairsOf(first: readonly Cell[], second: readonly Cell[]): Pair[] {
  const known = new Map(first.map((cell) => [`${cell.place} ${cell.year}`, cell]));
  const newest = new Map<string, Pair>();
  for (const y of second) {
    const x = known.get(`${y.place} ${y.year}`);
    const before = newest.get(y.place);
    if (x && (!before || before.y.year < y.year)) newest.set(y.place, { place: y.place, x, y });
  }
  return [...newest.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
}

export function ScatterCard({ dataset, others }: { dataset: Dataset; others: readonly Dataset[] }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const [chosen, setChosen] = useState("");
  const other = others.find(({ indicator }) => indicator === chosen);
  const figures = (indicator: string) => getJson<Figures>(`/api/v1/divide/figures${query({ indicator, from: new Date().getFullYear() - 15 })}`);
  const loaded = useLoaded(other ? `${dataset.indicator} ${other.indicator}` : "", async () =>
    other ? Promise.all([figures(other.indicator), figures(dataset.indicator)]) : undefined,
  );
  const pairs = loaded.value ? pairsOf(loaded.value[0].rows, loaded.value[1].rows) : [];
  const round = (value: number) => number(Math.round(value * 100) / 100);
  return (
    <section class="card" aria-labelledby="scatter">
      <h2 id="scatter">{t("scatter")}</h2>
      <p class="quiet">{t("scatter-is")}</p>
      <div class="filters">
        <label>
          <span>{t("scatter-against")}</span>
          <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
            <option value="">–</option>
            {others.map((each) => (
              <option key={each.indicator} value={each.indicator}>
                {nameOf(each)} ({each.unit})
              </option>
            ))}
          </select>
        </label>
      </div>
      {loaded.error !== undefined && <ProblemBox error={loaded.error} again={loaded.again} />}
      {other && !loaded.value && loaded.error === undefined && <Loading />}
      {other && loaded.value && pairs.length === 0 && <p class="quiet">{t("scatter-none")}</p>}
      {other && loaded.value && pairs.length > 0 && (
        <>
          <XyChart
            label={t("scatter-chart", { first: nameOf(dataset), second: nameOf(other), n: pairs.length })} xName={`${nameOf(other)} (${other.unit})`}
            yName={`${nameOf(dataset)} (${dataset.unit})`} points={pairs.map(({ place, x, y }) => ({ name: names(place, y.name), x: x.value, y: y.value }))}
          />
          <details>
            <summary>{t("figures-table")}</summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("scatter")}`}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">{t("place")}</th>
                    <th scope="col">{t("year")}</th>
                    <th scope="col">{nameOf(other)}</th>
                    <th scope="col">{nameOf(dataset)}</th>
                  </tr>
                </thead>
                <tbody>
                  {pairs.map(({ place, x, y }) => (
                    <tr key={place}>
                      <th scope="row">{names(place, y.name)}</th>
                      <td>{String(y.year)}</td>
                      <td>
                        <Cite what={`${names(place, y.name)}, ${nameOf(other)}`} cell={x} datasets={loaded.value?.[0].datasets ?? []} year={x.year}>
                          {round(x.value)}
                        </Cite>
                      </td>
                      <td>
                        <Cite what={`${names(place, y.name)}, ${nameOf(dataset)}`} cell={y} datasets={loaded.value?.[1].datasets ?? []} year={y.year}>
                          {round(y.value)}
                        </Cite>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
          <details>
            <summary>{t("open-source")}</summary>
            <SourceFields dataset={other} />
            <SourceFields dataset={dataset} />
          </details>
        </>
      )}
    </section>
  );
}
