// Who has seen an object, over time.
import type { Sightings } from "../api/alerts";
import { getJson } from "../api/client";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Field, Fields, MemberLink, Moment } from "./bits";

const kDaysShown = 60;

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

export function SightingsCard({ id, names }: { id: string; names: ReadonlyMap<string, string> | undefined }) {
  const { t, date } = useSpeech();
  const path = `/api/v1/intel/objects/${encodeURIComponent(id)}/sightings`;
  const { value: seen } = useLoaded(path, () => getJson<Sightings>(path));
  if (!seen) return null;
  const weeks = seen.private.filter((week): week is { week: string; members: number } => week.members !== null);
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
      {weeks.length > 0 && (
        <>
          <p class="quiet">{t("seen-privately")}</p>
          <Bars name={t("seen-privately")} bars={weeks.map(({ week, members }) => ({ key: week, label: date(week), members }))} />
        </>
      )}
    </section>
  );
}
