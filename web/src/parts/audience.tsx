// Who may read something, in words.
import type { Audience } from "../api/types";
import { useSpeech } from "../i18n";
import { Code, TlpMark } from "./bits";

export function AudienceView({ audience }: { audience: Audience }) {
  const { t, has } = useSpeech();
  const lists = [
    ["audience-members", audience.members],
    ["audience-groups", audience.groups],
    ["audience-persons", audience.persons],
  ] as const;
  const word = `tlp-${audience.tlp}`;
  return (
    <>
      <TlpMark label={audience.tlp} /> {has(word) && t(word)}
      {lists.map(([name, items]) =>
        items && items.length > 0 ? (
          <span key={name} class="names">
            {t(name)}: <Code>{items.join(", ")}</Code>
          </span>
        ) : null,
      )}
    </>
  );
}
