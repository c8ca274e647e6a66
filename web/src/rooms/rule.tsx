import { useState } from "preact/hooks";
import { getJson, query } from "../api/client";
import type { Conformity, Rule as Answer, RuleItem } from "../api/governance";
import { type Roster, useMembers } from "../api/members";
import { kLanguages, type Language, useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Field, Fields, Heading, Loading, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { ConformForm } from "../parts/conform_form";
import { ClassDot, MemberMark } from "../parts/member_mark";
import { PolicyView } from "../parts/policy";
import { RuleTag } from "../parts/vote_state";
import { address, go, type Place } from "../router";
import { textIn } from "./proposal";
import { DayChoice, momentOf } from "./rules";

// A link that a member gives: only addresses of the web are followed.
function Evidence({ of }: { of: NonNullable<Conformity["evidence"]>[number] }) {
  if (of.statement) {
    return (
      <StatementLink id={of.statement}>
        <bdi>{of.title}</bdi>
      </StatementLink>
    );
  }
  return of.url && /^https?:\/\//.test(of.url) ? (
    <a href={of.url} rel="noreferrer">
      <bdi>{of.title}</bdi>
    </a>
  ) : (
    <bdi>{of.title}</bdi>
  );
}

function ConformityCard({ rule, members, said }: { rule: Answer; members: Roster | undefined; said(): void }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="conformity">
      <h2 id="conformity">{t("conformity")}</h2>
      {rule.conformity.length === 0 && <p class="quiet">{t("conformity-none")}</p>}
      <ul class="values">
        {rule.conformity.map((word) => (
          <li key={word.member}>
            <p>
              <MemberMark id={word.member} members={members} />{" "}
              <span class={`tag ${word.conforms === "yes" ? "tag-good" : word.conforms === "no" ? "tag-bad" : "tag-note"}`}>{t(`conforms-${word.conforms}`)}</span>
            </p>
            {word.note && (
              <p class="said" dir="auto">
                {word.note}
              </p>
            )}
            <p class="quiet">
              <Moment at={word.said} day /> · <StatementLink id={word.id} />
            </p>
            {word.evidence && word.evidence.length > 0 && (
              <p>
                {t("evidence")}:{" "}
                {word.evidence.map((one, i) => (
                  <span key={i}>
                    {i > 0 && ", "}
                    <Evidence of={one} />
                  </span>
                ))}
              </p>
            )}
            {word.reviews.map((review) => (
              <p key={review.id}>
                <strong class={review.finding === "confirmed" ? "good" : "why"}>{t(`review-${review.finding}`)}</strong>{" "}
                <MemberMark id={review.by} members={members} /> · <StatementLink id={review.id} />
                <span class="said quiet" dir="auto">
                  {review.reason}
                </span>
              </p>
            ))}
          </li>
        ))}
      </ul>
      <details>
        <summary>{t("conform-declare")}</summary>
        <ConformForm vote={rule.vote} said={said} />
      </details>
    </section>
  );
}

