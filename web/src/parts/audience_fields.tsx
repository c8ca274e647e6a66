// Who may read what a form says: a label, and whom it names.
import { useEffect, useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import { useMembers } from "../api/members";
import type { Audience, Group, Page, Tlp } from "../api/types";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { Code } from "./bits";
import { Input, Select, textOf } from "./inputs";

const kLabels: readonly Tlp[] = ["clear", "green", "amber", "amber+strict", "red"];
const kMostGroups = 5000;

async function loadGroups(): Promise<Group[]> {
  const groups: Group[] = [];
  for (let cursor: string | null = ""; cursor !== null && groups.length < kMostGroups; ) {
    const page: Page<Group> = await getJson<Page<Group>>(`/api/v1/groups${query({ limit: 1000, cursor })}`);
    groups.push(...page.items);
    cursor = page.next;
  }
  return groups;
}

export function AudienceFields({ form }: { form: string }) {
  const { t, has } = useSpeech();
  const members = useMembers();
  const [tlp, setTlp] = useState<Tlp>("clear");
  const [groups, setGroups] = useState<Group[]>();
  const named = tlp === "amber" || tlp === "amber+strict";
  useEffect(() => {
    // Without their names there are the members still.
    if (named && !groups) loadGroups().then(setGroups, () => setGroups([]));
  }, [named]);
  return (
    <>
      <Select form={form} name="audience" word="audience" value={tlp} change={(value) => setTlp(value as Tlp)}>
        {kLabels.map((label) => {
          const word = `tlp-${label}`;
          return (
            <option key={label} value={label}>
              TLP:{label.toUpperCase()}
              {has(word) && `: ${t(word)}`}
            </option>
          );
        })}
      </Select>
      {named && (
        <fieldset class="picks">
          <legend>{t("audience-members")}</legend>
          {[...(members?.values() ?? [])]
            .filter(({ left }) => left === null)
            .map(({ id, name }) => (
              <label key={id} class="check">
                <input type="checkbox" name="audience-member" value={id} /> <bdi>{name}</bdi>
              </label>
            ))}
        </fieldset>
      )}
      {named && groups && groups.length > 0 && (
        <fieldset class="picks">
          <legend>{t("audience-groups")}</legend>
          {groups.map(({ id, members: inside }) => (
            <label key={id} class="check">
              <input type="checkbox" name="audience-group" value={id} />{" "}
              <span>
                <Code>{id}</Code> <span class="quiet">{inside.join(", ")}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {tlp === "red" && <Input form={form} name="audience-persons" word="audience-persons-as" required dir="ltr" placeholder="amina@cert-ke, otieno@cert-ke" />}
    </>
  );
}

// What was chosen; throws where nobody is named whom the label is for.
export function audienceOf(data: FormData, t: (word: Word) => string): Audience {
  const tlp = textOf(data, "audience") as Tlp;
  if (tlp === "red") {
    const persons = textOf(data, "audience-persons").split(/[\s,]+/).filter((each) => each !== "");
    if (persons.length === 0 || persons.some((each) => !/^[^@]+@[^@]+$/.test(each))) throw new Error(t("audience-persons-as"));
    return { tlp, persons };
  }
  if (tlp !== "amber" && tlp !== "amber+strict") return { tlp };
  const [members, groups] = ["audience-member", "audience-group"].map((name) => data.getAll(name).map(String)) as [string[], string[]];
  if (members.length + groups.length === 0) throw new Error(t("audience-whom"));
  return { tlp, ...(members.length > 0 ? { members } : {}), ...(groups.length > 0 ? { groups } : {}) };
}
