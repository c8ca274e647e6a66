import { useState } from "preact/hooks";
import { useSpeech } from "../i18n";
import { memory } from "../memory";
import { Code, Field, Fields, Hash, Heading, Moment } from "../parts/bits";
import { LogCheck } from "../parts/log_check";
import { toHex } from "../verify/bytes";
import { Fingerprint } from "./member";

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function Evidence() {
  const { t } = useSpeech();
  const conflict = memory.conflict();
  if (!conflict) return null;
  return (
    <div class="problem" role="alert">
      <p>{t("trust-conflict")}</p>
      <button type="button" onClick={() => download("comity-evidence.txt", `${conflict.before}\n${conflict.now}`)}>
        {t("trust-download")}
      </button>
    </div>
  );
}

function Forget({ done }: { done: () => void }) {
  const { t } = useSpeech();
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <button type="button" onClick={() => setAsked(true)}>
        {t("trust-forget")}
      </button>
    );
  }
  return (
    <div class="notice" role="alert">
      <p>{t("trust-forget-sure")}</p>
      <p class="links">
        <button
          type="button"
          class="danger"
          onClick={() => {
            memory.forget();
            setAsked(false);
            done();
          }}
        >
          {t("trust-forget-yes")}
        </button>
        <button type="button" onClick={() => setAsked(false)}>
          {t("trust-forget-no")}
        </button>
      </p>
    </div>
  );
}

export function Trust() {
  const { t, number } = useSpeech();
  const [, setTurn] = useState(0);
  const [forgotten, setForgotten] = useState(false);
  const pin = memory.pin();
  const seen = memory.seen();
  const checkpoint = memory.seenCheckpoint();
  const refresh = () => setTurn((n) => n + 1);
  return (
    <>
      <Heading title={t("room-trust")}>{t("room-trust")}</Heading>
      <p class="lead">{t("trust-is")}</p>
      <Evidence />
      <section class="card" aria-label={t("room-trust")}>
        {!pin && <p class="quiet">{t(forgotten ? "trust-forgotten" : "trust-nothing")}</p>}
        {pin && (
          <>
            <p class="quiet">{t("trust-compare")}</p>
            <Fields>
              <Field word="trust-log-key">
                <Fingerprint of={pin.key} />
                <Hash value={pin.key} whole />
              </Field>
              <Field word="trust-cosigner">
                <Fingerprint of={pin.cosigner} />
                <Hash value={pin.cosigner} whole />
              </Field>
              <Field word="trust-since">
                <Moment at={pin.since} />
              </Field>
              {pin.community && (
                <Field word="community-id">
                  <Hash value={pin.community} />
                </Field>
              )}
              {seen && checkpoint && (
                <Field word="trust-seen">
                  {number(checkpoint.size)} · <Moment at={seen.at} /> <Code>{toHex(checkpoint.root).slice(0, 16)}…</Code>
                </Field>
              )}
            </Fields>
            <Forget
              done={() => {
                setForgotten(true);
                refresh();
              }}
            />
          </>
        )}
      </section>
      <section class="card" aria-labelledby="check-log">
        <h2 id="check-log">{t("the-log")}</h2>
        <LogCheck done={refresh} />
      </section>
    </>
  );
}
