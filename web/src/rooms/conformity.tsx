import { getJson } from "../api/client";
import type { Rule, RuleItem } from "../api/governance";
import type { Page } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { address, go, type Place } from "../router";
import { declaredBy, declarers, mutual, recognition } from "../rules/conformity";

const kLooks = { yes: "tag-good", partly: "tag-note", no: "tag-bad" } as const;

function Declarations({ rules }: { rules: readonly Rule[] }) {
  const { t, number } = useSpeech();
  const members = declarers(rules);
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
                  const said = declaredBy(rule, member);
                  if (!said) return <td key={rule.number}>–</td>;
                  const of = (finding: string) => said.reviews.filter((review) => review.finding === finding).length;
                  return (
                    <td key={rule.number} data-conforms={said.conforms}>
                      <span class={`tag ${kLooks[said.conforms]}`}>{t(`conforms-${said.conforms}`)}</span>{" "}
                      <StatementLink id={said.id}>
                        <Moment at={said.said} day />
                      </StatementLink>
                      <br />
                      <span class="quiet">{t("declared-shown", { evidence: number(said.evidence?.length ?? 0), confirmed: number(of("confirmed")), doubted: number(of("doubted")) })}</span>
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

function Recognised({ rules }: { rules: readonly Rule[] }) {
  const { t } = useSpeech();
  const members = declarers(rules);
  return (
    <section class="card" aria-labelledby="recognised">
      <h2 id="recognised">{t("recognised")}</h2>
      <p class="quiet">{t("recognised-is")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("recognised")}`}>
        <table class="table" id="recognition-matrix">
          <thead>
            <tr>
              <th scope="col">{t("recognised-whose")}</th>
              {members.map((by) => (
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
                {members.map((by) => {
                  if (by === member) return <td key={by} />;
                  const { confirmed, doubted } = recognition(rules, member, by);
                  const both = mutual(rules, member, by);
                  return (
                    <td key={by} data-mutual={both.join(" ")}>
                      {confirmed.length === 0 && doubted.length === 0 && "–"}
                      {both.length > 0 && (
                        <span class="tag tag-good">
                          {t("recognised-mutual")} {both.join(", ")}
                        </span>
                      )}{" "}
                      {confirmed.filter((number) => !both.includes(number)).join(", ")}{" "}
                      {doubted.length > 0 && (
                        <span class="tag tag-bad">
                          {t("recognised-doubted")} {doubted.join(", ")}
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

async function rulesOf(topic: string): Promise<{ topics: string[]; rules: Rule[] }> {
  const { items } = await getJson<Page<RuleItem>>("/api/v1/rules?limit=200");
  const wanted = items.filter((item) => topic === "" || item.topics.includes(topic));
  const rules = await Promise.all(wanted.map(({ number }) => getJson<Rule>(`/api/v1/rules/${encodeURIComponent(number)}`)));
  return { topics: [...new Set(items.flatMap((item) => item.topics))].sort(), rules };
}

export function ConformityRoom({ place }: { place: Place }) {
  const { t } = useSpeech();
  const topic = place.query.get("topic") ?? "";
  const { value, error, again } = useLoaded(`conformity ${topic}`, () => rulesOf(topic));
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
      {value && declarers(value.rules).length === 0 && <p class="notice">{t("declared-none")}</p>}
      {value && declarers(value.rules).length > 0 && (
        <>
          <Declarations rules={value.rules} />
          <Recognised rules={value.rules} />
        </>
      )}
    </>
  );
}
