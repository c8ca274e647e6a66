// Whose word it is that a bid was in by the deadline: some of the nodes' witnesses, or a policy in full.
import { useEffect, useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import type { NodeListed, Page } from "../api/types";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { Code } from "../parts/bits";
import { Area, Input, textOf } from "../parts/inputs";

const kQuorum = "CHOSEN"; // no member's name has capitals

export interface Witness {
  name: string;
  key: string;
}

// One a node that has announced a witness; of a member's several the second is told apart.
export function witnessesOf(nodes: readonly Pick<NodeListed, "member" | "retired" | "witness_key">[]): Witness[] {
  const counts = new Map<string, number>();
  return nodes.flatMap(({ member, retired, witness_key: key }) => {
    if (retired || key === null) return [];
    const n = (counts.get(member) ?? 0) + 1;
    counts.set(member, n);
    return [{ name: n === 1 ? member : `${member}/${n}`, key }];
  });
}

// A policy (C2SP tlog-policy) by which so many of these must have seen it.
export function policyOf(witnesses: readonly Witness[], needed: number): string {
  const lines = witnesses.map(({ name, key }) => `witness ${name} ${key}`);
  return [...lines, `group ${kQuorum} ${needed} ${witnesses.map(({ name }) => name).join(" ")}`, `quorum ${kQuorum}`, ""].join("\n");
}

export function WitnessFields({ form }: { form: string }) {
  const { t } = useSpeech();
  const [witnesses, setWitnesses] = useState<Witness[]>();
  useEffect(() => {
    getJson<Page<NodeListed>>(`/api/v1/nodes${query({ limit: 1000 })}`).then(
      ({ items }) => setWitnesses(witnessesOf(items)),
      () => setWitnesses([]),
    );
  }, []);
  return (
    <>
      <fieldset class="picks">
        <legend>{t("witnesses-pick")}</legend>
        <p class="quiet">{t("witnesses-are")}</p>
        {witnesses?.length === 0 && <p class="quiet">{t("witnesses-none")}</p>}
        {witnesses?.map(({ name, key }) => (
          <label key={key} class="check">
            <input type="checkbox" name="witness" value={`${name} ${key}`} /> <Code>{name}</Code>
          </label>
        ))}
      </fieldset>
      <Input form={form} name="witnesses-needed" word="witnesses-needed" type="number" min="1" step="1" dir="ltr" />
      <Area form={form} name="witness-policy" word="witness-policy" />
    </>
  );
}

// The policy of what was chosen; nothing where none is asked for. Throws where both ways were taken, or as many are needed as there are not.
export function witnessPolicyOf(data: FormData, t: (word: Word) => string): string | undefined {
  const policy = textOf(data, "witness-policy");
  const chosen = data.getAll("witness").map((value) => {
    const [name = "", key = ""] = String(value).split(" ");
    return { name, key };
  });
  if (chosen.length === 0) return policy === "" ? undefined : `${policy}\n`;
  if (policy !== "") throw new Error(t("witnesses-one-way"));
  const needed = textOf(data, "witnesses-needed") === "" ? Math.floor(chosen.length / 2) + 1 : Number(textOf(data, "witnesses-needed"));
  if (!Number.isInteger(needed) || needed < 1 || needed > chosen.length) throw new Error(t("witnesses-too-many"));
  return policyOf(chosen, needed);
}
