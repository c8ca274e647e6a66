import { getJson } from "../api/client";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import type { CallRef, Money, Tenders } from "../market/answers";
import { Code, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { FilesForm, ReleaseForm } from "../market/release_form";
import { useMember } from "../parts/sign_form";
import { address } from "../router";

export function Amount({ value }: { value: Money | null }) {
  const { number } = useSpeech();
  if (!value) return <>–</>;
  return (
    <>
      {number(value.amount)} <Code>{value.currency}</Code>
    </>
  );
}

export function Calls({ calls }: { calls: readonly CallRef[] }) {
  const { t } = useSpeech();
  return (
    <ol class="rows">
      {calls.map((call) => (
        <li key={call.statement}>
          <a class="row" href={address("calls", call.statement)}>
            <span class="row-main">
              <strong dir="auto">{call.title}</strong>
              <span class="row-by">
                <Code>{call.ref}</Code>
              </span>
            </span>
            <span class="row-side">
              <span>
                {t("deadline")} <Moment at={call.deadline} />
              </span>
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function Content({ tenders }: { tenders: Tenders }) {
  const { t, number } = useSpeech();
  const calls = [...tenders.calls, ...tenders.rows.flatMap((row) => row.calls)].sort((a, b) => (a.deadline < b.deadline ? 1 : -1));
  return (
    <>
      <section class="card" aria-labelledby="calls">
        <h2 id="calls">{t("calls")}</h2>
        <p class="quiet">{t("calls-is")}</p>
        {calls.length === 0 ? <p class="quiet">{t("calls-none")}</p> : <Calls calls={calls} />}
      </section>
      <section class="card" aria-labelledby="processes">
        <h2 id="processes">{t("processes")}</h2>
        {tenders.rows.length === 0 && <p class="quiet">{t("processes-none")}</p>}
        {tenders.rows.length > 0 && (
          <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("processes")}`}>
            <table class="table" id="tenders">
              <thead>
                <tr>
                  <th scope="col">{t("process")}</th>
                  <th scope="col">{t("buyer")}</th>
                  <th scope="col">{t("tender-status")}</th>
                  <th scope="col" class="number">
                    {t("value")}
                  </th>
                  <th scope="col">{t("red-flags")}</th>
                  <th scope="col">{t("releases")}</th>
                </tr>
              </thead>
              <tbody>
                {tenders.rows.map((row) => (
                  <tr key={row.process}>
                    <th scope="row">
                      <a href={address("market", row.process)}>
                        <bdi>{row.title || row.ocid}</bdi>
                      </a>
                    </th>
                    <td>
                      <MemberLink id={row.author} />
                    </td>
                    <td>
                      <Code>{row.status || "–"}</Code>
                    </td>
                    <td class="number">
                      <Amount value={row.value} />
                    </td>
                    <td>
                      {row.flags.length === 0 ? "–" : <Code>{[...new Set(row.flags)].join(" ")}</Code>}
                    </td>
                    <td>
                      <StatementLink id={row.last.statement}>{t("releases-of", { n: number(row.releases) })}</StatementLink>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}

// What is published begins a process; the rest of it is published in the process's own room.
function Publish({ said }: { said(): void }) {
  const { t } = useSpeech();
  const member = useMember();
  return (
    <section class="card" aria-labelledby="publish">
      <h2 id="publish">{t("publish")}</h2>
      <p class="quiet">{t("publish-is")}</p>
      {member === null ? (
        <p class="notice">
          <a href={address("login")}>{t("market-login")}</a>
        </p>
      ) : (
        <>
          <details>
            <summary>{t("publish-one")}</summary>
            <ReleaseForm known={{}} said={said} />
          </details>
          <details>
            <summary>{t("publish-files")}</summary>
            <FilesForm said={said} />
          </details>
        </>
      )}
    </section>
  );
}

export function Market() {
  const { t } = useSpeech();
  const { value, error, again, refresh } = useLoaded("market", () => getJson<Tenders>("/api/v1/market/tenders"));
  return (
    <>
      <Heading title={t("room-market")}>{t("room-market")}</Heading>
      <p class="lead">{t("market-is")}</p>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && <Content tenders={value} />}
      {value && <Publish said={refresh} />}
    </>
  );
}
