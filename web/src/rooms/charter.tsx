import { query } from "../api/client";
import type { CharterVersion } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { useSpeech } from "../i18n";
import { usePages } from "../load";
import { Code, Field, Fields, Heading, Moment, PagesEnd } from "../parts/bits";
import { NamedProcedures } from "../parts/charter_card";
import { MemberMark } from "../parts/member_mark";
import { address, go, type Place } from "../router";
import { DayChoice, momentOf } from "./rules";

function VersionItem({ version, members }: { version: CharterVersion; members: Roster | undefined }) {
  const { t, number } = useSpeech();
  const { state, vote } = version;
  return (
    <li class="card" data-charter={state} aria-current={state === "in-force" ? "true" : undefined}>
      <div class="card-head">
        <h2>
          {version.version === undefined ? <bdi>{version.title}</bdi> : t("version-number", { n: number(version.version) })}
          {version.version !== undefined && version.title && (
            <>
              {" "}
              · <bdi>{version.title}</bdi>
            </>
          )}
        </h2>
        <span class={`tag ${state === "in-force" ? "tag-good" : ""}`}>{t(`charter-${state}`)}</span>
      </div>
      <Fields>
        <Field word={vote ? "in-force-since" : "founded"}>
          <Moment at={version.since} />
        </Field>
        {version.changes && <Field word="charter-changes">{version.changes.map((each) => t(`charter-change-${each}`)).join(", ")}</Field>}
        {version.name !== undefined && (
          <Field word="body-name">
            <span dir="auto">{version.name}</span>
          </Field>
        )}
        {version.purpose !== undefined && (
          <Field word="body-purpose">
            <span dir="auto">{version.purpose}</span>
          </Field>
        )}
        <NamedProcedures procedures={version.procedures} />
        {version.proposed_by && (
          <Field word="proposed-by">
            <MemberMark id={version.proposed_by} members={members} />
          </Field>
        )}
        {vote && version.text && (
          <Field word="adopted-by">
            <a href={address("votes", vote)}>
              <Code>{vote.slice(0, 12)}</Code>
            </a>{" "}
            · <a href={address("proposals", version.text)}>{t("to-proposal")}</a>
          </Field>
        )}
        {version.charter && (
          <Field word="community-id">
            <a href={address("statements", version.charter)}>
              <Code>{version.charter.slice(0, 12)}</Code>
            </a>
          </Field>
        )}
      </Fields>
      {version.void && (
        <p class="why">
          {t("organ-void")}:{" "}
          <span lang="en" dir="ltr">
            {version.void}
          </span>
        </p>
      )}
    </li>
  );
}

export function CharterRoom({ place }: { place: Place }) {
  const { t, language } = useSpeech();
  const members = useMembers();
  const day = place.query.get("at") ?? "";
  const pages = usePages<CharterVersion>("/api/v1/charter", { at: momentOf(day), language, limit: 200 });
  return (
    <>
      <p class="back">
        <a href={address("")}>{t("room-overview")}</a>
      </p>
      <Heading title={t("room-charter")}>{t("room-charter")}</Heading>
      <p class="lead">{t("charter-is")}</p>
      <form class="card filters" onSubmit={(event) => event.preventDefault()}>
        <DayChoice day={day} choose={(at) => go(`${address("charter")}${query({ at })}`)} />
      </form>
      <ol class="plain charter">
        {[...(pages.items ?? [])].reverse().map((version) => (
          <VersionItem key={version.vote ?? version.charter} version={version} members={members} />
        ))}
      </ol>
      <PagesEnd pages={pages} nothing="not-founded" />
    </>
  );
}
