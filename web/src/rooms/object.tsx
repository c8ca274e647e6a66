import { useEffect, useState } from "preact/hooks";
import { getJson, getText } from "../api/client";
import { useNames } from "../api/members";
import { nodeSource } from "../api/source";
import type { Copy, ShownObject, ShownVersion, StatementAnswer } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { memory } from "../memory";
import { AudienceView } from "../parts/audience";
import { Code, Field, Fields, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";
import { changes } from "../parts/diff";
import { Graph } from "../parts/graph";
import { ReadersCard } from "../parts/readers";
import { SightingsCard } from "../parts/sightings";
import { titleOf } from "../parts/title";
import { Mark, VerdictView } from "../parts/verdict";
import { address } from "../router";
import { parseEnvelope } from "../verify/dsse";
import { boundBy, checkOne, parseCarried } from "../verify/objects";
import { readPayload, verifyStatement } from "../verify/statement";
import type { Verdict } from "../verify/steps";

// The statement that carries the copy, and the object's own proof in it, both checked here.
function ObjectProof({ statement, position }: { statement: string; position: number }) {
  const { t } = useSpeech();
  const [verdict, setVerdict] = useState<Verdict>();
  const [object, setObject] = useState<"running" | "passed" | "failed">("running");
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    const path = `/api/v1/statements/${statement}`;
    const check = async () => {
      setError(undefined);
      setObject("running");
      const answer = await getJson<StatementAnswer>(path);
      if (!current) return;
      void verifyStatement(statement, answer, nodeSource, memory, { thorough: false }, (now) => current && setVerdict(now));
      const bound = boundBy(readPayload(parseEnvelope(answer.envelope))["body"] as Record<string, unknown>);
      const from = position > 0 ? `&cursor=${position - 1}` : "";
      const { items } = parseCarried(await getText(`${path}/objects?limit=1${from}`));
      const item = items[0];
      if (!bound || !item || item.position !== position) throw new Error(t("objects-failed"));
      await checkOne(item, bound, await getJson(`${path}/objects/${position}/proof`)).then(
        () => current && setObject("passed"),
        () => current && setObject("failed"),
      );
    };
    check().catch((caught: unknown) => current && setError(caught));
    return () => {
      current = false;
    };
  }, [statement, position, turn]);
  return (
    <section class="card verification" aria-labelledby="object-proof">
      <h2 id="object-proof">{t("object-proof")}</h2>
      {error !== undefined && <ProblemBox error={error} />}
      <p class={`checked checked-${object}`} role="status" data-object-proof={object}>
        <Mark state={object} /> {t(`objects-${object}`)}
      </p>
      {verdict && <VerdictView verdict={verdict} passed="verdict-passed-long" unfolded={false} />}
      <p>
        <StatementLink id={statement} />
      </p>
      <button type="button" disabled={verdict?.state === "running"} onClick={() => setTurn((n) => n + 1)}>
        {t("check-again")}
      </button>
    </section>
  );
}

const kTimes = new Set(["modified", "created"]);

