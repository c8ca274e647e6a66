import { useEffect, useRef, useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import { kChoices, type Opening, type Proposal, type RollCallLine, type Vote as Answer } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { nodeSource } from "../api/source";
import { kClasses, type Listed, type Statement, type StatementAnswer } from "../api/types";
import { useEvents } from "../events";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { memory } from "../memory";
import { Code, Field, Fields, Hash, Heading, Loading, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { ChairCard } from "../parts/chair_card";
import { Conditions } from "../parts/conditions";
import { Hemicycle } from "../parts/hemicycle";
import { lazy } from "../parts/lazy";
import { ClassDot, MemberMark } from "../parts/member_mark";
import { SignForm, useMember } from "../parts/sign_form";
import { VerdictView } from "../parts/verdict";
import type { MemberPlace } from "../parts/vote_map";
import { StateTag } from "../parts/vote_state";
import { address } from "../router";
import type { Verdict } from "../verify/steps";
import { certifications, Desk, verifyVote } from "../verify/vote";

const kCast = ["yes", "no", "abstain", "attending"] as const;
const kAutomatic = 400; // electors: of more, the reader says when to count
const kSettle = 250; // ms: several ballots that come together are counted once
const kOfAVote = ["ballot", "proxy", "declaration", "answer", "accession", "certification"].map((name) => `governance.${name}`);

// A moment that comes: the room looks again when it is there.
function useNow(at: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const left = at - Date.now();
    if (left <= 0 || left > 2 ** 31 - 1) return;
    const timer = setTimeout(() => setNow(Date.now()), left + 1000);
    return () => clearTimeout(timer);
  }, [at]);
  return now;
}

function OutcomeCard({ vote, opening, open, members }: { vote: Answer; opening: Opening; open: boolean; members: Roster | undefined }) {
  const { t, number } = useSpeech();
  const { procedure } = opening.body;
  const all = vote.counts[0]?.votes;
  const provisional = open || vote.close?.settled === false;
  return (
    <section class="card" aria-labelledby="outcome">
      <div class="card-head">
        <h2 id="outcome">{t(provisional ? "tally-so-far" : "tally")}</h2>
        <StateTag state={open ? "open" : vote.outcome} />
      </div>
      <p class="outcome" role="status" data-outcome={vote.outcome}>
        <strong>{t(`outcome-${vote.outcome as "adopted"}`)}</strong> {provisional && <span class="quiet">{t("outcome-provisional")}</span>}
      </p>
      <ul class="tallies">
        {kChoices.map((choice) => (
          <li key={choice} class={`tally tally-${choice}`} data-choice={choice}>
            <span class="figure">{number(all?.[choice] ?? 0)}</span> <span>{t(`choice-${choice}`)}</span>
          </li>
        ))}
      </ul>
      {vote.unbinding && (
        <p class="notice" data-unbinding={vote.unbinding.where}>
          <strong>{t("binds-nobody")}</strong>: <bdi lang="en">{`${vote.unbinding.why}; ${vote.unbinding.mend}`}</bdi>
        </p>
      )}
      {vote.amends && (
        <p class="notice">
          <a href={address("proposals", vote.proposal)}>{t("vote-on-amendment")}</a>
        </p>
      )}
      {vote.close && !vote.close.settled && (
        <p class="notice">
          {t("close-waits")} <Code>{vote.close.waits.join(", ")}</Code>
        </p>
      )}
      {vote.close?.dropped.map(({ witness, evidence }) => (
        <p key={witness} class="notice" data-dropped={witness}>
          {t("close-dropped")} <Code>{witness}</Code> <StatementLink id={evidence} />
        </p>
      ))}
      <Fields>
        <Field word={open ? "closes" : "closed"}>
          <Moment at={vote.closes} />
        </Field>
        <Field word="opened">
          <Moment at={vote.opened} /> · <StatementLink id={vote.opening} />
        </Field>
        <Field word="chair">
          <MemberMark id={vote.chair} members={members} />
        </Field>
        <Field word="procedure">
          <bdi>{procedure.title}</bdi> <Code>{vote.procedure}</Code>
          {procedure.sources?.map((source) => (
            <div key={source.title} class="quiet">
              {source.url ? (
                <a href={source.url} rel="noreferrer">
                  <bdi>{source.title}</bdi>
                </a>
              ) : (
                <bdi>{source.title}</bdi>
              )}
            </div>
          ))}
        </Field>
        <Field word="binds">{t(`binds-${vote.binds}`)}</Field>
      </Fields>
    </section>
  );
}

function voteWord(line: RollCallLine): "recused" | `choice-${RollCallLine["vote"]}` {
  return line.recused ? "recused" : `choice-${line.vote}`;
}

