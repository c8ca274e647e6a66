// A figure that opens where it comes from: source, year, edition, licence, and the statement that holds it; and who says otherwise.
import type { ComponentChildren } from "preact";
import { useSpeech } from "../i18n";
import { Field, Fields, MemberLink, StatementLink } from "../parts/bits";
import type { Cell, Dataset, Known } from "./answers";

export function SourceFields({ dataset, year, known }: { dataset: Dataset; year?: number; known?: Known }) {
  const { t, number } = useSpeech();
  return (
    <Fields>
      <Field word="data-source">
        <bdi>{dataset.publisher ?? dataset.source}</bdi>
        {dataset.url && /^https?:\/\//.test(dataset.url) && (
          <>
            {" "}
            <a href={dataset.url} rel="noreferrer">
              {t("data-at-source")}
            </a>
          </>
        )}
      </Field>
      {year !== undefined && <Field word="year">{String(year)}</Field>}
      {known && known !== "stated" && <Field word="known">{t(`known-${known}`)}</Field>}
      <Field word="edition">
        <bdi>{dataset.edition}</bdi>
        {dataset.revision ? ` · ${number(dataset.revision)}` : ""}
      </Field>
      <Field word="licence">
        <bdi>{dataset.licence}</bdi>
      </Field>
      {dataset.confidence !== undefined && <Field word="data-confidence">{number(dataset.confidence)}</Field>}
      <Field word="author">
        <MemberLink id={dataset.author} />
      </Field>
      <Field word="statement">
        <StatementLink id={dataset.statement} />
      </Field>
      {dataset.note && (
        <Field word="data-note">
          <span dir="auto">{dataset.note}</span>
        </Field>
      )}
    </Fields>
  );
}

interface CiteProps {
  children: ComponentChildren; // the figure
  what: string; // what it is of, for those who do not see the table around it
  cell?: Cell;
  datasets: readonly Dataset[];
  year: number;
}

// What is shown, and opens on where it is from.
function Opening({ what, shown, children }: { what: string; shown: ComponentChildren; children: ComponentChildren }) {
  const { t } = useSpeech();
  return (
    <details class="cite">
      <summary>
        {shown}
        <span class="hidden">
          {" "}
          ({what}: {t("open-source")})
        </span>
      </summary>
      {children}
    </details>
  );
}

export function Cite({ children, what, cell, datasets, year }: CiteProps) {
  const { t, number } = useSpeech();
  const first = cell?.figures.find(({ value }) => value === cell.value) ?? cell?.figures[0];
  const dataset = datasets[first?.dataset ?? 0];
  if (!dataset) return <>{children}</>;
  const others = cell?.figures.filter((each) => each !== first) ?? [];
  return (
    <Opening what={what} shown={children}>
      <SourceFields dataset={dataset} year={year} {...(first ? { known: first.known } : {})} />
      {others.length > 0 && (
        <div class={cell?.conflict ? "notice" : "stack"}>
          <strong>{t(cell?.conflict ? "sources-conflict" : "sources-agree")}</strong>
          {others.map((each) => {
            const other = datasets[each.dataset];
            return other ? (
              <div key={each.dataset}>
                <span class="figure-small">{number(each.value)}</span>
                <SourceFields dataset={other} year={year} known={each.known} />
              </div>
            ) : null;
          })}
        </div>
      )}
    </Opening>
  );
}

// What figures of several sources come to (a mean, an index, a forecast): opens all of them.
export function CiteAll({ children, what, datasets, year }: { children: ComponentChildren; what: string; datasets: readonly (Dataset | null | undefined)[]; year: number }) {
  return (
    <Opening what={what} shown={children}>
      {datasets.map((dataset) => dataset && <SourceFields key={dataset.statement} dataset={dataset} year={year} />)}
    </Opening>
  );
}
