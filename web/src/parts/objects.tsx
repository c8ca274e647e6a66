// The objects a statement carries, checked against the root that the statement binds: all at once where all are here, else each
// by its own proof when it is opened.
import { useEffect, useState } from "preact/hooks";
import { getJson, getText, query } from "../api/client";
import { useSpeech } from "../i18n";
import { isObject } from "../verify/dsse";
import { type Bound, type Carried, checkAll, checkOne, parseCarried } from "../verify/objects";
import { Code, Loading, ProblemBox } from "./bits";
import { Mark } from "./verdict";

const kWhole = 1000; // as many come in one answer
const kPage = 25;

type State = "running" | "passed" | "failed" | "single";

function titleOf(value: unknown): string {
  if (!isObject(value)) return "";
  for (const name of ["pattern", "name", "value", "id"]) if (typeof value[name] === "string") return value[name];
  return "";
}

function CarriedView({ item, check }: { item: Carried; check: (() => Promise<void>) | null }) {
  const { t } = useSpeech();
  const [state, setState] = useState<"waiting" | "running" | "passed" | "failed">("waiting");
  const type = isObject(item.value) && typeof item.value["type"] === "string" ? item.value["type"] : "";
  const opened = (open: boolean) => {
    if (!open || !check || state !== "waiting") return;
    setState("running");
    check().then(
      () => setState("passed"),
      () => setState("failed"),
    );
  };
  return (
    <li>
      <details onToggle={(event) => opened(event.currentTarget.open)}>
        <summary>
          <Code>
            <b>{type}</b> {titleOf(item.value)}
          </Code>
        </summary>
        {state !== "waiting" && (
          <p class={`checked checked-${state}`} role="status">
            <Mark state={state} /> {t(`state-${state}`)}
          </p>
        )}
        <pre dir="ltr">{JSON.stringify(item.value, null, 2)}</pre>
      </details>
    </li>
  );
}

// `failed`: the statement itself is not what it claims, so there is nothing to hold the objects to.
export function Objects({ id, bound, failed }: { id: string; bound: Bound; failed: boolean }) {
  const { t } = useSpeech();
  const path = `/api/v1/statements/${id}/objects`;
  const whole = bound.count <= kWhole;
  const [items, setItems] = useState<Carried[]>();
  const [shown, setShown] = useState(kPage);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>();
  const [found, setState] = useState<State>(whole ? "running" : "single");
  const state = failed && found !== "failed" ? "skipped" : found;

  const load = async (before: Carried[], cursor?: string) => {
    setError(undefined);
    try {
      const page = parseCarried(await getText(path + query({ limit: whole ? kWhole : kPage, cursor })));
      const all = [...before, ...page.items];
      setItems(all);
      setNext(page.next);
      // Objects that this reader may not see are missing here: the others have proofs of their own.
      if (all.length !== bound.count) return setState("single");
      await checkAll(all, bound).then(
        () => setState("passed"),
        () => setState("failed"),
      );
    } catch (caught) {
      setError(caught);
      setItems(before);
    }
  };
  useEffect(() => void load([]), [id]);

  const more = () => {
    setShown(shown + kPage);
    if (next !== null && items && shown + kPage > items.length) void load(items, next);
  };
  const check = (item: Carried) => async () => checkOne(item, bound, await getJson(`${path}/${item.position}/proof`));
  return (
    <section class="card" aria-labelledby="objects" data-objects={state}>
      <h2 id="objects">{t("objects-count", { n: bound.count })}</h2>
      {items && items.length > 0 && (
        <>
          <p class={`checked checked-${state}`} role="status">
            {state !== "single" && <Mark state={state} />} {t(state === "skipped" ? "state-skipped" : `objects-${state}`)}
          </p>
          <ol class="objects">
            {items.slice(0, shown).map((item) => (
              <CarriedView key={item.position} item={item} check={state === "single" ? check(item) : null} />
            ))}
          </ol>
        </>
      )}
      {items?.length === 0 && error === undefined && <p class="quiet">{t("nothing")}</p>}
      {!items && <Loading />}
      {error !== undefined && <ProblemBox error={error} again={() => void load(items ?? [], next ?? undefined)} />}
      {items && (shown < items.length || next !== null) && (
        <button type="button" onClick={more}>
          {t("more")}
        </button>
      )}
    </section>
  );
}
