import { useEffect } from "preact/hooks";
import { getJson, query } from "../api/client";
import { useEvents } from "../events";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { useLoaded } from "../load";
import type { CallOpening, Reply, Tender as Answer } from "../market/answers";
import { AwardForm } from "../market/award_form";
import { BidForm, canOpen, isPast, OpenForm, WithdrawForm } from "../market/bid_forms";
import { CallForm } from "../market/call_form";
import { Exhibits } from "../market/exhibits";
import { ReleaseForm } from "../market/release_form";
import { ReplyForm } from "../market/reply_form";
import { Code, Field, Fields, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { useMember } from "../parts/sign_form";
import { address } from "../router";
import { Amount, Calls } from "./market";

function Replies({ replies }: { replies: readonly Reply[] }) {
  const { t } = useSpeech();
  return (
    <ul class="values replies">
      {replies.map((reply) => (
        <li key={reply.statement} data-role={reply.role}>
          <strong>
            <MemberLink id={reply.author} />
          </strong>{" "}
          <span class="tag">{t(`reply-${reply.role}`)}</span> <StatementLink id={reply.statement} />
          <p dir="auto">{reply.text}</p>
          <Exhibits list={reply.evidence} />
        </li>
      ))}
    </ul>
  );
}

function Flags({ tender, said }: { tender: Answer; said(): void }) {
  const { t, number, has } = useSpeech();
  const member = useMember();
  const question = (flag: { flag: string; question: string }) => {
    const word = `flag-${flag.flag}`;
    return has(word) ? t(word as Word) : flag.question;
  };
  return (
    <section class="card" aria-labelledby="flags">
      <h2 id="flags">{t("red-flags")}</h2>
      <p class="quiet">{t("flags-are")}</p>
      {tender.flags.length === 0 && <p class="quiet">{t("flags-none")}</p>}
      <ol class="values" id="red-flags">
        {tender.flags.map((flag, n) => (
          <li key={`${flag.flag} ${flag.about} ${flag.id}`} data-flag={flag.flag}>
            <strong>{question(flag)}</strong>{" "}
            <span class="quiet">
              <Code>{flag.flag}</Code> · <Code>{flag.id}</Code>
            </span>
            <details>
              <summary>
                {t("flag-method")}
                <span class="hidden">: {flag.flag}</span>
              </summary>
              <p lang="en" dir="ltr">
                {flag.title}: {flag.method}
              </p>
              <Fields>
                <Field word="value">{number(Math.round(flag.value * 10000) / 10000)}</Field>
                <Field word="flag-compared">{number(flag.compared)}</Field>
                {flag.fence !== null && <Field word="flag-fence">{number(Math.round(flag.fence * 10000) / 10000)}</Field>}
              </Fields>
            </details>
            {flag.replies.length === 0 ? <p class="quiet">{t("replies-none")}</p> : <Replies replies={flag.replies} />}
            {member !== null && (
              <details class="reply">
                <summary>
                  {t("reply-new")}
                  <span class="hidden">: {flag.flag}</span>
                </summary>
                <ReplyForm tender={tender} flag={flag.flag} n={n} said={said} />
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

// The buyer's own next steps: what he publishes of it, and calls for.
function NextSteps({ tender, said }: { tender: Answer; said(): void }) {
  const { t } = useSpeech();
  const member = useMember();
  if (member !== tender.author) return null;
  return (
    <section class="card" aria-labelledby="next">
      <h2 id="next">{t("next-steps")}</h2>
      <details id="publish-next">
        <summary>{t("publish-one")}</summary>
        <ReleaseForm ocid={tender.ocid} known={tender.compiled} said={said} />
      </details>
      <details id="call-new">
        <summary>{t("call-new")}</summary>
        <CallForm ocid={tender.ocid} said={said} />
      </details>
    </section>
  );
}

function Process({ tender, said }: { tender: Answer; said(): void }) {
  const { t } = useSpeech();
  return (
    <>
      <section class="card" aria-label={t("process")}>
        <Fields>
          <Field word="process">
            <Code>{tender.process}</Code>
          </Field>
          <Field word="buyer">
            <MemberLink id={tender.author} />
          </Field>
          <Field word="tender-status">
            <Code>{tender.status || "–"}</Code>
          </Field>
          <Field word="value">
            <Amount value={tender.value} />
          </Field>
        </Fields>
      </section>
      <Flags tender={tender} said={said} />
      <section class="card" aria-labelledby="releases">
        <h2 id="releases">{t("releases")}</h2>
        <ol class="values">
          {tender.releases.map((release) => (
            <li key={release.statement}>
              <Code>{release.tag.join(", ")}</Code> · <Moment at={release.witnessed} /> · <StatementLink id={release.statement} />{" "}
              {release.doubled && <span class="tag tag-bad">{t("release-doubled")}</span>}
              {release.backdated && <span class="tag tag-bad">{t("release-backdated")}</span>}
            </li>
          ))}
        </ol>
        {tender.calls.length > 0 && (
          <>
            <h3>{t("calls")}</h3>
            <Calls calls={tender.calls} />
          </>
        )}
      </section>
      <NextSteps tender={tender} said={said} />
    </>
  );
}

export function Tender({ id }: { id: string }) {
  const { t } = useSpeech();
  const path = `/api/v1/market/tender${query({ process: id })}`;
  const { value, error, again, refresh } = useLoaded(path, () => getJson<Answer>(path));
  const title = value?.title || id;
  return (
    <>
      <Heading title={title}>
        <bdi>{title}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && <Process tender={value} said={refresh} />}
      <p class="links">
        <a href={address("market")}>{t("room-market")}</a>
      </p>
    </>
  );
}

function Bids({ opening }: { opening: CallOpening }) {
  const { t, number } = useSpeech();
  const { call } = opening;
  const state = opening.settled ? "call-settled" : opening.closed ? "call-opening" : "call-open";
  const rank = new Map(opening.ranked.map((bid, i) => [bid, i + 1]));
  const sorted = [...opening.bids].sort((a, b) => (rank.get(a.bid) ?? 1e9) - (rank.get(b.bid) ?? 1e9));
  return (
    <>
      <section class="card" aria-label={t("call")}>
        <p>
          <span class="tag" data-state={state}>
            {t(state)}
          </span>
        </p>
        <Fields>
          <Field word="deadline">
            <Moment at={call.deadline} />
          </Field>
          <Field word="open-by">
            <Moment at={call.open_by} />
          </Field>
          <Field word="process">
            <a href={address("market", call.process)}>
              <Code>{call.process}</Code>
            </a>
          </Field>
          {call.openers.length > 0 && (
            <Field name={t("openers", { n: number(call.threshold), of: number(call.openers.length) })}>
              {call.openers.map(({ member }) => (
                <span key={member}>
                  <MemberLink id={member} />{" "}
                </span>
              ))}
            </Field>
          )}
          <Field word="statement">
            <StatementLink id={call.statement} />
          </Field>
        </Fields>
        {call.note && <p dir="auto">{call.note}</p>}
      </section>
      <section class="card" aria-labelledby="bids">
        <h2 id="bids">{t("bids")}</h2>
        <p class="quiet">{t("bids-are")}</p>
        {sorted.length === 0 && <p class="quiet">{t("bids-none")}</p>}
        {sorted.length > 0 && (
          <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("bids")}`}>
            <table class="table" id="sealed-bids">
              <thead>
                <tr>
                  <th scope="col">{t("bidder")}</th>
                  <th scope="col" class="number">
                    {t("value")}
                  </th>
                  <th scope="col">{t("bid-stands")}</th>
                  <th scope="col">{t("witnessed")}</th>
                  <th scope="col">{t("statement")}</th>
                </tr>
              </thead>
              <tbody>
                {sorted.map((bid) => (
                  <tr key={bid.bid} data-stand={bid.stand}>
                    <th scope="row">
                      <MemberLink id={bid.bidder} />
                    </th>
                    <td class="number">
                      <Amount value={bid.value} />
                    </td>
                    <td>{t(`stand-${bid.stand}`)}</td>
                    <td>
                      <Moment at={bid.witnessed} />
                    </td>
                    <td>
                      <StatementLink id={bid.bid} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {opening.faults.length > 0 && (
          <>
            <h3>{t("bid-faults")}</h3>
            <ul class="values" lang="en" dir="ltr">
              {opening.faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          </>
        )}
        <p class="quiet">{t("bids-again")}</p>
        <p>
          <Code>{`comity tender recount ${call.statement.slice(0, 12)} --from ${location.origin}`}</Code>
        </p>
      </section>
    </>
  );
}

// What one can do about the call now: bid, open, award.
function Act({ opening, said }: { opening: CallOpening; said(): void }) {
  const { t } = useSpeech();
  const member = useMember();
  const { call, settled } = opening;
  const past = isPast(opening);
  if (member === null) {
    return settled ? null : (
      <p class="notice">
        <a href={address("login")}>{t("market-login")}</a>
      </p>
    );
  }
  const mine = opening.bids.some(({ bidder, stand }) => bidder === member && stand === "sealed");
  const awards = settled && call.author === member && opening.ranked.length > 0;
  const opens = past && !settled && canOpen(opening, member);
  if (past && !awards && !opens) return null;
  return (
    <section class="card" aria-labelledby="act" data-act={awards ? "award" : opens ? "open" : "bid"}>
      <h2 id="act">{t(awards ? "award-new" : opens ? "open-bids" : mine ? "bid-again" : "bid-new")}</h2>
      {awards && <AwardForm opening={opening} said={said} />}
      {opens && <OpenForm opening={opening} said={said} />}
      {!past && <BidForm opening={opening} said={said} />}
      {!past && mine && (
        <details>
          <summary>{t("bid-withdraw")}</summary>
          <WithdrawForm opening={opening} said={said} />
        </details>
      )}
    </section>
  );
}

const kBidding: readonly string[] = ["development.bid", "development.opening"];
const kLongest = 2 ** 31 - 1; // of a browser's timer

// Asks again when somebody bids or opens, and when the deadline and the end of the opening have passed.
function useBidding(opening: CallOpening | undefined, refresh: () => void): void {
  useEvents(({ type }) => {
    if (kBidding.includes(type)) refresh();
  });
  useEffect(() => {
    if (!opening || opening.settled) return;
    const next = Date.parse(opening.closed ? opening.call.open_by : opening.call.deadline) + 1500;
    const timer = setTimeout(refresh, Math.min(kLongest, Math.max(2000, next - Date.now())));
    return () => clearTimeout(timer);
  }, [opening, refresh]);
}

export function Call({ id }: { id: string }) {
  const { t } = useSpeech();
  const path = `/api/v1/market/call${query({ call: id })}`;
  const { value, error, again, refresh } = useLoaded(path, () => getJson<CallOpening>(path));
  useBidding(value, refresh);
  const title = value?.call.title ?? t("call");
  return (
    <>
      <Heading title={title}>
        <bdi>{title}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && <Bids opening={value} />}
      {value && <Act opening={value} said={refresh} />}
    </>
  );
}
