import { useState } from "preact/hooks";
import { getJson, post, query } from "../api/client";
import type { Consultation as Answer, ConsultationItem, ModerationItem, RoundComment } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { useSpeech } from "../i18n";
import { useLoaded, usePages } from "../load";
import { Code, Field, Fields, Heading, Loading, Moment, PagesEnd, ProblemBox, StatementLink } from "../parts/bits";
import { MemberMark } from "../parts/member_mark";
import { address } from "../router";

function RoundTag({ state }: { state: ConsultationItem["state"] }) {
  const { t } = useSpeech();
  return <span class={`tag ${state === "open" ? "tag-note" : state === "answered" ? "tag-good" : ""}`}>{t(`round-${state}`)}</span>;
}

export function Consultations() {
  const { t, number, language } = useSpeech();
  const pages = usePages<ConsultationItem>("/api/v1/consultations", { language, limit: 50 });
  return (
    <>
      <Heading title={t("room-consultations")}>{t("room-consultations")}</Heading>
      <p class="lead">{t("consultations-is")}</p>
      <section class="card" aria-label={t("room-consultations")}>
        {pages.items && pages.items.length > 0 && (
          <ol class="rows consultations">
            {pages.items.map((round) => (
              <li key={round.id}>
                <a class="row" href={address("consultations", round.id)}>
                  <span class="row-main">
                    <strong dir="auto">{round.title}</strong>
                    <span class="row-by">{t(`round-to-${round.open_to}`)}</span>
                  </span>
                  <span class="row-side">
                    <RoundTag state={round.state} />
                    <span>
                      {t("closes")} <Moment at={round.closes} />
                    </span>
                    <span class="row-index">{t("round-comments", { n: number(round.shown) })}</span>
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )}
        <PagesEnd pages={pages} nothing="consultations-none" />
      </section>
      <p class="links">
        <a href={address("moderation")}>{t("room-moderation")}</a>
      </p>
    </>
  );
}

// What a person says who signs nothing: to the node, by name alone.
function SayForm({ id, said }: { id: string; said(): void }) {
  const { t } = useSpeech();
  const [state, setState] = useState<"" | "busy" | "said">("");
  const [error, setError] = useState<unknown>();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const position = String(data.get("position") ?? "");
    setState("busy");
    setError(undefined);
    try {
      await post(`/api/v1/consultations/${id}/comments`, {
        name: String(data.get("name") ?? "").trim(), text: String(data.get("text") ?? "").trim(), ...(position ? { position } : {}),
      });
      form.reset();
      setState("said");
      said();
    } catch (problem) {
      setState("");
      setError(problem);
    }
  };
  return (
    <section class="card" aria-labelledby="say">
      <h2 id="say">{t("round-say")}</h2>
      <p class="quiet">{t("round-say-is")}</p>
      <form onSubmit={(event) => void submit(event)}>
        <label for="say-name">{t("round-name")}</label>
        <input id="say-name" name="name" required maxLength={100} dir="auto" autocomplete="off" />
        <label for="say-text">{t("round-text")}</label>
        <textarea id="say-text" name="text" class="prose" rows={5} required maxLength={9000} dir="auto" />
        <label for="say-position">{t("round-position")}</label>
        <select id="say-position" name="position">
          <option value="">–</option>
          {(["for", "against", "neutral"] as const).map((position) => (
            <option key={position} value={position}>
              {t(`position-${position}`)}
            </option>
          ))}
        </select>
        <p>
          <button type="submit" disabled={state === "busy"}>
            {t("round-send")}
          </button>
        </p>
        <p role="status">{state === "said" && t("round-said")}</p>
        {error !== undefined && <ProblemBox error={error} />}
      </form>
    </section>
  );
}

function Said({ comment, members }: { comment: RoundComment; members: Roster | undefined }) {
  const { t } = useSpeech();
  const { moderated } = comment;
  return (
    <li data-shown={comment.shown}>
      {comment.shown ? (
        <>
          <p>
            {comment.public ? <strong dir="auto">{comment.name}</strong> : <MemberMark id={comment.author} members={members} />}{" "}
            {comment.position && <span class="tag">{t(`position-${comment.position}`)}</span>}
          </p>
          {comment.quote && (
            <blockquote lang={comment.language} dir="auto">
              {comment.quote}
            </blockquote>
          )}
          <p class="said" dir="auto">
            {comment.text}
          </p>
        </>
      ) : (
        <p class="why">{moderated ? t("round-hidden") : t("round-waits")}</p>
      )}
      <p class="quiet">
        <Moment at={comment.said} /> ·{" "}
        {comment.public && (
          <>
            {t("round-taken-in")} <MemberMark id={comment.author} members={members} /> ·{" "}
          </>
        )}
        <StatementLink id={comment.id} />
      </p>
      {moderated && (
        <p class="quiet">
          {t(`moderation-${moderated.act}`)}: <MemberMark id={moderated.by} members={members} /> · <span dir="auto">{moderated.reason}</span>
        </p>
      )}
    </li>
  );
}

function Content({ round, again }: { round: Answer; again(): void }) {
  const { t, number } = useSpeech();
  const members = useMembers();
  return (
    <div class="columns statement">
      <div>
        {round.question && (
          <section class="card" aria-labelledby="question">
            <h2 id="question">{t("round-question")}</h2>
            <p class="said" dir="auto">
              {round.question}
            </p>
          </section>
        )}
        {round.summary && (
          <section class="card" aria-labelledby="answered">
            <h2 id="answered">{t("round-answered")}</h2>
            <p class="said" dir="auto">
              {round.summary.text}
            </p>
            <ul class="values">
              {round.summary.answers?.map((one, i) => (
                <li key={i}>
                  <p dir="auto">{one.answer}</p>
                  <p class="quiet">
                    {one.comments.map((id) => (
                      <span key={id}>
                        <StatementLink id={id} />{" "}
                      </span>
                    ))}
                  </p>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section class="card" aria-labelledby="round-said">
          <h2 id="round-said">{t("round-comments", { n: number(round.shown) })}</h2>
          {round.comments.length === 0 && <p class="quiet">{t("round-nothing-said")}</p>}
          <ul class="values">
            {round.comments.map((comment) => (
              <Said key={comment.id} comment={comment} members={members} />
            ))}
          </ul>
        </section>
      </div>
      <div>
        <section class="card" aria-labelledby="round-is">
          <div class="card-head">
            <h2 id="round-is">{t("round")}</h2>
            <RoundTag state={round.state} />
          </div>
          <Fields>
            <Field word="proposal">
              <a href={address("proposals", round.version)} dir="auto">
                {round.title}
              </a>
            </Field>
            <Field word="round-to">{t(`round-to-${round.open_to}`)}</Field>
            <Field word="round-opens">
              <Moment at={round.opens} />
            </Field>
            <Field word="closes">
              <Moment at={round.closes} />
            </Field>
            <Field word="round-asked-by">
              <MemberMark id={round.author} members={members} />
            </Field>
            <Field word="room-moderation">
              {t(`moderated-${round.moderation}`)}
              {round.code && (
                <>
                  {" "}
                  ·{" "}
                  <a href={address("rules", round.code)}>
                    <Code>{round.code}</Code>
                  </a>
                </>
              )}
            </Field>
          </Fields>
        </section>
        {round.state === "open" && round.open_to === "public" && <SayForm id={round.id} said={again} />}
      </div>
    </div>
  );
}

export function ConsultationRoom({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const path = `/api/v1/consultations/${encodeURIComponent(id)}${query({ language })}`;
  const { value: round, error, again, refresh } = useLoaded(path, () => getJson<Answer>(path));
  return (
    <>
      <p class="back">
        <a href={address("consultations")}>{t("room-consultations")}</a>
      </p>
      <Heading title={round ? `${t("round")}: ${round.title}` : t("round")}>
        <bdi>{round?.title ?? t("round")}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!round && error === undefined && <Loading />}
      {round && <Content round={round} again={refresh} />}
    </>
  );
}

// What moderators and operators did, for all to see.
export function Moderation() {
  const { t } = useSpeech();
  const members = useMembers();
  const pages = usePages<ModerationItem>("/api/v1/moderation", { limit: 100 });
  return (
    <>
      <Heading title={t("room-moderation")}>{t("room-moderation")}</Heading>
      <p class="lead">{t("moderation-is")}</p>
      <section class="card" aria-label={t("room-moderation")}>
        <ol class="values moderation">
          {pages.items?.map((act) => (
            <li key={act.id}>
              <p>
                <strong>{t(`moderation-${act.act}`)}</strong> {act.account ? <Code>{act.account}</Code> : <StatementLink id={(act.comment ?? act.statement) as string} />}
              </p>
              <p class="said" dir="auto">
                {act.reason}
              </p>
              <p class="quiet">
                <Moment at={act.at} /> · <MemberMark id={act.by} members={members} /> · <StatementLink id={act.id} />
                {act.rule && (
                  <>
                    {" "}
                    ·{" "}
                    <a href={address("rules", act.rule)}>
                      <Code>{act.rule}</Code>
                    </a>
                  </>
                )}
                {act.consultation && (
                  <>
                    {" "}
                    · <a href={address("consultations", act.consultation)}>{t("round")}</a>
                  </>
                )}
              </p>
              {act.void && (
                <p class="why">
                  {t("organ-void")}:{" "}
                  <span lang="en" dir="ltr">
                    {act.void}
                  </span>
                </p>
              )}
            </li>
          ))}
        </ol>
        <PagesEnd pages={pages} nothing="moderation-none" />
      </section>
    </>
  );
}
