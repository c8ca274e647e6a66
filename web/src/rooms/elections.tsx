import type { Election as Answer, ElectionItem, ElectionPhase } from "../api/governance";
import { getJson } from "../api/client";
import { type Roster, useMembers } from "../api/members";
import { useSpeech } from "../i18n";
import { useLoaded, usePages } from "../load";
import { Code, Field, Fields, Hash, Heading, Loading, Moment, PagesEnd, ProblemBox, StatementLink } from "../parts/bits";
import { ElectionForms } from "../parts/election_forms";
import { ClassDot, MemberMark } from "../parts/member_mark";
import { address } from "../router";

function PhaseTag({ phase }: { phase: ElectionPhase }) {
  const { t } = useSpeech();
  return (
    <span class={`tag ${phase === "counted" ? "tag-good" : phase === "void" ? "tag-bad" : phase === "voting" ? "tag-note" : ""}`} data-phase={phase}>
      {t(`phase-${phase}`)}
    </span>
  );
}

export function Elections() {
  const { t, number } = useSpeech();
  const pages = usePages<ElectionItem>("/api/v1/elections", { limit: 50 });
  return (
    <>
      <Heading title={t("room-elections")}>{t("room-elections")}</Heading>
      <p class="lead">{t("elections-is")}</p>
      <section class="card" aria-label={t("room-elections")}>
        {pages.items && pages.items.length > 0 && (
          <ol class="rows elections">
            {pages.items.map((one) => (
              <li key={one.id}>
                <a class="row" href={address("elections", one.id)}>
                  <span class="row-main">
                    <strong dir="auto">{one.title}</strong>
                    <span class="row-by">{t("elections-voted", { n: number(one.counted), of: number(one.electors) })}</span>
                  </span>
                  <span class="row-side">
                    <PhaseTag phase={one.phase} />
                    <span>
                      {t("closes")} <Moment at={one.closes} />
                    </span>
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )}
        <PagesEnd pages={pages} nothing="elections-none" />
      </section>
    </>
  );
}

// What members have certified; where they agree, as votes of each candidate with the seats marked.
function Results({ election, members }: { election: Answer; members: Roster | undefined }) {
  const { t, number } = useSpeech();
  const { results, candidates, seats } = election;
  const said = new Set(results.map(({ votes, elected, counted, ballots }) => JSON.stringify([votes, elected, counted, ballots])));
  const agreed = said.size === 1 ? results[0] : undefined;
  const votes = agreed?.votes;
  const place = (i: number): number => {
    const at = agreed?.elected?.indexOf(i) ?? -1;
    return at < 0 ? candidates.length : at;
  };
  const order = candidates.map((_, i) => i).sort((a, b) => place(a) - place(b) || (votes?.[b] ?? 0) - (votes?.[a] ?? 0) || a - b);
  const seated = (i: number, at: number): boolean => (agreed?.elected ? place(i) < candidates.length : votes !== undefined && at < seats);
  return (
    <section class="card" aria-labelledby="election-result">
      <h2 id="election-result">{t("election-result")}</h2>
      {results.length === 0 && <p class="quiet">{t("election-no-result")}</p>}
      {said.size > 1 && (
        <p class="problem" role="alert">
          {t("election-results-differ")}
        </p>
      )}
      <table class="table" id="candidates">
        <thead>
          <tr>
            <th scope="col">{t("candidate")}</th>
            {!election.method && (
              <th scope="col" class="number">
                {t("votes")}
              </th>
            )}
            <th scope="col">{t("seat")}</th>
          </tr>
        </thead>
        <tbody>
          {order.map((i, at) => (
            <tr key={i}>
              <th scope="row" dir="auto">
                {candidates[i]}
              </th>
              {!election.method && <td class="number">{votes ? number(votes[i] ?? 0) : "–"}</td>}
              <td>{seated(i, at) ? <span class="tag tag-good">{t("elected")}</span> : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {results.map((one) => (
        <p key={one.id} class="quiet">
          {t("certified-by")} <MemberMark id={one.member} members={members} /> · <StatementLink id={one.id} />
        </p>
      ))}
      <p class="quiet">
        {t("election-verify")} <Code>comity recount {election.id.slice(0, 12)}</Code>
      </p>
    </section>
  );
}

function Content({ election, said }: { election: Answer; said(): void }) {
  const { t, number } = useSpeech();
  const members = useMembers();
  return (
    <div class="columns statement">
      <div>
        <ElectionForms election={election} said={said} />
        <Results election={election} members={members} />
        <section class="card" aria-labelledby="electors">
          <h2 id="electors">{t("electors")}</h2>
          <div class="scroll" tabIndex={0} role="region" aria-label={`${t("electors")}: ${t("ballot")}`}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t("body-member")}</th>
                  <th scope="col">{t("class")}</th>
                  <th scope="col">{t("registered")}</th>
                  <th scope="col">{t("ballot")}</th>
                </tr>
              </thead>
              <tbody>
                {election.electors.map((one) => (
                  <tr key={one.member}>
                    <th scope="row">
                      <a href={address("members", one.member)}>
                        <bdi>{one.name}</bdi>
                      </a>
                    </th>
                    <td>
                      <ClassDot of={one.class} /> {t(`class-${one.class}`)}
                    </td>
                    <td>{t(one.credential ? "yes" : "no")}</td>
                    <td>{one.ballot ? <StatementLink id={one.ballot} /> : "–"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
        {election.disregarded.length > 0 && (
          <section class="card" aria-labelledby="not-counted">
            <h2 id="not-counted">{t("not-counted")}</h2>
            <ul class="values">
              {election.disregarded.map((one) => (
                <li key={one.ballot}>
                  <MemberMark id={one.author} members={members} /> · <StatementLink id={one.ballot} />
                  <p class="quiet">{t(`not-counted-${one.why}`)}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <div>
        <section class="card" aria-labelledby="election-facts">
          <div class="card-head">
            <h2 id="election-facts">{t("election")}</h2>
            <PhaseTag phase={election.phase} />
          </div>
          {election.flaw && (
            <p class="problem" lang="en" dir="ltr">
              {election.flaw}
            </p>
          )}
          {election.description && <p dir="auto">{election.description}</p>}
          <p class="quiet">{t("election-how")}</p>
          <Fields>
            <Field word="opens">
              <Moment at={election.opens} />
            </Field>
            <Field word="closes">
              <Moment at={election.closes} />
            </Field>
            <Field word="seats">{number(election.seats)}</Field>
            <Field word="election-method">{t(`election-method-${election.method ?? "votes"}`)}</Field>
            {election.grades && (
              <Field word="election-grades">
                <bdi>{election.grades.join(" · ")}</bdi>
              </Field>
            )}
            <Field word="proposed-by">
              <MemberMark id={election.author} members={members} />
            </Field>
            <Field word="trustees">
              {election.trustees.map((one) => (
                <div key={one.member}>
                  <MemberMark id={one.member} members={members} /> <span class="quiet">{t(one.factors ? "trustee-opened" : one.shuffles?.length ? "trustee-shuffled" : one.key ? "trustee-key" : "trustee-waits")}</span>
                </div>
              ))}
            </Field>
            <Field word="fact-ballots-counted">{number(election.counted)}</Field>
            <Field word="fact-ballots-digest">
              <Hash value={election.ballots} />
            </Field>
          </Fields>
          <p>
            <StatementLink id={election.id} />
          </p>
        </section>
      </div>
    </div>
  );
}

export function Election({ id }: { id: string }) {
  const { t } = useSpeech();
  const path = `/api/v1/elections/${encodeURIComponent(id)}`;
  const { value: election, error, again, refresh } = useLoaded(path, () => getJson<Answer>(path));
  return (
    <>
      <p class="back">
        <a href={address("elections")}>{t("room-elections")}</a>
      </p>
      <Heading title={election?.title ?? t("election")}>
        <bdi>{election?.title ?? t("election")}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!election && error === undefined && <Loading />}
      {election && <Content election={election} said={refresh} />}
    </>
  );
}
