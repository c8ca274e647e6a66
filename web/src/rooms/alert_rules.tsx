// A member's rules: what it watches for, tried on the last month before it is kept.
import { useState } from "preact/hooks";
import { type AlertRule, type AlertTrial, kSeverities } from "../api/alerts";
import { getJson, post, remove } from "../api/client";
import type { Page } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Heading, Loading, ProblemBox, StatementLink } from "../parts/bits";
import { SeverityMark } from "../parts/severity";
import { address } from "../router";
import { useSession } from "../session";

const kDays = 30;
const kLists = ["networks", "domains", "words", "sectors", "technologies"] as const;

// One a line.
const linesOf = (form: FormData, name: string) =>
  String(form.get(name) ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function ruleOf(form: FormData): Record<string, unknown> {
  const lists = Object.fromEntries(kLists.map((name) => [name, linesOf(form, name)]));
  return {
    name: String(form.get("name") ?? "").trim(),
    ...lists,
    severity: String(form.get("severity")),
    acknowledge_within: Number(form.get("within")) * 60,
    sightings: form.get("sightings") !== null,
    scans: form.get("scans") !== null,
  };
}

function Kept({ rules, gone }: { rules: readonly AlertRule[]; gone: () => void }) {
  const { t } = useSpeech();
  const [error, setError] = useState<unknown>();
  const take = async (name: string) => {
    setError(undefined);
    try {
      await remove(`/api/v1/alert-rules/${encodeURIComponent(name)}`);
      gone();
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <section class="card" aria-labelledby="rules-kept">
      <h2 id="rules-kept">{t("alert-rules")}</h2>
      {rules.length === 0 && <p class="quiet">{t("alert-rules-none")}</p>}
      <ul class="values">
        {rules.map((rule) => (
          <li key={rule.name} data-rule={rule.name}>
            <h3>
              <bdi>{rule.name}</bdi> <SeverityMark severity={rule.severity} />
            </h3>
            {rule.scans && <p>{t("rule-scans")}</p>}
            {kLists.map(
              (list) =>
                rule[list].length > 0 && (
                  <p key={list}>
                    {t(`rule-${list}`)}:{" "}
                    {rule[list].map((text) => (
                      <span key={text}>
                        <Code>{text}</Code>{" "}
                      </span>
                    ))}
                  </p>
                ),
            )}
            <button type="button" class="small" onClick={() => void take(rule.name)}>
              {t("rule-remove")} <span class="hidden">{rule.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {error !== undefined && <ProblemBox error={error} />}
    </section>
  );
}

function Trial({ trial }: { trial: AlertTrial }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="trial">
      <h2 id="trial">{t("rule-preview")}</h2>
      <p role="status" data-trial={trial.objects}>
        {t("rule-would-have", { objects: trial.objects, statements: trial.statements, days: trial.days })}
      </p>
      <ul class="values">
        {trial.items.slice(0, 50).map((item) => (
          <li key={`${item.statement} ${item.object}`}>
            <a href={address("objects", item.object)} dir="auto">
              {item.title}
            </a>{" "}
            · <StatementLink id={item.statement} />
          </li>
        ))}
      </ul>
      {(trial.more || trial.items.length > 50) && <p class="quiet">{t("rule-more")}</p>}
    </section>
  );
}

function Editor() {
  const { t } = useSpeech();
  const { value, error, again, refresh } = useLoaded("alert-rules", () => getJson<Page<AlertRule>>("/api/v1/alert-rules"));
  const [trial, setTrial] = useState<AlertTrial>();
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const keep = (event.submitter as HTMLButtonElement | null)?.value === "keep";
    const rule = ruleOf(new FormData(form));
    setBusy(true);
    setFailed(undefined);
    try {
      if (keep) {
        await post("/api/v1/alert-rules", rule);
        form.reset();
        setTrial(undefined);
        refresh();
      } else {
        setTrial(await post<AlertTrial>(`/api/v1/alert-trials?days=${kDays}`, rule));
      }
    } catch (caught) {
      setFailed(caught);
    }
    setBusy(false);
  };
  return (
    <>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && (
        <div class="columns loose">
          <Kept rules={value.items} gone={refresh} />
          <section class="card" aria-labelledby="rule-new">
            <h2 id="rule-new">{t("rule-new")}</h2>
            <form class="stack" onSubmit={(event) => void submit(event)}>
              <label for="rule-name">{t("rule-name")}</label>
              <input id="rule-name" name="name" required pattern="[a-z0-9]([a-z0-9\-]{0,62}[a-z0-9])?" dir="ltr" autocomplete="off" autocapitalize="none" />
              {kLists.map((list) => (
                <>
                  <label for={`rule-${list}`}>{t(`rule-${list}`)}</label>
                  <textarea id={`rule-${list}`} name={list} rows={2} dir="auto" aria-describedby="rule-lines" spellcheck={false} />
                </>
              ))}
              <p id="rule-lines" class="quiet">
                {t("rule-lines")}
              </p>
              <label for="rule-severity">{t("severity")}</label>
              <select id="rule-severity" name="severity" defaultValue="medium">
                {kSeverities.map((severity) => (
                  <option key={severity} value={severity} selected={severity === "medium"}>
                    {t(`severity-${severity}`)}
                  </option>
                ))}
              </select>
              <label for="rule-within">{t("rule-within")}</label>
              <input id="rule-within" name="within" type="number" min={0} max={43200} defaultValue="60" dir="ltr" />
              <label class="pick">
                <input type="checkbox" name="sightings" /> <span>{t("rule-sightings")}</span>
              </label>
              <label class="pick">
                <input type="checkbox" name="scans" /> <span>{t("rule-scans")}</span>
              </label>
              <button type="submit" value="try" disabled={busy}>
                {t("rule-preview")}
              </button>
              <button type="submit" value="keep" class="primary" disabled={busy}>
                {t("rule-keep")}
              </button>
              {failed !== undefined && <ProblemBox error={failed} />}
            </form>
          </section>
        </div>
      )}
      {trial && <Trial trial={trial} />}
    </>
  );
}

export function AlertRules() {
  const { t } = useSpeech();
  const session = useSession();
  return (
    <>
      <p class="back">
        <a href={address("alerts")}>{t("room-alerts")}</a>
      </p>
      <Heading title={t("alert-rules")}>{t("alert-rules")}</Heading>
      <p class="lead">{t("alert-rules-are")}</p>
      {session.account ? (
        <Editor />
      ) : (
        <p>
          <a href={address("login")}>{t("log-in")}</a>
        </p>
      )}
    </>
  );
}
