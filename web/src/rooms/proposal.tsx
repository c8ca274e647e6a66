import { useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import type { AmendmentsAnswer, Comment, Diff, Discussion, Position, Proposal as Answer, ProposalText, Version } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { kLanguages, type Language, useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { AmendmentsCard, type Passage } from "../parts/amendments";
import { Code, Field, Fields, Heading, Loading, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { CharterCard } from "../parts/charter_card";
import { MemberMark } from "../parts/member_mark";
import { OrganCard } from "../parts/organ_card";
import { linesOf, quoted } from "../parts/passage";
import { RuleCard } from "../parts/rule_card";
import { SignForm, useMember } from "../parts/sign_form";
import { TextDiff } from "../parts/text_diff";
import { StateTag, stateOf } from "../parts/vote_state";
import { address } from "../router";

const kPositions: readonly Position[] = ["for", "against", "neutral"];

// What a comment being written is about.
interface About {
  quote: string;
  reply: Comment | null;
}

// The text in the reader's language if there is one, else one that binds.
export function textIn(texts: readonly ProposalText[], language: Language): ProposalText | undefined {
  return texts.find((text) => text.language === language) ?? texts.find(({ authentic }) => authentic) ?? texts[0];
}

interface TextCardProps {
  version: Version;
  shown: ProposalText;
  comments: Comment[];
  choose(language: Language): void;
  about(line: string): void;
  amend(passage: Passage): void;
}

function TextCard({ version, shown, comments, choose, about, amend }: TextCardProps) {
  const { t, number, language } = useSpeech();
  const quotes = comments.filter(({ quote, language }) => quote && language === shown.language);
  const lines = linesOf(quoted(shown.text, quotes.map(({ quote }) => quote ?? "")));
  const starts: number[] = [];
  for (let i = 0, at = 0; i < lines.length; ++i) {
    starts.push(at);
    at += (lines[i] ?? []).reduce((sum, { text }) => sum + text.length, 0) + 1;
  }
  return (
    <section class="card" aria-labelledby="text">
      <div class="card-head">
        <h2 id="text">{t("text")}</h2>
        <span class={shown.authentic ? "tag tag-good" : "tag"}>{t(shown.authentic ? "text-authentic" : "text-translation")}</span>
      </div>
      {(version.texts?.length ?? 0) > 1 && (
        <div class="choices" role="group" aria-label={t("language")}>
          {version.texts?.map(({ language }) => (
            <button key={language} type="button" class="choice" aria-pressed={language === shown.language} lang={language} onClick={() => choose(language)}>
              {kLanguages[language].name}
            </button>
          ))}
        </div>
      )}
      <div class="legal" lang={shown.language} dir={kLanguages[shown.language].direction}>
        <p class="legal-title">{shown.title}</p>
        {lines.map((pieces, i) => {
          const line = pieces.map(({ text }) => text).join("");
          if (line.trim() === "") return null;
          return (
            <div key={i} class="legal-line">
              <p>
                {pieces.map((piece, k) => {
                  const first = piece.quotes[0];
                  return first === undefined ? (
                    piece.text
                  ) : (
                    <mark key={k} title={t("comments-on-this", { n: number(piece.quotes.length) })}>
                      {piece.text}
                    </mark>
                  );
                })}
              </p>
              <span class="line-tools" lang={document.documentElement.lang} dir={kLanguages[language].direction}>
                <button type="button" class="copy" aria-label={`${t("comment-on")}: ${line.slice(0, 60)}`} onClick={() => about(line)}>
                  {t("comment-on")}
                </button>
                <button type="button" class="copy" aria-label={`${t("amend")}: ${line.slice(0, 60)}`} onClick={() => amend({ quote: line, at: starts[i] ?? -1, text: line })}>
                  {t("amend")}
                </button>
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

function DiffCard({ proposal, language }: { proposal: Answer; language: Language }) {
  const { t, number } = useSpeech();
  const { versions } = proposal;
  const last = versions.length - 1;
  const [ends, setEnds] = useState({ from: last - 1, to: last });
  const path = `/api/v1/proposals/${proposal.id}/diff${query({ from: versions[ends.from]?.id, to: versions[ends.to]?.id, language })}`;
  const { value: diff, error, again } = useLoaded(path, () => getJson<Diff>(path));
  const choice = (name: "from" | "to") => (
    <label class="inline">
      <span>{t(name === "from" ? "diff-before" : "diff-after")}</span>
      <select value={String(ends[name])} onChange={(event) => setEnds({ ...ends, [name]: Number(event.currentTarget.value) })}>
        {versions.map((version, i) => (
          <option key={version.id} value={String(i)}>
            {t("version-number", { n: number(i + 1) })}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section class="card" aria-labelledby="diff">
      <div class="card-head">
        <h2 id="diff">{t("what-changed")}</h2>
        <div class="links">
          {choice("from")}
          {choice("to")}
        </div>
      </div>
      {versions[ends.to]?.amendments && <p class="quiet">{t("amendments-applied", { n: number(versions[ends.to]?.amendments?.length ?? 0) })}</p>}
      {versions[ends.to]?.note && (
        <p class="quiet" dir="auto">
          {versions[ends.to]?.note}
        </p>
      )}
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!diff && error === undefined && <Loading />}
      {diff && <TextDiff title={diff.title} text={diff.text} lang={diff.language} />}
    </section>
  );
}

interface ThreadProps {
  comments: Comment[];
  versions: Version[];
  members: Roster | undefined;
  reply(comment: Comment): void;
}

function Thread({ comments, versions, members, reply }: ThreadProps) {
  const { t, number } = useSpeech();
  return (
    <ol class="thread">
      {comments.map((comment) => (
        <li key={comment.id} id={`comment-${comment.id}`} class={`comment depth-${Math.min(comment.depth, 4)}`}>
          <p class="comment-head">
            <MemberMark id={comment.author} members={members} />
            {comment.position && <span class={`tag position-${comment.position}`}>{t(`position-${comment.position}`)}</span>}
            <span class="quiet">
              <Moment at={comment.said} /> · {t("version-number", { n: number(versions.findIndex(({ id }) => id === comment.version) + 1) })}
            </span>
          </p>
          {comment.quote && (
            <blockquote lang={comment.language} dir="auto" class={comment.stands === false ? "gone" : ""}>
              {comment.quote}
              {comment.stands === false && (
                <span class="quiet" lang={document.documentElement.lang}>
                  {" "}
                  ({t("quote-gone")})
                </span>
              )}
            </blockquote>
          )}
          <p class="said" dir="auto">
            {comment.text}
          </p>
          <p class="links small">
            <button type="button" class="copy" aria-label={`${t("reply")}: ${comment.text.slice(0, 40)}`} onClick={() => reply(comment)}>
              {t("reply")}
            </button>
            <StatementLink id={comment.id} />
          </p>
        </li>
      ))}
    </ol>
  );
}

interface CommentFormProps {
  version: Version;
  shown: ProposalText;
  about: About;
  tell(about: About): void;
  said(): void;
}

function CommentForm({ version, shown, about, tell, said }: CommentFormProps) {
  const { t } = useSpeech();
  // What the reader has marked in the text, if it is one passage of it.
  const takeMarked = () => {
    const marked = getSelection()?.toString().trim() ?? "";
    if (marked !== "" && shown.text.includes(marked)) tell({ ...about, quote: marked });
  };
  const make = (form: FormData) => {
    const quote = String(form.get("quote") ?? "").trim();
    if (quote !== "" && !shown.text.includes(quote)) throw new Error(t("quote-not-there"));
    const position = String(form.get("position") ?? "");
    const body = {
      version: version.id, text: String(form.get("text")).trim(), ...(quote ? { language: shown.language, quote } : {}),
      ...(about.reply ? { reply_to: about.reply.id } : {}), ...(position ? { position } : {}),
    };
    return { type: "governance.comment", body };
  };
  return (
    <SignForm name="comment" login="comment-login" button="comment-sign" make={make} said={said}>
      {about.reply && (
        <p class="links">
          <span>
            {t("reply-to")}: <bdi>{about.reply.text.slice(0, 80)}</bdi>
          </span>
          <button type="button" class="copy" onClick={() => tell({ ...about, reply: null })}>
            {t("reply-not")}
          </button>
        </p>
      )}
      <label for="comment-text">{t("comment-text")}</label>
      <textarea id="comment-text" name="text" class="prose" rows={4} dir="auto" required maxLength={9000} />
      <label for="comment-quote">{t("quote")}</label>
      <textarea
        id="comment-quote" name="quote" class="prose" rows={2} dir="auto" lang={shown.language} maxLength={1900} value={about.quote}
        onInput={(event) => tell({ ...about, quote: event.currentTarget.value })}
      />
      <button type="button" class="small" onMouseDown={(event) => event.preventDefault()} onClick={takeMarked}>
        {t("quote-marked")}
      </button>
      <label for="comment-position">{t("position")}</label>
      <select id="comment-position" name="position">
        <option value="">{t("position-none")}</option>
        {kPositions.map((position) => (
          <option key={position} value={position}>
            {t(`position-${position}`)}
          </option>
        ))}
      </select>
    </SignForm>
  );
}

function Endorsements({ discussion, version, members, said }: { discussion: Discussion; version: Version; members: Roster | undefined; said(): void }) {
  const { t, number } = useSpeech();
  const member = useMember();
  const mine = discussion.endorsements.some((one) => one.member === member);
  return (
    <section class="card" aria-labelledby="endorsements">
      <h2 id="endorsements">
        {t("endorsements")} <span class="quiet">{number(discussion.endorsements.length)}</span>
      </h2>
      {discussion.endorsements.length > 0 && (
        <ul class="values">
          {discussion.endorsements.map((one) => (
            <li key={one.member}>
              <MemberMark id={one.member} members={members} />
              {one.version !== version.id && <span class="quiet"> · {t("endorsed-before")}</span>}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{t(mine ? "endorse-not" : "endorse")}</summary>
        <SignForm
          name="endorse" login="endorse-login" button={mine ? "endorse-not-sign" : "endorse-sign"} said={said}
          make={() => ({ type: "governance.endorsement", body: { version: version.id, holds: !mine } })}
        />
      </details>
    </section>
  );
}

function Content({ proposal }: { proposal: Answer }) {
  const { t, number, language } = useSpeech();
  const members = useMembers();
  const names = new Map([...(members ?? [])].map(([id, { name }]) => [id, name]));
  const [chosen, setChosen] = useState<Language>();
  const [place, setPlace] = useState(proposal.versions.length - 1);
  const [about, setAbout] = useState<About>({ quote: "", reply: null });
  const path = `/api/v1/proposals/${proposal.id}/discussion`;
  const { value: discussion, error, again, refresh } = useLoaded(path, () => getJson<Discussion>(path));
  const amendPath = `/api/v1/proposals/${proposal.id}/amendments`;
  const amendments = useLoaded(amendPath, () => getJson<AmendmentsAnswer>(amendPath));
  const [passage, setPassage] = useState<Passage>({ quote: "", at: -1, text: "" });
  const version = proposal.versions[place] as Version;
  const newest = proposal.versions[proposal.versions.length - 1] as Version;
  const shown = textIn(version.texts ?? [], chosen ?? language);
  const quotable = textIn(newest.texts ?? [], chosen ?? language);
  const write = (next: About) => {
    setAbout(next);
    document.getElementById("comment-text")?.focus();
  };
  if (!shown || !quotable) return null;
  return (
    <div class="columns statement">
      <div>
        {proposal.versions.length > 1 && (
          <label class="inline">
            <span>{t("version")}</span>
            <select value={String(place)} onChange={(event) => setPlace(Number(event.currentTarget.value))}>
              {proposal.versions.map((each, i) => (
                <option key={each.id} value={String(i)}>
                  {t("version-number", { n: number(i + 1) })}
                </option>
              ))}
            </select>
          </label>
        )}
        <TextCard
          version={version} shown={shown} comments={discussion?.comments ?? []} choose={setChosen}
          about={(line) => {
            setPlace(proposal.versions.length - 1);
            write({ ...about, quote: quotable.text.includes(line) ? line : "" });
          }}
          amend={(next) => {
            setPlace(proposal.versions.length - 1);
            setPassage(quotable.text.includes(next.quote) ? next : { quote: "", at: -1, text: "" });
            setTimeout(() => document.getElementById("amend-text")?.focus());
          }}
        />
        {amendments.error !== undefined && <ProblemBox error={amendments.error} again={amendments.again} />}
        {amendments.value && (
          <AmendmentsCard
            answer={amendments.value} versions={proposal.versions} members={members} version={newest} shown={quotable} passage={passage} tell={setPassage}
            said={() => {
              setPassage({ quote: "", at: -1, text: "" });
              amendments.refresh();
            }}
          />
        )}
        {proposal.versions.length > 1 && <DiffCard proposal={proposal} language={shown.language} />}
        <section class="card" aria-labelledby="discussion">
          <h2 id="discussion">{t("discussion")}</h2>
          {error !== undefined && <ProblemBox error={error} again={again} />}
          {discussion?.comments.length === 0 && <p class="quiet">{t("discussion-none")}</p>}
          {discussion && discussion.comments.length > 0 && (
            <Thread comments={discussion.comments} versions={proposal.versions} members={members} reply={(reply) => write({ quote: "", reply })} />
          )}
          <h3>{t("comment-new")}</h3>
          <CommentForm
            version={newest} shown={quotable} about={about} tell={setAbout}
            said={() => {
              setAbout({ quote: "", reply: null });
              refresh();
            }}
          />
        </section>
      </div>
      <div>
        <section class="card" aria-labelledby="votes">
          <h2 id="votes">{t("votes")}</h2>
          {proposal.votes.length === 0 && <p class="quiet">{t("votes-none")}</p>}
          <ul class="rows">
            {proposal.votes.map((vote) => (
              <li key={vote.id}>
                <a class="row" href={address("votes", vote.id)}>
                  <span class="row-main">
                    <strong>{t(stateOf(vote, Date.now()) === "open" ? "vote-here" : "vote-see")}</strong>
                    <Code>{vote.procedure}</Code>
                  </span>
                  <span class="row-side">
                    <StateTag state={stateOf(vote, Date.now())} /> <Moment at={vote.closes} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
          <Fields>
            <Field word="proposed-by">
              <MemberMark id={proposal.versions[0]?.author ?? proposal.author} members={members} />
            </Field>
            {newest.co_authors && newest.co_authors.length > 0 && (
              <Field word="co-authors">
                {newest.co_authors.map((id) => (
                  <div key={id}>
                    <MemberMark id={id} members={members} />
                  </div>
                ))}
              </Field>
            )}
            <Field word="proposed">
              <Moment at={proposal.proposed} />
            </Field>
            <Field word="versions">
              {proposal.versions.map((each, i) => (
                <div key={each.id}>
                  <StatementLink id={each.id}>{t("version-number", { n: number(i + 1) })}</StatementLink>{" "}
                  <span class="quiet">
                    <Moment at={each.proposed} day />
                  </span>
                </div>
              ))}
            </Field>
          </Fields>
        </section>
        {discussion && <Endorsements discussion={discussion} version={newest} members={members} said={refresh} />}
        <RuleCard proposal={proposal} version={version} names={names} />
        <OrganCard version={version} members={members} />
        <CharterCard version={version} />
      </div>
    </div>
  );
}

export function Proposal({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const path = `/api/v1/proposals/${encodeURIComponent(id)}${query({ language })}`;
  const { value: proposal, error, again } = useLoaded(path, () => getJson<Answer>(path));
  return (
    <>
      <p class="back">
        <a href={address("proposals")}>{t("room-proposals")}</a>
      </p>
      <Heading title={proposal?.title ?? t("proposal")}>
        <bdi>{proposal?.title ?? t("proposal")}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!proposal && error === undefined && <Loading />}
      {proposal && <Content key={proposal.id} proposal={proposal} />}
    </>
  );
}