function Barred({ texts }: { texts: NonNullable<Answer["barred"]> }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="barred">
      <h2 id="barred">{t("barred")}</h2>
      <ul class="values">
        {texts.map((one) => (
          <li key={one.vote}>
            <a href={address("votes", one.vote)}>
              <Moment at={one.adopted} day />
            </a>
            : <bdi lang="en">{`${one.why}; ${one.mend}`}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ versions, shown, at }: { versions: RuleItem[]; shown: number; at: string }) {
  const { t, number } = useSpeech();
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">{t("rule-history")}</h2>
      <ol class="history">
        {versions.map((version) => (
          <li key={version.version} aria-current={version.version === shown ? "true" : undefined}>
            <p>
              <a href={address("rules", version.number, { at: version.state === "to-come" ? at : version.in_force.slice(0, 10) })}>
                {t("version-number", { n: number(version.version) })}
              </a>{" "}
              <RuleTag state={version.state} />
            </p>
            <p class="quiet">
              <Moment at={version.in_force} />
              {version.until && (
                <>
                  {" "}
                  – <Moment at={version.until} />
                </>
              )}
            </p>
            <p>
              <a href={address("votes", version.vote)}>{t("adopted-by")}</a> · <StatementLink id={version.text}>{t("text")}</StatementLink>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Content({ rule, day, said }: { rule: Answer; day: string; said(): void }) {
  const { t, number, language } = useSpeech();
  const members = useMembers();
  const [chosen, setChosen] = useState<Language>();
  const shown = textIn(rule.texts, chosen ?? language);
  const { policy } = rule.rule;
  return (
    <div class="columns statement">
      <div>
        {rule.suspension && (
          <section class="notice" aria-labelledby="suspension" data-suspended={rule.state}>
            <h2 id="suspension">{t("suspension")}</h2>
            <p>
              <Moment at={rule.suspension.from} /> – <Moment at={rule.suspension.until} />
            </p>
            <p>
              {rule.suspension.classes.map((name) => (
                <span key={name} class="member-mark">
                  <ClassDot of={name} /> {t(`class-${name}`)}{" "}
                </span>
              ))}
            </p>
            <p class="quiet">
              {t("suspension-asked")}{" "}
              {rule.suspension.asked_by.map((id) => (
                <span key={id}>
                  <MemberMark id={id} members={members} />{" "}
                </span>
              ))}
            </p>
          </section>
        )}
        {shown && (
          <section class="card" aria-labelledby="text">
            <div class="card-head">
              <h2 id="text">{t("text")}</h2>
              <span class={shown.authentic ? "tag tag-good" : "tag"}>{t(shown.authentic ? "text-authentic" : "text-translation")}</span>
            </div>
            {rule.texts.length > 1 && (
              <div class="choices" role="group" aria-label={t("language")}>
                {rule.texts.map((text) => (
                  <button key={text.language} type="button" class="choice" aria-pressed={text === shown} lang={text.language} onClick={() => setChosen(text.language)}>
                    {kLanguages[text.language].name}
                  </button>
                ))}
              </div>
            )}
            <div class="legal" lang={shown.language} dir={kLanguages[shown.language].direction}>
              <p class="legal-title">{shown.title}</p>
              {shown.text.split("\n").map((line, i) => (line.trim() === "" ? null : <p key={i}>{line}</p>))}
            </div>
            <p class="links">
              <a href={`/api/v1/rules/${encodeURIComponent(rule.number)}/document${query({ at: momentOf(day), language: shown.language })}`} download={`${rule.number}.xml`}>
                {t("rule-document")}
              </a>
            </p>
          </section>
        )}
        {policy && (
          <section class="card" aria-labelledby="policy">
            <h2 id="policy">{t("policy-kept")}</h2>
            <PolicyView policy={policy} />
          </section>
        )}
        <ConformityCard rule={rule} members={members} said={said} />
      </div>
      <div>
        <section class="card" aria-labelledby="rule-is">
          <div class="card-head">
            <h2 id="rule-is">
              <Code>{rule.number}</Code>
            </h2>
            <RuleTag state={rule.state} />
          </div>
          <Fields>
            <Field word="version">{number(rule.version)}</Field>
            <Field word="in-force-since">
              <Moment at={rule.in_force} />
            </Field>
            {rule.until && (
              <Field word="in-force-until">
                <Moment at={rule.until} />
              </Field>
            )}
            {rule.topics.length > 0 && (
              <Field word="topics">
                {rule.topics.map((topic) => (
                  <span key={topic}>
                    <a href={address("rules", "", { topic })}>
                      <Code>{topic}</Code>
                    </a>{" "}
                  </span>
                ))}
              </Field>
            )}
            <Field word="proposed-by">
              <MemberMark id={rule.author} members={members} />
            </Field>
            <Field word="rule-adopted">
              <Moment at={rule.adopted} /> · <a href={address("votes", rule.vote)}>{t("vote-see")}</a>
            </Field>
            <Field word="procedure">
              <Code>{rule.procedure}</Code>
            </Field>
            <Field word="binds">{t(`binds-${rule.binds}`)}</Field>
            {rule.rule.repeals && rule.rule.repeals.length > 0 && (
              <Field word="repeals">
                {rule.rule.repeals.map((other) => (
                  <span key={other}>
                    <a href={address("rules", other)}>
                      <Code>{other}</Code>
                    </a>{" "}
                  </span>
                ))}
              </Field>
            )}
          </Fields>
        </section>
        {rule.binds === "acceding" && (
          <section class="card" aria-labelledby="acceded">
            <h2 id="acceded">{t("acceded")}</h2>
            {!rule.acceded?.length && <p class="quiet">{t("acceded-none")}</p>}
            <ul class="values">
              {rule.acceded?.map(({ member, since }) => (
                <li key={member}>
                  <MemberMark id={member} members={members} /> <span class="quiet">· <Moment at={since} day /></span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <History versions={rule.versions} shown={rule.version} at={day} />
        {rule.barred !== undefined && rule.barred.length > 0 && <Barred texts={rule.barred} />}
      </div>
    </div>
  );
}

export function Rule({ id, place }: { id: string; place: Place }) {
  const { t, language } = useSpeech();
  const day = place.query.get("at") ?? "";
  const path = `/api/v1/rules/${encodeURIComponent(id)}${query({ at: momentOf(day), language })}`;
  const { value: rule, error, again, refresh } = useLoaded(path, () => getJson<Answer>(path));
  return (
    <>
      <p class="back">
        <a href={address("rules", "", { at: day })}>{t("room-rules")}</a>
      </p>
      <Heading title={rule ? `${rule.number} ${rule.title}` : id}>
        <bdi>{rule?.title ?? id}</bdi>
      </Heading>
      <form class="filters day" onSubmit={(event) => event.preventDefault()}>
        <DayChoice day={day} choose={(at) => go(address("rules", id, { at }))} />
      </form>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!rule && error === undefined && <Loading />}
      {rule && <Content rule={rule} day={day} said={refresh} />}
    </>
  );
}
