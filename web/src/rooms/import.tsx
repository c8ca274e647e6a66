import { useState } from "preact/hooks";
import { postText, query } from "../api/client";
import type { Audience, Tlp, Understood } from "../api/types";
import { useSpeech } from "../i18n";
import { AudienceView } from "../parts/audience";
import { Code, Field, Fields, Heading, Loading, ProblemBox, StatementLink } from "../parts/bits";
import { titleOf } from "../parts/title";
import { address } from "../router";
import { openKey, say } from "../say";
import { useSession } from "../session";
import { rawStatements } from "../verify/objects";

const kLabels: readonly Tlp[] = ["clear", "green", "amber"];
const kShown = 100; // lines of each list

interface Looked {
  answer: Understood;
  raw: string[][]; // each statement's objects, their bytes
}

function Lines({ word, items }: { word: "import-not-understood" | "import-left-out"; items: { line: number; text: string; why: string }[] }) {
  const { t } = useSpeech();
  if (items.length === 0) return null;
  return (
    <section aria-labelledby={word}>
      <h3 id={word}>{t(word)}</h3>
      <ul class="values">
        {items.slice(0, kShown).map(({ line, text, why }) => (
          <li key={`${line} ${text}`}>
            {t("import-line", { n: line })}: <Code>{text}</Code> <span class="quiet">{why}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Preview({ looked }: { looked: Looked }) {
  const { t, number } = useSpeech();
  const { preview, statements } = looked.answer;
  return (
    <section class="card" aria-labelledby="preview">
      <h2 id="preview">{t("import-understood")}</h2>
      <Fields>
        <Field word="import-kind">
          <Code>{preview.kind}</Code> <bdi>{preview.title}</bdi>
        </Field>
        <Field word="import-count">{number(preview.objects)}</Field>
        {Object.entries(preview.kinds).map(([kind, n]) => (
          <Field key={kind} name={<Code>{kind}</Code>}>
            {number(n)}
          </Field>
        ))}
      </Fields>
      <Lines word="import-not-understood" items={preview.not_understood} />
      <Lines word="import-left-out" items={preview.left_out} />
      {preview.lost.length > 0 && (
        <section aria-labelledby="lost">
          <h3 id="lost">{t("import-lost")}</h3>
          <ul class="values">
            {preview.lost.slice(0, kShown).map(({ path, why }) => (
              <li key={path + why}>
                <Code>{path}</Code> <span class="quiet">{why}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {statements.length === 0 && <p class="notice">{t("import-nothing")}</p>}
      {statements.map(({ audience, objects }, i) => (
        <details key={i}>
          <summary>
            {t("objects-count", { n: objects.length })} · <AudienceView audience={audience} />
          </summary>
          <ol class="objects">
            {objects.slice(0, kShown).map((object, n) => (
              <li key={n}>
                <Code>
                  <b>{String(object["type"])}</b> {titleOf(object)}
                </Code>
              </li>
            ))}
          </ol>
        </details>
      ))}
    </section>
  );
}

function Sign({ looked, member }: { looked: Looked; member: string }) {
  const { t } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [shared, setShared] = useState<string[]>([]);
  const share = async (event: SubmitEvent) => {
    event.preventDefault();
    const file = new FormData(event.currentTarget as HTMLFormElement).get("key");
    if (!(file instanceof File)) return;
    setBusy(true);
    setError(undefined);
    try {
      const signer = await openKey(file, member, t("import-bad-key"));
      const ids: string[] = [];
      for (const [i, { audience }] of looked.answer.statements.entries()) {
        const body = looked.answer.preview.title ? { title: looked.answer.preview.title.slice(0, 60) } : {};
        const answer = await say(signer, { type: "intelligence.share", audience, body, objects: looked.raw[i] ?? [] });
        ids.push(answer.id);
        setShared([...ids]);
      }
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  if (shared.length > 0 && !busy && error === undefined) {
    return (
      <section class="notice" role="status">
        <p>
          {t("import-shared")}: {shared.map((id) => [<StatementLink key={id} id={id} />, " "])}
        </p>
      </section>
    );
  }
  return (
    <section class="card" aria-label={t("import-sign")}>
      <form class="stack" onSubmit={(event) => void share(event)}>
        <label for="import-key">{t("import-key")}</label>
        <input id="import-key" name="key" type="file" required />
        <button type="submit" class="primary" disabled={busy}>
          {t("import-sign")}
        </button>
      </form>
      {busy && <Loading />}
      {error !== undefined && <ProblemBox error={error} />}
    </section>
  );
}

export function Import() {
  const { t } = useSpeech();
  const session = useSession();
  const member = session.account?.split("@")[1] ?? "";
  const [tlp, setTlp] = useState<Tlp>("green");
  const [members, setMembers] = useState("");
  const [looked, setLooked] = useState<Looked>();
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const [error, setError] = useState<unknown>();

  const look = async (document: Blob | string) => {
    setBusy(true);
    setError(undefined);
    setLooked(undefined);
    const names = members.split(",").map((name) => name.trim()).filter((name) => name !== "");
    const audience: Audience = tlp === "amber" ? { tlp, members: names } : { tlp };
    try {
      const text = await postText(`/api/v1/intel/understand${query({ audience: JSON.stringify(audience) })}`, document);
      setLooked({ answer: JSON.parse(text) as Understood, raw: rawStatements(text) });
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  const paste = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const file = data.get("file");
    const text = String(data.get("text") ?? "");
    void look(file instanceof File && file.size > 0 ? file : text);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    void (file ? look(file) : look(event.dataTransfer?.getData("text/plain") ?? ""));
  };
  return (
    <>
      <Heading title={t("room-import")}>{t("room-import")}</Heading>
      <p class="lead">{t("import-is")}</p>
      {session.account === null ? (
        <p class="notice">
          <a href={address("login")}>{t("import-login")}</a>
        </p>
      ) : (
        <>
          <form class="card stack" onSubmit={paste}>
            <label for="import-tlp">{t("audience")}</label>
            <select id="import-tlp" value={tlp} onChange={(event) => setTlp(event.currentTarget.value as Tlp)}>
              {kLabels.map((label) => (
                <option key={label} value={label}>
                  TLP:{label.toUpperCase()}
                </option>
              ))}
            </select>
            {tlp === "amber" && (
              <>
                <label for="import-members">{t("import-members")}</label>
                <input id="import-members" dir="ltr" required value={members} onInput={(event) => setMembers(event.currentTarget.value)} />
              </>
            )}
            <label for="import-file">{t("import-file")}</label>
            <div
              class={over ? "drop drop-over" : "drop"} onDragOver={(event) => (event.preventDefault(), setOver(true))}
              onDragLeave={() => setOver(false)} onDrop={drop}
            >
              <input id="import-file" name="file" type="file" />
            </div>
            <label for="import-text">{t("import-text")}</label>
            <textarea id="import-text" name="text" rows={6} dir="auto" spellcheck={false} />
            <button type="submit" class="primary" disabled={busy}>
              {t("import-look")}
            </button>
          </form>
          {busy && <Loading />}
          {error !== undefined && <ProblemBox error={error} />}
          {looked && <Preview looked={looked} />}
          {looked && looked.answer.statements.length > 0 && <Sign looked={looked} member={member} />}
        </>
      )}
    </>
  );
}
