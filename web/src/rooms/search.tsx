import { useNames } from "../api/members";
import type { Found } from "../api/types";
import { useSpeech } from "../i18n";
import { usePages } from "../load";
import { Code, Heading, Moment, PagesEnd, TlpMark } from "../parts/bits";
import { titleOf } from "../parts/title";
import { address, go, type Place } from "../router";

const kTypes = [
  "attack-pattern", "autonomous-system", "campaign", "course-of-action", "domain-name", "email-addr", "file", "grouping", "identity",
  "indicator", "infrastructure", "intrusion-set", "ipv4-addr", "ipv6-addr", "location", "malware", "malware-analysis", "note",
  "observed-data", "opinion", "relationship", "report", "sighting", "threat-actor", "tool", "url", "vulnerability",
] as const;
const kLabels = ["clear", "green", "amber", "amber+strict", "red"] as const;

function FoundRow({ item, names }: { item: Found; names: ReadonlyMap<string, string> | undefined }) {
  const { t, number } = useSpeech();
  return (
    <li>
      <a class="row" href={address("objects", item.id)}>
        <span class="row-main">
          <strong>
            <bdi>{titleOf(item.object) || item.id}</bdi>
          </strong>
          <span class="row-by">
            <Code>{item.type}</Code> · <bdi>{names?.get(item.sharer) ?? item.sharer}</bdi>
          </span>
        </span>
        <span class="row-side">
          <TlpMark label={item.audience.tlp} />
          <Moment at={item.added} />
          <span class="row-index">
            {t("confidence")} {number(item.confidence.now)}
          </span>
        </span>
      </a>
    </li>
  );
}

export function Search({ place }: { place: Place }) {
  const { t } = useSpeech();
  const names = useNames();
  const chosen = {
    q: place.query.get("q") ?? "",
    type: place.query.get("type") ?? "",
    source: place.query.get("source") ?? "",
    tlp: place.query.get("tlp") ?? "",
  };
  const pages = usePages<Found>("/api/v1/intel/search", { ...chosen, limit: 50 });
  const choose = (name: string) => (event: Event) =>
    go(address("search", "", { ...chosen, [name]: (event.currentTarget as HTMLSelectElement).value }));
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget as HTMLFormElement).get("q");
    go(address("search", "", { ...chosen, q: String(text ?? "").trim() }));
  };
  return (
    <>
      <Heading title={chosen.q ? `${t("room-search")}: ${chosen.q}` : t("room-search")}>{t("room-search")}</Heading>
      <p class="lead">{t("search-is")}</p>
      <section class="card tools">
        <form class="open" onSubmit={search} role="search">
          <label for="search-q">{t("search-for")}</label>
          <div class="joined">
            <input
              key={chosen.q} id="search-q" name="q" dir="auto" defaultValue={chosen.q} autocomplete="off" autocapitalize="none"
              spellcheck={false} maxLength={2000} aria-describedby="search-hint"
            />
            <button type="submit">{t("room-search")}</button>
          </div>
          <p id="search-hint" class="quiet">
            {t("search-hint")}
          </p>
        </form>
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            <span>{t("type")}</span>
            <select value={chosen.type} onChange={choose("type")}>
              <option value="">{t("type-all")}</option>
              {kTypes.map((type) => (
                <option key={type} value={type}>
                  {type}
                </option>
              ))}
              {chosen.type && !kTypes.some((type) => type === chosen.type) && <option value={chosen.type}>{chosen.type}</option>}
            </select>
          </label>
          <label>
            <span>{t("source")}</span>
            <select value={chosen.source} onChange={choose("source")}>
              <option value="">{t("source-all")}</option>
              {[...(names ?? new Map<string, string>())].map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
              {chosen.source && !names?.has(chosen.source) && <option value={chosen.source}>{chosen.source}</option>}
            </select>
          </label>
          <label>
            <span>{t("audience")}</span>
            <select value={chosen.tlp} onChange={choose("tlp")}>
              <option value="">{t("tlp-all")}</option>
              {kLabels.map((label) => (
                <option key={label} value={label}>
                  TLP:{label.toUpperCase()}
                </option>
              ))}
            </select>
          </label>
        </form>
      </section>
      <section class="card" aria-label={t("objects")}>
        {pages.items && pages.items.length > 0 && (
          <ol class="rows found">
            {pages.items.map((item) => (
              <FoundRow key={item.added} item={item} names={names} />
            ))}
          </ol>
        )}
        <PagesEnd pages={pages} nothing="search-nothing" />
      </section>
    </>
  );
}
