import { query } from "../api/client";
import type { RuleItem } from "../api/governance";
import { useSpeech } from "../i18n";
import { usePages } from "../load";
import { Code, Heading, Moment, PagesEnd } from "../parts/bits";
import { RuleTag } from "../parts/vote_state";
import { address, go, type Place } from "../router";

// The end of the day that the reader chose, so that what took force on it is shown; the day is theirs.
export function momentOf(day: string): string {
  const time = new Date(`${day}T23:59:59`);
  return day === "" || Number.isNaN(time.getTime()) ? "" : `${time.toISOString().slice(0, 19)}Z`;
}

export function DayChoice({ day, choose }: { day: string; choose(day: string): void }) {
  const { t } = useSpeech();
  return (
    <label>
      <span>{t("rules-at")}</span>
      <input type="date" value={day} onChange={(event) => choose(event.currentTarget.value)} />
    </label>
  );
}

export function Rules({ place }: { place: Place }) {
  const { t, number, language } = useSpeech();
  const chosen = { at: place.query.get("at") ?? "", topic: place.query.get("topic") ?? "", all: place.query.get("all") ?? "" };
  const pages = usePages<RuleItem>("/api/v1/rules", { at: momentOf(chosen.at), topic: chosen.topic, all: chosen.all, language, limit: 200 });
  const everything = usePages<RuleItem>("/api/v1/rules", { all: "true", limit: 200 });
  const topics = [...new Set([...(everything.items ?? []).flatMap((rule) => rule.topics), ...(chosen.topic ? [chosen.topic] : [])])].sort();
  const choose = (change: Partial<typeof chosen>) => go(address("rules", "", { ...chosen, ...change }));
  return (
    <>
      <Heading title={t("room-rules")}>{t("room-rules")}</Heading>
      <p class="lead">{t("rules-is")}</p>
      <form class="card filters" onSubmit={(event) => event.preventDefault()}>
        <DayChoice day={chosen.at} choose={(at) => choose({ at })} />
        <label>
          <span>{t("topics")}</span>
          <select value={chosen.topic} onChange={(event) => choose({ topic: event.currentTarget.value })}>
            <option value="">{t("topic-all")}</option>
            {topics.map((topic) => (
              <option key={topic} value={topic}>
                {topic}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input type="checkbox" checked={chosen.all === "true"} onChange={(event) => choose({ all: event.currentTarget.checked ? "true" : "" })} />{" "}
          <span>{t("rules-all")}</span>
        </label>
      </form>
      <section class="card" aria-label={t("room-rules")}>
        {pages.items && pages.items.length > 0 && (
          <ol class="rows rules">
            {pages.items.map((rule) => (
              <li key={`${rule.number} ${rule.version}`}>
                <a class="row" href={address("rules", rule.number, { at: chosen.at })}>
                  <span class="row-main">
                    <strong dir="auto">{rule.title}</strong>
                    <span class="row-by">
                      <Code>{rule.number}</Code> · {t("version-number", { n: number(rule.version) })}
                      {rule.topics.length > 0 && (
                        <>
                          {" "}
                          · <Code>{rule.topics.join(", ")}</Code>
                        </>
                      )}
                    </span>
                  </span>
                  <span class="row-side">
                    <RuleTag state={rule.state} />
                    <span>
                      {t("in-force-since")} <Moment at={rule.in_force} day />
                    </span>
                    {rule.acts && <span class="tag">{t("rule-acts")}</span>}
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )}
        <PagesEnd pages={pages} nothing="rules-none" />
      </section>
      <p class="links">
        <a href={address("conformity", "", { topic: chosen.topic })}>{t("room-conformity")}</a>{" "}
        <a href={`/api/v1/calendar${query({ language })}`} download="comity.ics">
          {t("calendar")}
        </a>
      </p>
    </>
  );
}