function Diff({ before, after }: { before: Copy; after: Copy }) {
  const { t } = useSpeech();
  const list = changes(before.object, after.object).filter(({ path }) => !kTimes.has(path));
  if (list.length === 0) return <p class="quiet">{t("diff-none")}</p>;
  const text = (value: unknown) => (value === undefined ? "—" : typeof value === "string" ? value : JSON.stringify(value));
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={t("diff")}>
      <table class="diff">
        <thead>
          <tr>
            <th scope="col">{t("diff-property")}</th>
            <th scope="col">{t("diff-before")}</th>
            <th scope="col">{t("diff-after")}</th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ path, before: was, after: is }) => (
            <tr key={path}>
              <th scope="row">
                <Code>{path}</Code>
              </th>
              <td>{was === undefined ? "—" : <del dir="auto">{text(was)}</del>}</td>
              <td>{is === undefined ? "—" : <ins dir="auto">{text(is)}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Version({ version, earlier, names }: { version: ShownVersion; earlier: ShownVersion | undefined; names: ReadonlyMap<string, string> | undefined }) {
  const { t } = useSpeech();
  const [first] = version.copies;
  const [before] = earlier?.copies ?? [];
  return (
    <li>
      <h3>
        {version.version === null ? t("no-versions") : <Moment at={version.version} />}{" "}
        {version.revoked && <span class="tag">{t("revoked")}</span>}
      </h3>
      <ul class="names">
        {version.copies.map((copy) => (
          <li key={copy.added}>
            {t("source")} <MemberLink id={copy.sharer} names={names} /> · <AudienceView audience={copy.audience} /> ·{" "}
            {copy.statement === null ? <span class="quiet">{t("statement-hidden")}</span> : <StatementLink id={copy.statement} />}
          </li>
        ))}
      </ul>
      {first && before && (
        <details>
          <summary>{t("diff")}</summary>
          <Diff before={before} after={first} />
        </details>
      )}
      {first && (
        <details>
          <summary>{t("object-bytes")}</summary>
          <pre dir="ltr">{JSON.stringify(first.object, null, 2)}</pre>
        </details>
      )}
    </li>
  );
}

function Content({ shown }: { shown: ShownObject }) {
  const { t, number } = useSpeech();
  const names = useNames();
  const { confidence, versions } = shown;
  const proven = versions.flatMap(({ copies }) => copies).find(({ statement }) => statement !== null);
  const description = versions[0]?.copies[0]?.object["description"];
  return (
    <>
      <div class="columns statement">
        <div>
          <section class="card" aria-labelledby="content">
            <h2 id="content">{t("content")}</h2>
            <Fields>
              <Field word="type">
                <Code>{shown.type}</Code>
              </Field>
              <Field word="body-id">
                <Code>{shown.id}</Code>
              </Field>
              {typeof description === "string" && (
                <Field word="body-description">
                  <span class="said" dir="auto">
                    {description}
                  </span>
                </Field>
              )}
              <Field word="confidence">
                <strong>{number(confidence.now)}</strong>{" "}
                <span class="quiet">
                  {confidence.stated === null ? t("confidence-unstated") : t("confidence-stated", { n: confidence.stated })} ·{" "}
                  {t("confidence-sighted", { n: confidence.sighted_by })} · {t("confidence-false", { n: confidence.false_by })}
                </span>
              </Field>
            </Fields>
          </section>
          <section class="card" aria-labelledby="versions">
            <h2 id="versions">{t("versions")}</h2>
            <ol class="values">
              {versions.map((version, i) => (
                <Version key={version.version ?? ""} version={version} earlier={versions[i + 1]} names={names} />
              ))}
            </ol>
          </section>
          <SightingsCard id={shown.id} names={names} />
          {shown.correlated.length > 0 && (
            <section class="card" aria-labelledby="correlated">
              <h2 id="correlated">{t("correlated")}</h2>
              {shown.correlated.map(({ value, objects, more }) => (
                <div key={value} class="stack">
                  <h3>
                    <Code>{value}</Code>
                  </h3>
                  <ul class="values">
                    {objects.map((other) => (
                      <li key={other.id}>
                        <a href={address("objects", other.id)}>
                          <Code>{other.type}</Code> <bdi>{other.name || other.id.slice(-12)}</bdi>
                        </a>{" "}
                        · <bdi>{names?.get(other.sharer) ?? other.sharer}</bdi>
                      </li>
                    ))}
                  </ul>
                  {more && (
                    <p>
                      <a href={address("search", "", { q: value })}>{t("see-all")}</a>
                    </p>
                  )}
                </div>
              ))}
            </section>
          )}
        </div>
        <div>
          {proven && proven.statement !== null && <ObjectProof statement={proven.statement} position={proven.position ?? 0} />}
        </div>
      </div>
      <Graph id={shown.id} />
      <ReadersCard id={shown.id} names={names} />
    </>
  );
}

export function ObjectRoom({ id }: { id: string }) {
  const { t } = useSpeech();
  const path = `/api/v1/intel/objects/${encodeURIComponent(id)}`;
  const { value: shown, error, again } = useLoaded(path, () => getJson<ShownObject>(path));
  const title = shown ? titleOf(shown.versions[0]?.copies[0]?.object ?? {}) || shown.name || id : id;
  return (
    <>
      <p class="back">
        <a href={address("search")}>{t("room-search")}</a>
      </p>
      <Heading title={`${t("object")} ${title}`}>
        <bdi>{title}</bdi>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!shown && error === undefined && <Loading />}
      {shown && <Content shown={shown} />}
    </>
  );
}
