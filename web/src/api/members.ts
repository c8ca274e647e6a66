// The members' names by their ids, asked for once: lists of statements show them.
import { useEffect, useState } from "preact/hooks";
import { getJson, query } from "./client";
import type { Member, Page } from "./types";

const kMostNames = 5000;

async function load(): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  let cursor: string | null = "";
  while (cursor !== null && names.size < kMostNames) {
    const page: Page<Member> = await getJson<Page<Member>>(`/api/v1/members${query({ limit: 1000, cursor })}`);
    for (const { id, name } of page.items) names.set(id, name);
    cursor = page.next;
  }
  return names;
}

let asked: Promise<ReadonlyMap<string, string>> | undefined;

export function useNames(): ReadonlyMap<string, string> | undefined {
  const [names, setNames] = useState<ReadonlyMap<string, string>>();
  useEffect(() => {
    asked ??= load();
    // Without the names there are the ids: the rooms themselves say what is wrong with the node.
    asked.then(setNames, () => (asked = undefined));
  }, []);
  return names;
}
