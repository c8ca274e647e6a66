// Who has seen an object, over time and where in the world; and what was seen lately at all.
import type { SeenPlace, SeenRegion, Sightings, SightingsOverview } from "../api/alerts";
import { getJson } from "../api/client";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { address } from "../router";
import { Code, Field, Fields, MemberLink, Moment } from "./bits";
import { lazy } from "./lazy";

const SeenMap = lazy(async () => (await import("./seen_map")).SeenMap);

const kDaysShown = 60;
const kOverviewDays = 90;
// Not left to the browser: those that know all countries' names need not know the continents'.
const kRegions = ["africa", "americas", "asia", "europe", "oceania", "global"] as const;

function Bars({ name, bars }: { name: string; bars: readonly { key: string; label: string; members: number }[] }) {
  const { number } = useSpeech();
  const most = Math.max(1, ...bars.map(({ members }) => members));
  return (
    <ul class="bars" aria-label={name}>
      {bars.map(({ key, label, members }) => (
        <li key={key}>
          <span>{label}</span>
          <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect width={(100 * members) / most} height="8" />
          </svg>
          <span class="bar-number">{number(members)}</span>
        </li>
      ))}
    </ul>
  );
}

function useRegionNames(): (region: string) => string {
  const { t } = useSpeech();
  return (region) => {
    const known = kRegions.find((one) => one === region);
    return t(known ? `region-${known}` : "region-unknown");
  };
}

function Where({ regions, places, members }: { regions: readonly SeenRegion[]; places: readonly SeenPlace[]; members: number }) {
  const { t } = useSpeech();
  const nameOf = useRegionNames();
  if (!regions.some(({ region }) => region !== "unknown")) return null;
  return (
    <>
      <Bars name={t("seen-by-region")} bars={regions.map(({ region, members: n }) => ({ key: region, label: nameOf(region), members: n }))} />
      {places.length > 0 && <SeenMap places={places} members={members} />}
    </>
  );
}

// What members have seen of late, by day and by region.
export function SeenCard() {
  const { t, date, number } = useSpeech();
  const path = `/api/v1/sightings?days=${kOverviewDays}`;
  const { value: seen } = useLoaded(path, () => getJson<SightingsOverview>(path));
  if (!seen || seen.objects === 0) return null;
  return (
    <section class="card" aria-labelledby="seen-lately">
      <h2 id="seen-lately">{t("seen-lately")}</h2>
      <p class="quiet">{t("seen-lately-are", { days: number(kOverviewDays), objects: number(seen.objects), members: number(seen.sighted_by) })}</p>
      <Bars name={t("seen-over-time")} bars={seen.days.slice(-kDaysShown).map(({ day, members }) => ({ key: day, label: date(day), members }))} />
      <Where regions={seen.regions} places={seen.places} members={seen.sighted_by} />
      <h3>{t("seen-most")}</h3>
      <ol class="values">
        {seen.seen.slice(0, 10).map(({ id, members }) => (
          <li key={id}>
            <a href={address("objects", id)}>
              <Code>{id}</Code>
            </a>{" "}
            · {t("seen-members", { n: number(members) })}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function SightingsCard({ id, names }: { id: string; names: ReadonlyMap<string, string> | undefined }) {
  const { t, date, number } = useSpeech();
  const path = `/api/v1/intel/objects/${encodeURIComponent(id)}/sightings`;
  const { value: seen } = useLoaded(path, () => getJson<Sightings>(path));
  if (!seen) return null;
  const weeks = seen.private.filter((week): week is Sightings["private"][number] & { members: number } => week.members !== null);
  if (seen.sighted_by === 0 && seen.false_by === 0 && weeks.length === 0 && seen.own.length === 0) return null;
  return (
    <section class="card" aria-labelledby="sightings">
      <h2 id="sightings">{t("sightings")}</h2>
      <Fields>
        {seen.first_seen && (
          <Field word="first-seen">
            <Moment at={seen.first_seen} day />
          </Field>
        )}
        {seen.last_seen && (
          <Field word="last-seen">
            <Moment at={seen.last_seen} day />
          </Field>
        )}
        <Field word="seen-by">
          {seen.members.map(({ member }) => (
            <span key={member}>
              <MemberLink id={member} names={names} />{" "}
            </span>
          ))}
          <span class="quiet">{t("seen-times", { n: seen.count })}</span>
        </Field>
      </Fields>
      {seen.days.length > 0 && (
        <Bars name={t("seen-over-time")} bars={seen.days.slice(-kDaysShown).map(({ day, members }) => ({ key: day, label: date(day), members }))} />
      )}
      <Where regions={seen.regions} places={seen.places} members={seen.sighted_by} />
      {weeks.length > 0 && (
        <>
          <p class="quiet">{t("seen-privately")}</p>
          <Bars
            name={t("seen-privately")}
            bars={weeks.map(({ week, members, among }) => ({
              key: week,
              label: among === null ? date(week) : t("seen-week-together", { week: date(week), n: number(among) }),
              members,
            }))}
          />
        </>
      )}
    </section>
  );
}
