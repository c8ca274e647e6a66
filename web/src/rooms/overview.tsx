import { getJson } from "../api/client";
import { useNames } from "../api/members";
import { kClasses, type Listed, type LogAnswer, type Member, type NodeAnswer, type Page } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Field, Fields, Hash, Heading, Loading, Moment, ProblemBox } from "../parts/bits";
import { NamedProcedures } from "../parts/charter_card";
import { LogCheck } from "../parts/log_check";
import { StatementList } from "../parts/statements";
import { address } from "../router";

function Classes() {
  const { t, number } = useSpeech();
  const { value, error, again } = useLoaded("classes", () => getJson<Page<Member>>("/api/v1/members?limit=1000"));
  if (error !== undefined) return <ProblemBox error={error} again={again} />;
  if (!value) return <Loading />;
  const present = value.items.filter((member) => member.left === null);
  const counts = kClasses.map((name) => present.filter((member) => member.class === name).length);
  const most = Math.max(1, ...counts);
  return (
    <ul class="bars">
      {kClasses.map((name, i) => (
        <li key={name}>
          <a href={address("members", "", { class: name })}>{t(`class-${name}`)}</a>
          <svg class={`bar bar-${name}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect width={(100 * (counts[i] ?? 0)) / most} height="8" />
          </svg>
          <span class="bar-number">{number(counts[i] ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

function Latest() {
  const names = useNames();
  const { t } = useSpeech();
  const { value, error, again } = useLoaded("latest", () => getJson<Page<Listed>>("/api/v1/statements?limit=6"));
  if (error !== undefined) return <ProblemBox error={error} again={again} />;
  if (!value) return <Loading />;
  if (value.items.length === 0) return <p class="quiet">{t("nothing")}</p>;
  return <StatementList items={value.items} names={names} />;
}

function LogCard() {
  const { t, number } = useSpeech();
  const { value, error, again } = useLoaded("log", () => getJson<LogAnswer>("/api/v1/log"));
  return (
    <section class="card" aria-labelledby="the-log">
      <h2 id="the-log">{t("the-log")}</h2>
      <p class="quiet">{t("the-log-is")}</p>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {value && (
        <div class="figures">
          <p>
            <strong class="figure">{number(value.size)}</strong>
            <span>{t("log-size")}</span>
          </p>
          <Fields>
            {value.witnessed && (
              <Field word="log-witnessed">
                <Moment at={value.witnessed} />
              </Field>
            )}
            <Field word="log-origin">
              <Code>{value.origin}</Code>
            </Field>
          </Fields>
        </div>
      )}
      <LogCheck automatic />
    </section>
  );
}

export function Overview() {
  const { t, number } = useSpeech();
  const { value: node, error, again } = useLoaded("node", () => getJson<NodeAnswer>("/api/v1/node"));
  const community = node?.community?.name ? node.community : null;
  return (
    <>
      <header class="hero">
        <Heading title={community?.name ?? t("room-overview")}>
          <bdi>{community?.name ?? t("title")}</bdi>
        </Heading>
        {error !== undefined && <ProblemBox error={error} again={again} />}
        {node && !community && <p>{t("not-founded")}</p>}
        {community && (
          <>
            <p class="purpose" dir="auto">
              {community.purpose}
            </p>
            <Fields>
              <Field word="founded">
                <Moment at={community.founded} day />
              </Field>
              <NamedProcedures procedures={community.procedures} />
              <Field word="room-charter">
                <a href={address("charter")}>{t("version-number", { n: number(community.charter?.version ?? 1) })}</a>
              </Field>
              <Field word="community-id">
                <Hash value={community.id} />
              </Field>
            </Fields>
          </>
        )}
      </header>
      <div class="columns">
        <LogCard />
        <section class="card" aria-labelledby="by-class">
          <h2 id="by-class">{t("by-class")}</h2>
          <Classes />
        </section>
      </div>
      <section class="card" aria-labelledby="latest">
        <div class="card-head">
          <h2 id="latest">{t("latest")}</h2>
          <a href={address("log")}>
            {t("see-all")}
            <span class="hidden">: {t("latest")}</span>
          </a>
        </div>
        <Latest />
      </section>
      {node && (
        <p class="quiet footnote">
          {t("version")} <Code>{node.version}</Code>
        </p>
      )}
    </>
  );
}