const VoteMap = lazy(async () => (await import("../parts/vote_map")).VoteMap);
const kPlaces = "/api/v1/places?limit=1000";

function RollCall({ vote }: { vote: Answer }) {
  const { t, number } = useSpeech();
  const { value: places } = useLoaded(kPlaces, () => getJson<{ items: MemberPlace[] }>(kPlaces));
  const classes = kClasses.filter((name) => vote.roll_call.some((line) => line.class === name));
  const names = new Map(vote.roll_call.map(({ member, name }) => [member, name]));
  const [open, setOpen] = useState(vote.roll_call.length <= 40);
  return (
    <section class="card" aria-labelledby="roll-call">
      <h2 id="roll-call">{t("roll-call")}</h2>
      <Hemicycle lines={vote.roll_call} />
      {places && places.items.some(({ place }) => place) && <VoteMap lines={vote.roll_call} places={places.items} />}
      <div class="scroll" tabIndex={0} role="region" aria-label={t("by-class-votes")}>
        <table class="table">
          <caption class="hidden">{t("by-class-votes")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("class")}</th>
              {kChoices.map((choice) => (
                <th key={choice} scope="col" class="number">
                  <span class={`key key-${choice}`} aria-hidden="true" /> {t(`choice-${choice}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {classes.map((name) => (
              <tr key={name}>
                <th scope="row">
                  <ClassDot of={name} /> {t(`class-${name}`)}
                </th>
                {kChoices.map((choice) => (
                  <td key={choice} class="number">
                    {number(vote.roll_call.filter((line) => line.class === name && line.vote === choice).length)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t("roll-call-table")}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={t("roll-call-table")}>
          <table class="table" id="roll-call-table">
            <thead>
              <tr>
                <th scope="col">{t("body-member")}</th>
                <th scope="col">{t("class")}</th>
                <th scope="col">{t("vote")}</th>
                <th scope="col">{t("body-reason")}</th>
                <th scope="col">{t("ballot")}</th>
              </tr>
            </thead>
            <tbody>
              {vote.roll_call.map((line) => (
                <tr key={line.member} data-member={line.member} data-vote={line.vote}>
                  <th scope="row">
                    <a href={address("members", line.member)}>
                      <bdi>{line.name}</bdi>
                    </a>
                    {line.person && <div class="quiet">{t("organ-speaks", { person: line.person })}</div>}
                  </th>
                  <td>
                    <ClassDot of={line.class} /> {t(`class-${line.class}`)}
                  </td>
                  <td>
                    <span class={`key key-${line.vote}`} aria-hidden="true" /> {t(voteWord(line))}
                    {line.by && <div class="quiet">{t("by-proxy", { member: names.get(line.by) ?? line.by })}</div>}
                    {line.changes ? <div class="quiet">{t("changed-times", { n: line.changes })}</div> : null}
                  </td>
                  <td dir="auto">
                    {line.objection && <strong class="why">{t(`objection-${line.objection}`)} </strong>}
                    {line.reason}
                  </td>
                  <td>{line.ballot ? <StatementLink id={line.ballot} /> : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function NotCounted({ vote, members }: { vote: Answer; members: Roster | undefined }) {
  const { t } = useSpeech();
  if (vote.disregarded.length === 0) return null;
  return (
    <section class="card" aria-labelledby="not-counted">
      <h2 id="not-counted">{t("not-counted")}</h2>
      <ul class="values">
        {vote.disregarded.map((one) => (
          <li key={one.ballot}>
            <MemberMark id={one.author} members={members} /> · <StatementLink id={one.ballot} /> · <Moment at={one.witnessed} />
            <p class="quiet">{t(`not-counted-${one.why}`)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function CastCard({ vote, opening, said }: { vote: Answer; opening: Opening; said(): void }) {
  const { t } = useSpeech();
  const member = useMember();
  const mine = vote.roll_call.find((line) => line.member === member);
  const [objects, setObjects] = useState(false);
  const [choice, setChoice] = useState<string>();
  const proxies = typeof opening.body.procedure.max_proxies === "number";
  const chosen = choice ?? (mine && mine.vote !== "absent" && !mine.by ? mine.vote : "");
  const make = (form: FormData) => {
    const picked = String(form.get("vote") ?? "");
    const to = String(form.get("to") ?? "");
    if (picked === "proxy") return { type: "governance.proxy", body: { opening: vote.opening, to } };
    const reason = String(form.get("reason") ?? "").trim();
    if (form.get("objection") && reason === "") throw new Error(t("objection-needs-reason"));
    return {
      type: "governance.ballot",
      body: {
        opening: vote.opening, version: vote.version, vote: picked, ...(reason ? { reason } : {}), ...(form.get("objection") ? { objection: true } : {}),
        ...(form.get("recused") ? { recused: true } : {}),
      },
    };
  };
  return (
    <section class="card" aria-labelledby="cast">
      <h2 id="cast">{t(mine?.ballot && !mine.by ? "cast-again" : "cast")}</h2>
      {member !== null && !mine ? (
        <p class="notice">{t("cast-not-elector")}</p>
      ) : (
        <SignForm
          name="cast" login="cast-login" button="cast-sign" make={make}
          said={() => {
            setObjects(false);
            setChoice(undefined);
            said();
          }}
        >
          {mine?.ballot && !mine.by && (
            <p>
              {t("cast-now", { vote: t(voteWord(mine)) })} <span class="quiet">{t("cast-changeable")}</span>
            </p>
          )}
          <fieldset class="picks">
            <legend>{t("vote")}</legend>
            {[...kCast, ...(proxies ? (["proxy"] as const) : [])].map((each) => (
              <label key={each} class={`pick pick-${each}`}>
                <input type="radio" name="vote" value={each} required checked={chosen === each} onChange={() => setChoice(each)} /> <span>{t(`choice-${each}`)}</span>
              </label>
            ))}
          </fieldset>
          {chosen === "proxy" ? (
            <>
              <label for="cast-to">{t("proxy-to")}</label>
              <select id="cast-to" name="to" required>
                {vote.roll_call
                  .filter((line) => line.member !== member)
                  .map((line) => (
                    <option key={line.member} value={line.member}>
                      {line.name}
                    </option>
                  ))}
              </select>
            </>
          ) : (
            <>
              <label for="cast-reason">{t("cast-reason")}</label>
              <textarea id="cast-reason" name="reason" class="prose" rows={3} dir="auto" maxLength={9000} required={objects} />
              <label class="check">
                <input type="checkbox" name="objection" value="yes" checked={objects} onChange={(event) => setObjects(event.currentTarget.checked)} />{" "}
                <span>{t("cast-objection")}</span>
              </label>
              <label class="check">
                <input type="checkbox" name="recused" value="yes" /> <span>{t("cast-recused")}</span>
              </label>
            </>
          )}
        </SignForm>
      )}
    </section>
  );
}

function VerificationCard({ vote }: { vote: Answer }) {
  const { t } = useSpeech();
  const automatic = vote.roll_call.length <= kAutomatic;
  const [verdict, setVerdict] = useState<Verdict>();
  const [turn, setTurn] = useState(automatic ? 1 : 0);
  const wide = matchMedia("(min-width: 58rem)").matches;
  useEffect(() => {
    if (turn === 0) return;
    let current = true;
    void verifyVote(vote, nodeSource, memory, (now) => current && setVerdict(now));
    return () => {
      current = false;
    };
  }, [vote, turn]);
  return (
    <section class="card verification" aria-labelledby="verification">
      <h2 id="verification">{t("verification")}</h2>
      {verdict && <VerdictView verdict={verdict} passed="vote-passed-long" unfolded={wide} />}
      <button type="button" disabled={verdict?.state === "running"} onClick={() => setTurn((n) => n + 1)}>
        {t(verdict ? "check-again" : "count-again")}
      </button>
      <p class="quiet small">
        {t("recount-hint")} <Code>comity recount {vote.opening.slice(0, 8)}</Code>
      </p>
    </section>
  );
}

function CertificationCard({ vote, members, turn }: { vote: Answer; members: Roster | undefined; turn: number }) {
  const { t, number } = useSpeech();
  const member = useMember();
  const { value: acts, error, again, refresh } = useLoaded(`certified ${vote.opening} ${turn}`, () =>
    certifications(new Desk(nodeSource), vote.opening, Math.floor(Date.parse(vote.closes) / 1000)),
  );
  const own = `${vote.outcome} ${vote.counted} ${vote.ballots}`;
  return (
    <section class="card" aria-labelledby="certification">
      <h2 id="certification">{t("certification")}</h2>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!acts && error === undefined && <Loading />}
      {acts?.length === 0 && <p class="quiet">{t("certification-none")}</p>}
      <ul class="values">
        {acts?.map((act) => {
          const same = `${String(act.body["outcome"])} ${String(act.body["counted"])} ${String(act.body["ballots"])}` === own;
          return (
            <li key={act.id} data-certified={same}>
              <p>
                <MemberMark id={act.author} members={members} /> {act.author === vote.chair && <span class="tag">{t("chair")}</span>}
              </p>
              <p class={same ? "good" : "why"}>{t(same ? "certified-same" : "certified-other")}</p>
              <p class="quiet">
                {t("certified-as", { n: Number(act.body["counted"]) })} · <StatementLink id={act.id} />
              </p>
            </li>
          );
        })}
      </ul>
      <Fields>
        <Field word="fact-ballots-counted">{number(vote.counted)}</Field>
        <Field word="fact-ballots-digest">
          <Hash value={vote.ballots} />
        </Field>
      </Fields>
      {vote.roll_call.some((line) => line.member === member) && vote.close?.settled !== false && (
        <details>
          <summary>{t("certify")}</summary>
          <p class="quiet">{t("certify-is")}</p>
          <SignForm
            name="certify" login="cast-login" button="certify-sign" said={refresh}
            make={() => ({
              type: "governance.certification",
              body: { opening: vote.opening, outcome: vote.outcome, counted: vote.counted, ballots: vote.ballots },
            })}
          />
        </details>
      )}
    </section>
  );
}

function Content({ id, vote, opening, refresh, turn }: { id: string; vote: Answer; opening: Opening; refresh(): void; turn: number }) {
  const { t } = useSpeech();
  const members = useMembers();
  const now = useNow(Date.parse(vote.closes));
  const open = Date.parse(vote.closes) > now;
  const shownOpen = useRef(open);
  useEffect(() => {
    if (shownOpen.current !== open) refresh();
    shownOpen.current = open;
  }, [open]);
  const { procedure } = opening.body;
  return (
    <div class="columns statement">
      <div>
        {vote.body && (
          <p class="notice">
            {t("put-to")}{" "}
            <a href={address("bodies", vote.body.id)}>
              <bdi>{vote.body.name}</bdi>
            </a>
          </p>
        )}
        <OutcomeCard vote={vote} opening={opening} open={open} members={members} />
        <section class="card" aria-labelledby="conditions">
          <h2 id="conditions">{t("conditions")}</h2>
          <Conditions word="quorum" finding={vote.quorum} procedure={procedure} />
          <Conditions word="postponed" finding={vote.postponed} procedure={procedure} />
          <Conditions word="adopted" finding={vote.adopted} procedure={procedure} />
        </section>
        <RollCall key={id} vote={vote} />
        <NotCounted vote={vote} members={members} />
        {vote.acceded && vote.acceded.length > 0 && (
          <section class="card" aria-labelledby="acceded">
            <h2 id="acceded">{t("acceded")}</h2>
            <ul class="values">
              {vote.acceded.map((each) => (
                <li key={each}>
                  <MemberMark id={each} members={members} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <div>
        {open && <CastCard vote={vote} opening={opening} said={refresh} />}
        {open && <ChairCard vote={vote} opening={opening} said={refresh} />}
        <VerificationCard vote={vote} />
        {!open && <CertificationCard vote={vote} members={members} turn={turn} />}
      </div>
    </div>
  );
}

export function Vote({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const path = `/api/v1/votes/${encodeURIComponent(id)}`;
  const { value: vote, error, again, refresh } = useLoaded(path, () => getJson<Answer>(path));
  const opening = useLoaded(vote ? `opening ${vote.opening}` : "", async () =>
    vote ? ((await getJson<StatementAnswer>(`/api/v1/statements/${vote.opening}`)).statement as Opening) : undefined,
  );
  const proposal = useLoaded(vote ? `proposal ${vote.proposal} ${language}` : "", async () =>
    vote ? getJson<Proposal>(`/api/v1/proposals/${vote.proposal}${query({ language })}`) : undefined,
  );
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const [turn, setTurn] = useState(0);
  const heard = async ({ id: said, type }: Listed) => {
    if (!vote || !kOfAVote.includes(type)) return;
    try {
      const { statement } = await getJson<StatementAnswer>(`/api/v1/statements/${said}`);
      if ((statement as Statement).body["opening"] !== vote.opening) return;
    } catch {
      return; // not shown to us: it is no part of the tally that is
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      refresh();
      setTurn((n) => n + 1);
    }, kSettle);
  };
  useEvents((item) => void heard(item));
  useEffect(() => () => clearTimeout(timer.current), []);
  const failed = error ?? opening.error;
  return (
    <>
      <p class="back">
        <a href={vote ? address("proposals", vote.proposal) : address("proposals")}>{t(vote ? "to-proposal" : "room-proposals")}</a>
      </p>
      <Heading title={`${t("vote")}: ${proposal.value?.title ?? id.slice(0, 8)}`}>
        <bdi>{proposal.value?.title ?? t("vote")}</bdi>
      </Heading>
      {failed !== undefined && <ProblemBox error={failed} again={again} />}
      {!(vote && opening.value) && failed === undefined && <Loading />}
      {vote && opening.value && <Content id={id} vote={vote} opening={opening.value} refresh={refresh} turn={turn} />}
    </>
  );
}
