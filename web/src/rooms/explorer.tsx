import { useState } from "preact/hooks";
import { useNames } from "../api/members";
import type { Listed } from "../api/types";
import { useSpeech } from "../i18n";
import { usePages } from "../load";
import { Heading, PagesEnd } from "../parts/bits";
import { StatementList } from "../parts/statements";
import { address, go, type Place } from "../router";

const kTypes = [
  "governance.charter",
  "governance.admission",
  "governance.key-addition",
  "governance.key-revocation",
  "governance.departure",
  "governance.recovery",
  "governance.recovery-request",
  "governance.recovery-veto",
  "governance.group",
  "governance.procedure",
  "governance.proposal",
  "governance.comment",
  "governance.endorsement",
  "governance.opening",
  "governance.ballot",
  "governance.proxy",
  "governance.declaration",
  "governance.answer",
  "governance.certification",
  "governance.accession",
  "governance.conformity",
  "governance.review",
  "governance.suspension",
  "intelligence.share",
  "intelligence.marking",
  "intelligence.withdrawal",
  "intelligence.collection",
  "development.dataset",
  "development.membership",
  "development.index",
] as const;

function OpenForm() {
  const { t } = useSpeech();
  const [bad, setBad] = useState(false);
  const open = (event: SubmitEvent) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget as HTMLFormElement).get("id");
    const id = String(text ?? "").trim().toLowerCase();
    const good = /^[0-9a-f]{8,64}$/.test(id);
    setBad(!good);
    if (good) go(address("statements", id));
  };
  return (
    <form class="open" onSubmit={open} noValidate>
      <label for="open-id">{t("open-statement")}</label>
      <div class="joined">
        <input
          id="open-id" name="id" dir="ltr" autocomplete="off" autocapitalize="none" spellcheck={false}
          aria-describedby="open-hint" aria-invalid={bad}
        />
        <button type="submit">{t("open")}</button>
      </div>
      <p id="open-hint" class={bad ? "why" : "quiet"} aria-live="polite">
        {t(bad ? "bad-id" : "open-hint")}
      </p>
    </form>
  );
}

export function Explorer({ place }: { place: Place }) {
  const { t } = useSpeech();
  const names = useNames();
  const chosen = {
    type: place.query.get("type") ?? "",
    author: place.query.get("author") ?? "",
    order: place.query.get("order") ?? "",
  };
  const pages = usePages<Listed>("/api/v1/statements", { ...chosen, limit: 50 });
  const choose = (name: string) => (event: Event) =>
    go(address("log", "", { ...chosen, [name]: (event.currentTarget as HTMLSelectElement).value }));
  const authors = [...(names ?? new Map<string, string>())];
  if (chosen.author && !names?.has(chosen.author)) authors.push([chosen.author, chosen.author]);
  return (
    <>
      <Heading title={t("room-log")}>{t("the-log")}</Heading>
      <p class="lead">{t("explorer-is")}</p>
      <section class="card tools">
        <OpenForm />
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            <span>{t("type")}</span>
            <select value={chosen.type} onChange={choose("type")}>
              <option value="">{t("type-all")}</option>
              {kTypes.map((type) => (
                <option key={type} value={type}>
                  {t(`kind-${type}`)}
                </option>
              ))}
              {chosen.type && !kTypes.some((type) => type === chosen.type) && <option value={chosen.type}>{chosen.type}</option>}
            </select>
          </label>
          <label>
            <span>{t("author")}</span>
            <select value={chosen.author} onChange={choose("author")}>
              <option value="">{t("author-all")}</option>
              {authors.map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{t("order")}</span>
            <select value={chosen.order} onChange={choose("order")}>
              <option value="">{t("order-desc")}</option>
              <option value="asc">{t("order-asc")}</option>
            </select>
          </label>
        </form>
      </section>
      <section class="card" aria-label={t("room-log")}>
        {pages.items && pages.items.length > 0 && <StatementList items={pages.items} names={names} />}
        <PagesEnd pages={pages} nothing="nothing" />
      </section>
    </>
  );
}
