// One alert: what it rests on, what to do, and who has acknowledged it.
import { useState } from "preact/hooks";
import type { Alert } from "../api/alerts";
import { getJson, post } from "../api/client";
import { useNames } from "../api/members";
import { useEvents } from "../events";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { AudienceView } from "../parts/audience";
import { Code, Field, Fields, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { SeverityMark } from "../parts/severity";
import { address } from "../router";
import { useSession } from "../session";

function Evidence({ alert }: { alert: Alert }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="evidence">
      <h2 id="evidence">{t("evidence")}</h2>
      <ul class="values">
        {alert.evidence.map(({ statement, objects, values }) => (
          <li key={statement}>
            <p>
              {t("statement")} <StatementLink id={statement} />
            </p>
            {values && values.length > 0 && (
              <ul class="names">
                {values.map((value) => (
                  <li key={value}>
                    <a href={address("search", "", { q: value })}>
                      <Code>{value}</Code>
                    </a>
                  </li>
                ))}
              </ul>
            )}
            <ul class="names">
              {objects.map((object) => (
                <li key={object}>
                  <a href={address("objects", object)}>
                    <Code>{object}</Code>
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {alert.more > 0 && <p class="quiet">{t("evidence-more", { n: alert.more })}</p>}
    </section>
  );
}

function Answers({ alert, names, said }: { alert: Alert; names: ReadonlyMap<string, string> | undefined; said: () => void }) {
  const { t, number } = useSpeech();
  const session = useSession();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const acknowledge = async (event: SubmitEvent) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get("note") ?? "").trim();
    setBusy(true);
    setError(undefined);
    try {
      await post(`/api/v1/alerts/${alert.id}/acknowledgement`, note ? { note } : {});
      said();
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  return (
    <section class="card" aria-labelledby="answers">
      <h2 id="answers">{t("acknowledgements")}</h2>
      {alert.acknowledgements.length === 0 && <p class="quiet">{t("acknowledged-by-nobody")}</p>}
      <ul class="values">
        {alert.acknowledgements.map((answer) => (
          <li key={answer.id} data-acknowledged={answer.author}>
            <MemberLink id={answer.author} names={names} /> · {t("acknowledged-after", { n: number(Math.round(answer.after_ms / 100) / 10) })}{" "}
            {answer.automatic && <span class="tag">{t("acknowledged-by-node")}</span>}
            {answer.note && (
              <p class="said" dir="auto">
                {answer.note}
              </p>
            )}
          </li>
        ))}
      </ul>
      {alert.awaited && alert.awaited.length > 0 && (
        <Fields>
          <Field word="drill-awaited">
            {alert.awaited.map((member) => (
              <span key={member}>
                <MemberLink id={member} names={names} />{" "}
              </span>
            ))}
          </Field>
        </Fields>
      )}
      {session.account && (
        <form class="stack" onSubmit={(event) => void acknowledge(event)}>
          <label for="acknowledge-note">{t("acknowledge-note")}</label>
          <input id="acknowledge-note" name="note" maxLength={1000} dir="auto" autocomplete="off" />
          <button type="submit" class="primary" disabled={busy}>
            {t("acknowledge")}
          </button>
          {error !== undefined && <ProblemBox error={error} />}
        </form>
      )}
    </section>
  );
}

export function AlertRoom({ id }: { id: string }) {
  const { t } = useSpeech();
  const names = useNames();
  const path = `/api/v1/alerts/${encodeURIComponent(id)}`;
  const { value: alert, error, again, refresh } = useLoaded(path, () => getJson<Alert>(path));
  useEvents(({ type }) => type === "intelligence.acknowledgement" && refresh());
  return (
    <>
      <p class="back">
        <a href={address("alerts")}>{t("room-alerts")}</a>
      </p>
      <Heading title={alert?.title ?? t("alert")}>
        <span dir="auto">{alert?.title ?? t("alert")}</span>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!alert && error === undefined && <Loading />}
      {alert && (
        <div class="columns statement">
          <div>
            <section class="card" aria-labelledby="alert-content">
              <h2 id="alert-content">{t("content")}</h2>
              {alert.drill && <p class="notice">{t("drill-is")}</p>}
              <Fields>
                <Field word="severity">
                  <SeverityMark severity={alert.severity} />
                </Field>
                <Field word="author">
                  <MemberLink id={alert.author} names={names} />
                </Field>
                <Field word="issued">
                  <Moment at={alert.issued} />
                </Field>
                <Field word="audience">
                  <AudienceView audience={alert.audience} />
                </Field>
                {alert.acknowledge_by && (
                  <Field word="acknowledge-by">
                    <Moment at={alert.acknowledge_by} />
                  </Field>
                )}
                {alert.escalates && (
                  <Field word="escalates">
                    <a href={address("alerts", alert.escalates)}>
                      <Code>{alert.escalates.slice(0, 12)}</Code>
                    </a>
                  </Field>
                )}
                <Field word="statement">
                  <StatementLink id={alert.id} />
                </Field>
              </Fields>
            </section>
            {alert.measures.length > 0 && (
              <section class="card" aria-labelledby="measures">
                <h2 id="measures">{t("measures")}</h2>
                <ul class="values">
                  {alert.measures.map((measure) => (
                    <li key={measure} dir="auto">
                      {measure}
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {alert.evidence.length > 0 && <Evidence alert={alert} />}
          </div>
          <div>
            <Answers alert={alert} names={names} said={refresh} />
          </div>
        </div>
      )}
    </>
  );
}
