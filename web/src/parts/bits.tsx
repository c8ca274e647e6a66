// The small things that rooms are made of.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { Tlp } from "../api/types";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import type { Pages } from "../load";
import { address } from "../router";
import { Refusal } from "../verify/refusal";

// The room's heading: the document's title with it, and where the focus goes when a reader has come here by a link.
let entered = false;
export function Heading({ children, title }: { children: ComponentChildren; title: string }) {
  const { t } = useSpeech();
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("title")}`;
  }, [title, t]);
  useEffect(() => {
    if (entered) ref.current?.focus();
    entered = true;
  }, []);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}

export function Loading() {
  const { t } = useSpeech();
  return <p class="loading">{t("loading")}</p>;
}

export function ProblemBox({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useSpeech();
  let [title, detail, request] = [t("problem"), "", ""];
  if (error instanceof Problem) {
    title = error.title || title;
    detail = error.status === 0 ? t("problem-offline") : error.detail;
    request = error.instance;
  } else if (error instanceof Refusal) {
    detail = t(`why-${error.why}`, error.values);
  } else if (error instanceof Error) {
    detail = error.message;
  }
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{title}</strong>
      </p>
      {detail && <p>{detail}</p>}
      {request && (
        <p class="quiet">
          <bdi>{t("problem-number", { id: request })}</bdi>
        </p>
      )}
      {again && (
        <button type="button" onClick={again}>
          {t("try-again")}
        </button>
      )}
    </div>
  );
}

// What stands below a list that comes in pages: that it is empty, under way or could not be had, and the way to more.
export function PagesEnd({ pages, nothing }: { pages: Pages<unknown>; nothing?: Word }) {
  const { t } = useSpeech();
  return (
    <>
      {nothing && pages.items?.length === 0 && pages.error === undefined && <p class="quiet">{t(nothing)}</p>}
      {pages.busy && <Loading />}
      {pages.error !== undefined && <ProblemBox error={pages.error} again={pages.again} />}
      {pages.more && !pages.busy && (
        <button type="button" onClick={pages.next}>
          {t("more")}
        </button>
      )}
    </>
  );
}

// What is written from left to right in every language: hashes, keys, names of logs.
export function Code({ children }: { children: ComponentChildren }) {
  return (
    <bdi class="code" dir="ltr">
      {children}
    </bdi>
  );
}

export function Hash({ value, whole = false }: { value: string; whole?: boolean }) {
  const { t } = useSpeech();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      // not allowed here: the text can still be selected
    }
  };
  return (
    <span class="hash">
      <bdi class="code" dir="ltr" title={value}>
        {whole || value.length < 24 ? value : `${value.slice(0, 12)}…${value.slice(-6)}`}
      </bdi>{" "}
      <button type="button" class="copy" aria-label={`${t("copy")}: ${value.slice(0, 12)}`} onClick={() => void copy()}>
        {copied ? t("copied") : t("copy")}
      </button>
    </span>
  );
}

export function Moment({ at, day = false }: { at: string; day?: boolean }) {
  const { date, time } = useSpeech();
  return <time dateTime={at}>{day ? date(at) : time(at)}</time>;
}

// TLP 2.0: the label is never translated, and has its colour on black.
export function TlpMark({ label }: { label: Tlp }) {
  return (
    <bdi class={`tlp tlp-${label.replace("+", "-")}`} dir="ltr">
      TLP:{label.toUpperCase()}
    </bdi>
  );
}

export function Kind({ type }: { type: string }) {
  const { t, has } = useSpeech();
  const word = `kind-${type}`;
  return has(word) ? <>{t(word)}</> : <Code>{type}</Code>;
}

export function StatementLink({ id, children }: { id: string; children?: ComponentChildren }) {
  return <a href={address("statements", id)}>{children ?? <Code>{id.slice(0, 12)}</Code>}</a>;
}

export function MemberLink({ id, names }: { id: string; names?: ReadonlyMap<string, string> | undefined }) {
  return (
    <a href={address("members", id)}>
      <bdi>{names?.get(id) ?? id}</bdi>
    </a>
  );
}

// A list of named values.
export function Fields({ children }: { children: ComponentChildren }) {
  return <dl class="fields">{children}</dl>;
}
export function Field({ word, name, children }: { word?: Word; name?: ComponentChildren; children: ComponentChildren }) {
  const { t } = useSpeech();
  return (
    <div>
      <dt>{word ? t(word) : name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
