import { useEffect, useState } from "preact/hooks";
import { getJson } from "../api/client";
import type { Member as MemberAnswer, MemberKey } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Field, Fields, Hash, Heading, Loading, Moment, ProblemBox } from "../parts/bits";
import { RecoveryCard } from "../parts/recovery_card";
import { address } from "../router";
import { fingerprint } from "../verify/key";

export function Fingerprint({ of }: { of: string }) {
  const [print, setPrint] = useState("…");
  useEffect(() => {
    fingerprint(of).then(setPrint, () => setPrint("?"));
  }, [of]);
  return <Code>{print}</Code>;
}

function KeyCard({ entry }: { entry: MemberKey }) {
  const { t } = useSpeech();
  const now = Date.now();
  const valid = (entry.until === null || Date.parse(entry.until) > now) && (!entry.starts || Date.parse(entry.starts) <= now);
  return (
    <li class="card key">
      <h3>
        {t("key-number", { id: entry.key.split("+")[1] ?? "" })}{" "}
        <span class={valid ? "tag tag-good" : "tag"}>{t(valid ? "valid-now" : "valid-no-more")}</span>
      </h3>
      <Fields>
        <Field word="fingerprint">
          <Fingerprint of={entry.key} />
        </Field>
        {entry.powers && (
          <Field word="delegate">
            <bdi>{entry.person}</bdi>: {entry.powers.map((power) => t(`power-${power}`)).join(", ")}
          </Field>
        )}
        <Field word={entry.starts ? "counts-from" : "valid-from"}>
          <Moment at={entry.starts ?? entry.from} />
        </Field>
        {entry.until && (
          <Field word="valid-until">
            <Moment at={entry.until} />
          </Field>
        )}
        <Field word="fact-custody">{t(entry.custody ? "held-in-custody" : "held-by-member")}</Field>
        <Field word="whole-key">
          <Hash value={entry.key} whole />
        </Field>
      </Fields>
    </li>
  );
}

export function Member({ id }: { id: string }) {
  const { t } = useSpeech();
  const path = `/api/v1/members/${encodeURIComponent(id)}`;
  const { value: member, error, again, refresh } = useLoaded(path, () => getJson<MemberAnswer>(path));
  return (
    <>
      <p class="back">
        <a href={address("members")}>{t("room-members")}</a>
      </p>
      <Heading title={member?.name ?? id}>
        <bdi>{member?.name ?? id}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!member && error === undefined && <Loading />}
      {member && (
        <>
          <section class="card">
            <Fields>
              <Field word="class">
                <span class={`dot dot-${member.class}`} aria-hidden="true" /> {t(`class-${member.class}`)}
              </Field>
              <Field word="statement-id">
                <Code>{member.id}</Code>
              </Field>
              <Field word="admitted">
                <Moment at={member.admitted} />
              </Field>
              {member.left && (
                <Field word="left">
                  <Moment at={member.left} />
                </Field>
              )}
            </Fields>
            <p>
              <a href={address("log", "", { author: member.id })}>{t("their-statements")}</a>
            </p>
          </section>
          <h2>{t("keys")}</h2>
          <p class="lead">{t("keys-are")}</p>
          <ul class="plain">
            {member.keys.map((entry) => (
              <KeyCard key={entry.key} entry={entry} />
            ))}
          </ul>
          <RecoveryCard member={member} said={refresh} />
        </>
      )}
    </>
  );
}
