// The objects a statement carries, a page at a time, each checked against the root that the statement binds.
import { useEffect, useState } from "preact/hooks";
import { getJson, getText, query } from "../api/client";
import { useSpeech } from "../i18n";
import { isObject } from "../verify/dsse";
import { type Bound, type Carried, checkAll, checkOne, parseCarried } from "../verify/objects";
import { Code, Loading, ProblemBox } from "./bits";
import { Mark } from "./verdict";

const kPage = 25;

function titleOf(value: unknown): string {
  if (!isObject(value)) return "";
  for (const name of ["pattern", "name", "value", "id"]) if (typeof value[name] === "string") return value[name];
  return "";
}

function CarriedView({ item }: { item: Carried }) {
  const type = isObject(item.value) && typeof item.value["type"] === "string" ? item.value["type"] : "";
  return (
    <li>
      <details>
        <summary>
          <Code>
            <b>{type}</b> {titleOf(item.value)}
          </Code>
        </summary>
        <pre dir="ltr">{JSON.stringify(item.value, null, 2)}</pre>
      </details>
    </li>
  );
}

// All at once where all are here; else each by its own proof.
async function check(id: string, items: Carried[], bound: Bound): Promise<void> {
  if (items.length === bound.count) return checkAll(items, bound);
  for (const item of items) {
    await checkOne(item, bound, await getJson(`/api/v1/statements/${id}/objects/${item.position}/proof`));
  }
}

export function Objects({ id, bound }: { id: string; bound: Bound }) {
  const { t } = useSpeech();
  const [items, setItems] = useState<Carried[]>();
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>();
  const [state, setState] = useState<"running" | "passed" | "failed">("running");
  const load = async (before: Carried[], cursor?: string) => {
    setState("running");
    setError(undefined);
    try {
      const text = await getText(`/api/v1/statements/${id}/objects${query({ limit: kPage, cursor })}`);
      const page = parseCarried(text);
      setItems([...before, ...page.items]);
      setNext(page.next);
      const passed = await check(id, before.length ? page.items : page.items, bound).then(
        () => true,
        () => false,
      );
      setState(passed ? "passed" : "failed");
    } catch (caught) {
      setError(caught);
      setItems(before);
    }
  };
  useEffect(() => void load([]), [id]);
  return (
    <section class="card" aria-labelledby="objects" data-objects={state}>
      <h2 id="objects">{t("objects-count", { n: bound.count })}</h2>
      {items && items.length > 0 && (
        <>
          <p class={`checked checked-${state}`} role="status">
            <Mark state={state} /> {t(`objects-${state}`)}
          </p>
          <ol class="objects">
            {items.map((item) => (
              <CarriedView key={item.position} item={item} />
            ))}
          </ol>
        </>
      )}
      {items?.length === 0 && error === undefined && <p class="quiet">{t("nothing")}</p>}
      {!items && <Loading />}
      {error !== undefined && <ProblemBox error={error} again={() => void load(items ?? [], next ?? undefined)} />}
      {next !== null && items && (
        <button type="button" onClick={() => void load(items, next)}>
          {t("more")}
        </button>
      )}
    </section>
  );
}
