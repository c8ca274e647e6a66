// The members by their ids, asked for once: lists show their names and classes.
import { useEffect, useMemo, useState } from "preact/hooks";
import { getJson, query } from "./client";
import type { Member, Page } from "./types";

const kMostNames = 5000;

export type Roster = ReadonlyMap<string, Member>;

async function load(): Promise<Roster> {
  const members = new Map<string, Member>();
  let cursor: string | null = "";
  while (cursor !== null && members.size < kMostNames) {
    const page: Page<Member> = await getJson<Page<Member>>(`/api/v1/members${query({ limit: 1000, cursor })}`);
    for (const member of page.items) members.set(member.id, member);
    cursor = page.next;
  }
  return members;
}

let asked: Promise<Roster> | undefined;

export function useMembers(): Roster | undefined {
  const [members, setMembers] = useState<Roster>();
  useEffect(() => {
    asked ??= load();
    // Without the names there are the ids: the rooms themselves say what is wrong with the node.
    asked.then(setMembers, () => (asked = undefined));
  }, []);
  return members;
}

export function useNames(): ReadonlyMap<string, string> | undefined {
  const members = useMembers();
  return useMemo(() => members && new Map([...members].map(([id, { name }]) => [id, name])), [members]);
}
