// The board of warnings: what concerns the reader, as it comes, and who has heard of it.
import { useState } from "preact/hooks";
import { type Alert, kSeverities } from "../api/alerts";
import { getJson, query } from "../api/client";
import { useNames } from "../api/members";
import type { Page } from "../api/types";
import { useEvents } from "../events";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Heading, Loading, Moment, ProblemBox } from "../parts/bits";
import { SeverityMark } from "../parts/severity";
import { SeenCard } from "../parts/sightings";
import { address, go, type Place } from "../router";
import { useSession } from "../session";

const kShown = 100;

function AlertRow({ alert, names }: { alert: Alert; names: ReadonlyMap<string, string> | undefined }) {
  const { t } = useSpeech();
  return (
    <li data-alert={alert.id}>
      <a class="row" href={address("alerts", alert.id)}>
        <span class="row-main">
          <strong dir="auto">{alert.title}</strong>
          <span class="row-by">
            <SeverityMark severity={alert.severity} /> {alert.drill && <span class="tag">{t("drill")}</span>}{" "}
            <bdi>{names?.get(alert.author) ?? alert.author}</bdi>
          </span>
        </span>
        <span class="row-side">
          <Moment at={alert.issued} />
          <span class={alert.open ? "tag tag-bad" : "tag tag-good"}>{t(alert.open ? "alert-open" : "alert-acknowledged")}</span>
        </span>
      </a>
    </li>
  );
}

// How fast each member has answered the test alarms: its people, or its node where they have not yet.
function Drills({ alerts, names }: { alerts: readonly Alert[]; names: ReadonlyMap<string, string> | undefined }) {
  const { t, number } = useSpeech();
  const drills = alerts.filter(({ drill }) => drill);
  if (drills.length === 0) return null;
  return (
    <section class="card" aria-labelledby="drills">
      <h2 id="drills">{t("drills")}</h2>
      <p class="quiet">{t("drills-are")}</p>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="drills">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("drill")}</th>
              <th scope="col">{t("member")}</th>
              <th scope="col">{t("drill-node")}</th>
              <th scope="col">{t("drill-people")}</th>
            </tr>
          </thead>
          <tbody>
            {drills.flatMap((drill) => {
              const members = [...new Set(drill.acknowledgements.map(({ author }) => author))];
              const after = (member: string, automatic: boolean) => {
                const answer = drill.acknowledgements.find((each) => each.author === member && each.automatic === automatic);
                return answer ? t("seconds", { n: number(Math.round(answer.after_ms / 100) / 10) }) : "—";
              };
              return members.map((member) => (
                <tr key={`${drill.id} ${member}`}>
                  <th scope="row">
                    <a href={address("alerts", drill.id)}>
                      <Moment at={drill.issued} />
                    </a>
                  </th>
                  <td>
                    <bdi>{names?.get(member) ?? member}</bdi>
                  </td>
                  <td>{after(member, true)}</td>
                  <td>{after(member, false)}</td>
                </tr>
              ));
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Alerts({ place }: { place: Place }) {
  const { t } = useSpeech();
  const names = useNames();
  const session = useSession();
  const [news, setNews] = useState("");
  const chosen = { severity: place.query.get("severity") ?? "", open: place.query.get("open") ?? "" };
  const path = "/api/v1/alerts" + query({ ...chosen, limit: kShown });
  const { value, error, again, refresh } = useLoaded(path, () => getJson<Page<Alert>>(path));
  useEvents(({ type }) => {
    if (type !== "intelligence.alert" && type !== "intelligence.acknowledgement") return;
    refresh();
    if (type === "intelligence.alert") setNews(t("alert-came"));
  });
  const choose = (name: string, text: string) => go(address("alerts", "", { ...chosen, [name]: text }));
  return (
    <>
      <Heading title={t("room-alerts")}>{t("room-alerts")}</Heading>
      <p class="lead">{t("alerts-are")}</p>
      {session.account && (
        <p>
          <a href={address("alert-rules")}>{t("alert-rules")}</a>
        </p>
      )}
      <section class="card tools">
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            <span>{t("severity")}</span>
            <select value={chosen.severity} onChange={(event) => choose("severity", event.currentTarget.value)}>
              <option value="">{t("severity-all")}</option>
              {kSeverities.slice(1).map((severity) => (
                <option key={severity} value={severity}>
                  {t("severity-at-least", { severity: t(`severity-${severity}`) })}
                </option>
              ))}
            </select>
          </label>
          <label class="check">
            <input type="checkbox" checked={chosen.open === "true"} onChange={(event) => choose("open", event.currentTarget.checked ? "true" : "")} />
            <span>{t("alerts-open-only")}</span>
          </label>
        </form>
      </section>
      <p class="hidden" role="status">
        {news}
      </p>
      <section class="card" aria-label={t("room-alerts")}>
        {error !== undefined && <ProblemBox error={error} again={again} />}
        {!value && error === undefined && <Loading />}
        {value?.items.length === 0 && <p class="quiet">{t("alerts-none")}</p>}
        {value && value.items.length > 0 && (
          <ol class="rows">
            {value.items.map((alert) => (
              <AlertRow key={alert.id} alert={alert} names={names} />
            ))}
          </ol>
        )}
      </section>
      {value && <Drills alerts={value.items} names={names} />}
      <SeenCard />
    </>
  );
}
