// Who can see an object, and why, copy by copy.
import type { ComponentChildren } from "preact";
import { getJson } from "../api/client";
import type { Case, Readers } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { AudienceView } from "./audience";
import { Loading, MemberLink, ProblemBox } from "./bits";

function Verdict({ who, it }: { who: ComponentChildren; it: Case }) {
  const { t, has } = useSpeech();
  const word = `case-${it.why}`;
  return (
    <li>
      <strong>{who}</strong> <span class={it.may ? "tag tag-good" : "tag"}>{t(it.may ? "who-may" : "who-may-not")}</span>{" "}
      <span class="quiet">{has(word) ? t(word, { group: it.group ?? "" }) : it.why}</span>
    </li>
  );
}

export function ReadersCard({ id, names }: { id: string; names: ReadonlyMap<string, string> | undefined }) {
  const { t } = useSpeech();
  const path = `/api/v1/intel/objects/${encodeURIComponent(id)}/readers`;
  const { value: readers, error, again } = useLoaded(path, () => getJson<Readers>(path));
  return (
    <section class="card" aria-labelledby="readers">
      <h2 id="readers">{t("who-reads")}</h2>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!readers && error === undefined && <Loading />}
      {readers?.copies.map((copy, i) => (
        <div key={i} class="stack">
          <p>
            {t("source")}: <MemberLink id={copy.sharer} names={names} /> · <AudienceView audience={copy.audience} />
          </p>
          <ul class="values">
            {copy.you.map((you, n) => (
              <Verdict key={n} who={t("who-you")} it={you} />
            ))}
            {copy.public && <Verdict who={t("who-public")} it={copy.public} />}
            {copy.members?.flatMap(({ member, name, staff, clients }) => [
              <Verdict key={member} who={<bdi>{name}</bdi>} it={staff} />,
              ...(clients.may === staff.may && clients.why === staff.why
                ? []
                : [<Verdict key={`${member} clients`} who={t("who-clients", { member: name })} it={clients} />]),
            ])}
            {copy.persons?.map(({ person, case: it }) => (
              <Verdict key={person} who={<bdi dir="ltr">{person}</bdi>} it={it} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
