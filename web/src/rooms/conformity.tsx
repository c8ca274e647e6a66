import { getJson, query } from "../api/client";
import type { ConformityTable } from "../api/governance";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { address, go, type Place } from "../router";

const kLooks = { yes: "tag-good", partly: "tag-note", no: "tag-bad" } as const;
const kWithin = 90; // days ahead that the page shows what is due

function Declarations({ table }: { table: ConformityTable }) {
  const { t, number, date } = useSpeech();
  const { rules, members, declarations } = table;
  return (
    <section class="card" aria-labelledby="declared">
      <h2 id="declared">{t("declared")}</h2>
      <p class="quiet">{t("declared-is")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("declared")}`}>
        <table class="table" id="conformity-matrix">
          <thead>
            <tr>
              <th scope="col">{t("author")}</th>
              {rules.map((rule) => (
                <th key={rule.number} scope="col">
                  <a href={address("rules", rule.number)} title={rule.title}>
                    <Code>{rule.number}</Code>
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member}>
                <th scope="row">
                  <MemberLink id={member} />
                </th>
                {rules.map((rule) => {
                  const said = declarations.find((each) => each.member === member && each.rule === rule.number);
                  if (!said) return <td key={rule.number}>–</td>;
                  const of = (finding: string) => said.reviews.filter((review) => review.finding === finding && review.holds).length;
                  return (
                    <td key={rule.number} data-conforms={said.conforms}>
                      <span class={`tag ${kLooks[said.conforms]}`}>{t(`conforms-${said.conforms}`)}</span>{" "}
                      <StatementLink id={said.id}>
                        <Moment at={said.said} day />
                      </StatementLink>
                      <br />
                      <span class="quiet">{t("declared-shown", { evidence: number(said.evidence?.length ?? 0), confirmed: number(of("confirmed")), doubted: number(of("doubted")) })}</span>
                      {said.review_by && (
                        <>
                          <br />
                          <span class={said.state === "overdue" ? "tag tag-bad" : "quiet"} data-review={said.state}>
                            {t(said.state === "overdue" ? "review-overdue" : "review-by", { day: date(said.review_by) })}
                          </span>
                        </>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Recognised({ table }: { table: ConformityTable }) {
  const { t } = useSpeech();
  const { members, recognition } = table;
  // Who has looked at others' declarations need have declared nothing.
  const lookers = [...new Set([...members, ...recognition.map(({ by }) => by)])].sort();
  return (
    <section class="card" aria-labelledby="recognised">
      <h2 id="recognised">{t("recognised")}</h2>
      <p class="quiet">{t("recognised-is")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("recognised")}`}>
        <table class="table" id="recognition-matrix">
          <thead>
            <tr>
              <th scope="col">{t("recognised-whose")}</th>
              {lookers.map((by) => (
                <th key={by} scope="col">
                  <MemberLink id={by} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member}>
                <th scope="row">
                  <MemberLink id={member} />
                </th>
                {lookers.map((by) => {
                  if (by === member) return <td key={by} />;
                  const found = recognition.find((each) => each.member === member && each.by === by);
                  if (!found) return <td key={by}>–</td>;
                  const { confirmed, doubted, lapsed, mutual } = found;
                  return (
                    <td key={by} data-mutual={mutual.join(" ")}>
                      {mutual.length > 0 && (
                        <span class="tag tag-good">
                          {t("recognised-mutual")} {mutual.join(", ")}
                        </span>
                      )}{" "}
                      {confirmed.filter((number) => !mutual.includes(number)).join(", ")}{" "}
                      {doubted.length > 0 && (
                        <span class="tag tag-bad">
                          {t("recognised-doubted")} {doubted.join(", ")}
                        </span>
                      )}{" "}
                      {lapsed.length > 0 && (
                        <span class="tag">
                          {t("recognised-lapsed")} {lapsed.join(", ")}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Due({ table }: { table: ConformityTable }) {
  const { t, number, date } = useSpeech();
  return (
    <section class="card" aria-labelledby="due">
      <h2 id="due">{t("conformity-due")}</h2>
      <p class="quiet">{t("conformity-due-is", { n: number(kWithin) })}</p>
      {table.due.length === 0 && <p class="quiet">{t("conformity-due-none")}</p>}
      <ol class="values" id="due-list">
        {table.due.map((each) => (
          <li key={`${each.id} ${each.what}`} data-due={each.state}>
            <span class={each.state === "overdue" ? "tag tag-bad" : "tag tag-note"}>
              {t(each.state === "overdue" ? "due-overdue" : "due-due")} <time dateTime={each.day}>{date(each.day)}</time>
            </span>{" "}
            <a href={address("rules", each.rule)} title={each.title}>
              <Code>{each.rule}</Code>
            </a>{" "}
            · <MemberLink id={each.member} /> · {each.by === null ? t("due-declaration") : <>{t("due-recognition")} <MemberLink id={each.by} /></>} · <StatementLink id={each.id} />
          </li>
        ))}
      </ol>
    </section>
  );
}

export function ConformityRoom({ place }: { place: Place }) {
  const { t, language } = useSpeech();
  const topic = place.query.get("topic") ?? "";
  const path = `/api/v1/conformity${query({ topic, language, within: kWithin })}`;
  const { value, error, again } = useLoaded(path, () => getJson<ConformityTable>(path));
  return (
    <>
      <Heading title={t("room-conformity")}>{t("room-conformity")}</Heading>
      <p class="lead">{t("conformity-is")}</p>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value && (
        <form class="card filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            <span>{t("topics")}</span>
            <select value={topic} onChange={(event) => go(address("conformity", "", { topic: event.currentTarget.value }))}>
              <option value="">{t("topic-all")}</option>
              {value.topics.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        </form>
      )}
      {value && value.members.length === 0 && <p class="notice">{t("declared-none")}</p>}
      {value && value.members.length > 0 && (
        <>
          <Declarations table={value} />
          <Recognised table={value} />
          <Due table={value} />
        </>
      )}
    </>
  );
}
