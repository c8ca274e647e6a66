import { getJson, query } from "../api/client";
import type { Proposal } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { useSpeech } from "../i18n";
import { useLoaded, usePages } from "../load";
import { Heading, Moment, PagesEnd } from "../parts/bits";
import { ClassDot } from "../parts/member_mark";
import { StateTag, stateOf } from "../parts/vote_state";
import { address } from "../router";

function Row({ proposal, members }: { proposal: Proposal; members: Roster | undefined }) {
  const { t, number, language } = useSpeech();
  const vote = proposal.votes[proposal.votes.length - 1];
  const listed = stateOf(vote, Date.now());
  // A list does not count votes: what closed ones came to is asked for one by one.
  const path = `/api/v1/proposals/${proposal.id}${query({ language })}`;
  const { value: whole } = useLoaded(listed === "counting" ? path : "", () =>
    listed === "counting" ? getJson<Proposal>(path) : Promise.resolve(undefined),
  );
  const state = listed === "counting" ? stateOf(whole?.votes[whole.votes.length - 1] ?? vote, Date.now()) : listed;
  const first = proposal.versions[0]?.author ?? proposal.author;
  const author = members?.get(first);
  return (
    <li>
      <a class="row" href={address("proposals", proposal.id)}>
        <span class="row-main">
          <strong dir="auto">{proposal.title}</strong>
          <span class="row-by">
            {author && <ClassDot of={author.class} />}
            <bdi>{author?.name ?? first}</bdi>
            {author && <> · {t(`class-${author.class}`)}</>}
          </span>
        </span>
        <span class="row-side">
          <StateTag state={state} />
          {vote ? (
            <span>
              {t(state === "open" ? "closes" : "closed")} <Moment at={vote.closes} />
            </span>
          ) : (
            <span>
              {t("proposed")} <Moment at={proposal.proposed} day />
            </span>
          )}
          <span class="row-index">
            {t("versions")} {number(proposal.versions.length)}
          </span>
        </span>
      </a>
    </li>
  );
}

export function Proposals() {
  const { t, language } = useSpeech();
  const members = useMembers();
  const pages = usePages<Proposal>("/api/v1/proposals", { language, limit: 50 });
  return (
    <>
      <Heading title={t("room-proposals")}>{t("room-proposals")}</Heading>
      <p class="lead">{t("proposals-is")}</p>
      <section class="card" aria-label={t("room-proposals")}>
        {pages.items && pages.items.length > 0 && (
          <ol class="rows proposals">
            {pages.items.map((proposal) => (
              <Row key={proposal.id} proposal={proposal} members={members} />
            ))}
          </ol>
        )}
        <PagesEnd pages={pages} nothing="proposals-none" />
      </section>
      <p class="links">
        <a href={`/api/v1/calendar${query({ language })}`} download="comity.ics">
          {t("calendar")}
        </a>
        <a href={address("elections")}>{t("room-elections")}</a>
        <a href={address("consultations")}>{t("room-consultations")}</a>
        <a href={address("moderation")}>{t("room-moderation")}</a>
      </p>
    </>
  );
}
