// What a room shows while it waits, when it has its data, and when it does not get it.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { getJson, query } from "./api/client";
import type { Page } from "./api/types";

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  again(): void;
  refresh(): void; // asks again, and shows what there was until the answer comes
}

// Loads when `name` changes; an answer that comes after the next question is dropped.
export function useLoaded<T>(name: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ name: string; value?: T; error?: unknown }>({ name });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let current = true;
    latest.current().then(
      (value) => current && setState({ name, value }),
      (error: unknown) => current && setState({ name, error }),
    );
    return () => {
      current = false;
    };
  }, [name, turn]);
  const again = useCallback(() => {
    setState({ name });
    setTurn((n) => n + 1);
  }, [name]);
  const refresh = useCallback(() => setTurn((n) => n + 1), []);
  const mine = state.name === name;
  return { value: mine ? state.value : undefined, error: mine ? state.error : undefined, again, refresh };
}

export interface Pages<T> {
  items: T[] | undefined;
  error: unknown;
  more: boolean;
  busy: boolean;
  next(): void;
  again(): void;
}

// A list that comes in pages, shown so far.
export function usePages<T>(path: string, parameters: Record<string, string | number | undefined>): Pages<T> {
  const name = path + query(parameters);
  const [state, setState] = useState<{ name: string; items?: T[]; cursor?: string | null; error?: unknown; busy: boolean }>({
    name,
    busy: true,
  });
  const current = useRef(name);
  current.current = name;

  const fetchPage = useCallback(
    async (before: T[], cursor?: string) => {
      setState({ name, items: before, busy: true });
      try {
        const page = await getJson<Page<T>>(path + query({ ...parameters, cursor }));
        if (current.current === name) setState({ name, items: [...before, ...page.items], cursor: page.next, busy: false });
      } catch (error) {
        if (current.current === name) setState({ name, items: before, cursor: cursor ?? null, error, busy: false });
      }
    },
    [name],
  );
  useEffect(() => void fetchPage([]), [fetchPage]);

  const mine = state.name === name;
  const items = mine ? (state.items ?? []) : [];
  return {
    items: mine && !(state.busy && items.length === 0) ? items : undefined,
    error: mine ? state.error : undefined,
    more: mine && typeof state.cursor === "string",
    busy: !mine || state.busy,
    next: () => void fetchPage(items, state.cursor ?? undefined),
    again: () => void fetchPage([]),
  };
}
