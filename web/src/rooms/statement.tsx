import { useEffect, useMemo, useState } from "preact/hooks";
import { getJson } from "../api/client";
import { useNames } from "../api/members";
import { nodeSource } from "../api/source";
import type { Statement as Said, StatementAnswer } from "../api/types";
import { useSpeech } from "../i18n";
import { kept } from "../kept";
import { useLoaded } from "../load";
import { memory } from "../memory";
import { AudienceView } from "../parts/audience";
import { Code, Field, Fields, Hash, Heading, Kind, Loading, MemberLink, Moment, ProblemBox } from "../parts/bits";
import { Value } from "../parts/body";
import { Objects } from "../parts/objects";
import { VerdictView } from "../parts/verdict";
import { address } from "../router";
import { parseEnvelope } from "../verify/dsse";
import { boundBy } from "../verify/objects";
import { readPayload, verifyStatement } from "../verify/statement";
import type { Verdict } from "../verify/steps";

const kThorough = "comity.thorough";

interface VerificationProps {
  asked: string;
  answer: StatementAnswer;
  verdict: Verdict | undefined;
  tell: (verdict: Verdict) => void;
}

function Verification({ asked, answer, verdict, tell }: VerificationProps) {
  const { t } = useSpeech();
  const [thorough, setThorough] = useState(kept.getItem(kThorough) === "yes");
  const [turn, setTurn] = useState(0);
  const wide = matchMedia("(min-width: 58rem)").matches; // beside the content; else above it, where it must be short
  useEffect(() => {
    let current = true;
    void verifyStatement(asked, answer, nodeSource, memory, { thorough }, (now) => current && tell(now));
    return () => {
      current = false;
    };
  }, [asked, answer, thorough, turn]);
  const choose = (event: Event) => {
    const { checked } = event.currentTarget as HTMLInputElement;
    kept.setItem(kThorough, checked ? "yes" : "no");
    setThorough(checked);
  };
  return (
    <section class="card verification" aria-labelledby="verification">
      <h2 id="verification">{t("verification")}</h2>
      {verdict && <VerdictView verdict={verdict} passed="verdict-passed-long" unfolded={wide} />}
      <label class="check">
        <input type="checkbox" checked={thorough} onChange={choose} /> <span>{t("thorough")}</span>
      </label>
      <button type="button" disabled={verdict?.state === "running"} onClick={() => setTurn((n) => n + 1)}>
        {t("check-again")}
      </button>
    </section>
  );
}

function Content({ answer, said, failed }: { answer: StatementAnswer; said: Said; failed: boolean }) {
  const { t, number } = useSpeech();
  const names = useNames();
  const base = `/api/v1/statements/${answer.id}`;
  const bound = boundBy(said.body);
  return (
    <>
      {!answer.effective && <p class="notice">{t("effective-not")}</p>}
      <section class={failed ? "card card-failed" : "card"} aria-labelledby="content">
        <h2 id="content">{t("content")}</h2>
        <Fields>
          <Field word="author">
            <MemberLink id={said.author} names={names} />
          </Field>
          <Field word="audience">
            <AudienceView audience={said.audience} />
          </Field>
          <Field word="issued">
            <Moment at={said.issued} /> <span class="quiet">({t("issued-claim")})</span>
          </Field>
          <Field word="witnessed">
            <Moment at={answer.witnessed} />
          </Field>
          <Field word="index">{answer.index === null ? t("elsewhere") : number(answer.index)}</Field>
          <Field word="statement-id">
            <Hash value={answer.id} />
          </Field>
        </Fields>
        {said.custody && <p class="notice">{t("in-custody")}</p>}
        <hr />
        <Value value={said.body} />
      </section>
      {bound && <Objects id={answer.id} bound={bound} failed={failed} />}
      {said.attachments && said.attachments.length > 0 && (
        <section class="card" aria-labelledby="attachments">
          <h2 id="attachments">{t("attachments")}</h2>
          <ul class="values">
            {said.attachments.map((attachment) => (
              <li key={attachment.sha256}>
                <a href={`${base}/attachments/${attachment.sha256}`} download={attachment.name}>
                  <bdi>{attachment.name || attachment.sha256.slice(0, 12)}</bdi>
                </a>{" "}
                <span class="quiet">
                  <Code>{attachment.type}</Code> · {number(attachment.size)} B
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="card" aria-labelledby="raw">
        <h2 id="raw">{t("raw")}</h2>
        <details>
          <summary>{t("raw-payload")}</summary>
          <pre dir="ltr">{JSON.stringify(said, null, 2)}</pre>
        </details>
        <details>
          <summary>{t("raw-envelope")}</summary>
          <pre dir="ltr">{JSON.stringify(answer.envelope, null, 2)}</pre>
        </details>
        <p class="links">
          <a href={`${base}/envelope`} download={`${answer.id.slice(0, 12)}.dsse.json`}>
            {t("download-envelope")}
          </a>
          {answer.index !== null && (
            <a href={`${base}/proof`} download={`${answer.id.slice(0, 12)}.tlog-proof`}>
              {t("download-proof")}
            </a>
          )}
        </p>
        <p class="quiet">
          {t("offline-hint")} <Code>comity log verify</Code>
        </p>
      </section>
    </>
  );
}

// What is shown comes from the envelope: the bytes that were signed, not the node's copy of them.
function saidIn(answer: StatementAnswer): { said?: Said; error?: unknown } {
  try {
    const said = readPayload(parseEnvelope(answer.envelope)) as unknown as Said;
    return typeof said.audience?.tlp === "string" && typeof said.author === "string" ? { said } : { error: new Error("payload") };
  } catch (error) {
    return { error };
  }
}

export function Statement({ id }: { id: string }) {
  const { t, has } = useSpeech();
  const path = `/api/v1/statements/${encodeURIComponent(id)}`;
  const { value: answer, error, again } = useLoaded(path, () => getJson<StatementAnswer>(path));
  const { said, error: broken } = useMemo(() => (answer ? saidIn(answer) : {}), [answer]);
  const [verdict, setVerdict] = useState<Verdict>();
  const kind = `kind-${said?.type ?? ""}`;
  return (
    <>
      <p class="back">
        <a href={address("log")}>{t("the-log")}</a>
      </p>
      <Heading title={`${has(kind) ? t(kind) : t("statement")} ${id.slice(0, 8)}`}>
        {said ? <Kind type={said.type} /> : t("statement")} <Code>{id.slice(0, 8)}</Code>
      </Heading>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!answer && error === undefined && <Loading />}
      {answer && (
        <div class="columns statement">
          <div>
            {broken !== undefined && <ProblemBox error={broken} />}
            {said && <Content answer={answer} said={said} failed={verdict?.state === "failed"} />}
          </div>
          <div>
            <Verification asked={id.toLowerCase()} answer={answer} verdict={verdict} tell={setVerdict} />
          </div>
        </div>
      )}
    </>
  );
}
