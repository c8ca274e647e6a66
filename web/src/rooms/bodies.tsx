import { getJson, query } from "../api/client";
import type { Body as Answer, BodyItem } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { kLanguages, useSpeech } from "../i18n";
import { useLoaded, usePages } from "../load";
import { Code, Field, Fields, Heading, Loading, Moment, PagesEnd, ProblemBox } from "../parts/bits";
import { MemberMark } from "../parts/member_mark";
import { SeatTable } from "../parts/organ_card";
import { address, go, type Place } from "../router";
import { textIn } from "./proposal";
import { DayChoice, momentOf } from "./rules";

function StandingTag({ state }: { state: BodyItem["state"] }) {
  const { t } = useSpeech();
  return <span class={`tag ${state === "standing" ? "tag-good" : ""}`}>{t(`organ-${state}`)}</span>;
}

export function Bodies({ place }: { place: Place }) {
  const { t, number, language } = useSpeech();
  const chosen = { at: place.query.get("at") ?? "", all: place.query.get("all") ?? "" };
  const pages = usePages<BodyItem>("/api/v1/bodies", { at: momentOf(chosen.at), all: chosen.all, language, limit: 200 });
  const choose = (change: Partial<typeof chosen>) => go(address("bodies", "", { ...chosen, ...change }));
  return (
    <>
      <Heading title={t("room-bodies")}>{t("room-bodies")}</Heading>
      <p class="lead">{t("bodies-is")}</p>
      <form class="card filters" onSubmit={(event) => event.preventDefault()}>
        <DayChoice day={chosen.at} choose={(at) => choose({ at })} />
        <label class="check">
          <input type="checkbox" checked={chosen.all === "true"} onChange={(event) => choose({ all: event.currentTarget.checked ? "true" : "" })} />{" "}
          <span>{t("bodies-all")}</span>
        </label>
      </form>
      <section class="card" aria-label={t("room-bodies")}>
        {pages.items && pages.items.length > 0 && (
          <ol class="rows bodies">
            {pages.items.map((body) => (
              <li key={body.id}>
                <a class="row" href={address("bodies", body.id, { at: chosen.at })}>
                  <span class="row-main">
                    <strong dir="auto">{body.name}</strong>
                    <span class="row-by">
                      <Code>{body.id}</Code> · {t(`organ-kind-${body.kind}`)}
                      {body.parent && (
                        <>
                          {" "}
                          · {t("organ-under")} <Code>{body.parent}</Code>
                        </>
                      )}
                    </span>
                  </span>
                  <span class="row-side">
                    <StandingTag state={body.state} />
                    <span>{t("organ-seats-held", { n: number(body.seats.filter(({ held }) => held).length), of: number(body.seats.length) })}</span>
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )}
        <PagesEnd pages={pages} nothing="bodies-none" />
      </section>
    </>
  );
}

function Acts({ body, members }: { body: Answer; members: Roster | undefined }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="organ-acts">
      <h2 id="organ-acts">{t("organ-acts")}</h2>
      <ol class="values">
        {body.acts.map((act) => (
          <li key={act.vote}>
            <p>
              <a href={address("votes", act.vote)}>{t(`organ-act-${act.act}`)}</a> · <Moment at={act.adopted} day />
            </p>
            <p class="quiet">
              {t("organ-by")} {act.by ? <a href={address("bodies", act.by)}>{act.by}</a> : t("organ-community")} · {t("proposed-by")}{" "}
              <MemberMark id={act.proposed_by} members={members} />
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
    </section>
  );
}

function Votes({ body }: { body: Answer }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="organ-votes">
      <h2 id="organ-votes">{t("organ-votes")}</h2>
      {body.votes.length === 0 && <p class="quiet">{t("organ-votes-none")}</p>}
      <ul class="values">
        {body.votes.map((vote) => (
          <li key={vote.id}>
            <a href={address("votes", vote.id)} dir="auto">
              {vote.title}
            </a>{" "}
            <span class="quiet">
              · {t("closes")} <Moment at={vote.closes} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ body, day }: { body: Answer; day: string }) {
  const { t } = useSpeech();
  const powers = body.powers.map((power) => t(`organ-power-${power}`));
  return (
    <section class="card" aria-labelledby="organ-is">
      <div class="card-head">
        <h2 id="organ-is">
          <Code>{body.id}</Code>
        </h2>
        <StandingTag state={body.state} />
      </div>
      <Fields>
        <Field word="organ-kind">{t(`organ-kind-${body.kind}`)}</Field>
        <Field word="organ-under">{body.parent ? <a href={address("bodies", body.parent, { at: day })}>{body.parent}</a> : t("organ-community")}</Field>
        <Field word="organ-powers">{powers.length > 0 ? powers.join(", ") : t("organ-power-advice")}</Field>
        <Field word="organ-decides-by">
          <Code>{body.decides_by}</Code>
        </Field>
        <Field word="organ-founded">
          <Moment at={body.founded} />
        </Field>
        {body.until && (
          <Field word="organ-mandate-until">
            <Moment at={body.until} />
          </Field>
        )}
        {body.ended && (
          <Field word="organ-ended">
            <Moment at={body.ended} /> ·{" "}
            <span lang="en" dir="ltr">
              {body.why_ended}
            </span>
          </Field>
        )}
        {body.bodies.length > 0 && (
          <Field word="organ-bodies-under">
            {body.bodies.map((id) => (
              <span key={id}>
                <a href={address("bodies", id, { at: day })}>{id}</a>{" "}
              </span>
            ))}
          </Field>
        )}
      </Fields>
    </section>
  );
}

function Content({ body, day }: { body: Answer; day: string }) {
  const { t, language } = useSpeech();
  const members = useMembers();
  const shown = textIn(body.texts, language);
  return (
    <div class="columns statement">
      <div>
        {shown && (
          <section class="card" aria-labelledby="organ-mandate">
            <div class="card-head">
              <h2 id="organ-mandate">{t("organ-mandate")}</h2>
              <span class={shown.authentic ? "tag tag-good" : "tag"}>{t(shown.authentic ? "text-authentic" : "text-translation")}</span>
            </div>
            <div class="legal" lang={shown.language} dir={kLanguages[shown.language].direction}>
              {shown.text.split("\n").map((line, i) => (line.trim() === "" ? null : <p key={i}>{line}</p>))}
            </div>
          </section>
        )}
        <section class="card" aria-labelledby="organ-seats">
          <h2 id="organ-seats">{t("seats")}</h2>
          <SeatTable seats={body.seats} members={members} />
        </section>
        <Votes body={body} />
      </div>
      <div>
        <Facts body={body} day={day} />
        <Acts body={body} members={members} />
      </div>
    </div>
  );
}

export function BodyRoom({ id, place }: { id: string; place: Place }) {
  const { t, language } = useSpeech();
  const day = place.query.get("at") ?? "";
  const path = `/api/v1/bodies/${encodeURIComponent(id)}${query({ at: momentOf(day), language })}`;
  const { value: body, error, again } = useLoaded(path, () => getJson<Answer>(path));
  return (
    <>
      <p class="back">
        <a href={address("bodies", "", { at: day })}>{t("room-bodies")}</a>
      </p>
      <Heading title={body?.name ?? id}>
        <bdi>{body?.name ?? id}</bdi>
      </Heading>
      <form class="filters day" onSubmit={(event) => event.preventDefault()}>
        <DayChoice day={day} choose={(at) => go(address("bodies", id, { at }))} />
      </form>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!body && error === undefined && <Loading />}
      {body && <Content body={body} day={day} />}
    </>
  );
}
