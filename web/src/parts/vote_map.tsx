// The roll call on the world: what the members of each country and territory have voted. The table below says the same of all.
import { useMemo } from "preact/hooks";
import { type Choice, kChoices, type RollCallLine } from "../api/governance";
import { usePlaceNames } from "../divide/names";
import { useSpeech } from "../i18n";
import { world } from "../world";
import { kHeight, kWidth } from "../world/projection";

export interface MemberPlace {
  member: string;
  region: string;
  place?: string;
}

type Mark = Choice | "mixed";

// By place, its members' lines, and one mark for all of them.
export function votesByPlace(lines: readonly RollCallLine[], places: readonly MemberPlace[]): Map<string, { mark: Mark; lines: RollCallLine[] }> {
  const placeOf = new Map(places.map(({ member, place }) => [member, place]));
  const found = new Map<string, { mark: Mark; lines: RollCallLine[] }>();
  for (const line of lines) {
    const place = placeOf.get(line.member);
    if (!place) continue;
    const known = found.get(place);
    if (!known) found.set(place, { mark: line.vote, lines: [line] });
    else {
      known.lines.push(line);
      // Who was absent does not turn a country's vote into a mixed one.
      if (known.mark === "absent") known.mark = line.vote;
      else if (line.vote !== "absent" && line.vote !== known.mark) known.mark = "mixed";
    }
  }
  return found;
}

export function VoteMap({ lines, places }: { lines: readonly RollCallLine[]; places: readonly MemberPlace[] }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const votes = useMemo(() => votesByPlace(lines, places), [lines, places]);
  const shown = [...votes.values()].reduce((sum, one) => sum + one.lines.length, 0);
  const label = (code: string, name: string) => {
    const said = (votes.get(code)?.lines ?? []).map((line) => `${line.name}: ${t(line.recused ? "recused" : `choice-${line.vote}`)}`);
    return `${names(code, name)} – ${said.join("; ")}`;
  };
  // Of a country of several outlines the largest is reached by the keyboard.
  const first = new Map<string, number>();
  world.outlines.forEach(({ code, path }, i) => {
    const known = code ? first.get(code) : undefined;
    if (code && (known === undefined || path.length > (world.outlines[known]?.path.length ?? 0))) first.set(code, i);
  });
  return (
    <figure class="world vote-map">
      <svg viewBox={`0 0 ${kWidth} ${kHeight}`} role="group" aria-label={t("vote-map-is")} dir="ltr">
        <defs>
          <pattern id="vote-mixed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="vote-mixed-ground" width="6" height="6" />
            <line class="vote-mixed-line" x1="0" y1="0" x2="0" y2="6" />
          </pattern>
        </defs>
        {world.outlines.map(({ code, name, path }, i) => {
          const vote = code ? votes.get(code) : undefined;
          if (!code || !vote) return <path key={i} class="land land-none" d={path} aria-hidden="true" />;
          const focus = first.get(code) === i ? { tabindex: 0, role: "img" as const, "aria-label": label(code, name) } : { "aria-hidden": true as const };
          return (
            <path key={i} class={`land land-${vote.mark}`} d={path} data-place={code} data-vote={vote.mark} {...focus}>
              <title>{label(code, name)}</title>
            </path>
          );
        })}
        {world.spots.map(({ code, at: [x, y] }) => {
          const vote = votes.get(code);
          return vote ? (
            <circle key={code} class={`spot land-${vote.mark}`} cx={x.toFixed(1)} cy={y.toFixed(1)} r="4" data-place={code} data-vote={vote.mark} tabindex={0} role="img" aria-label={label(code, code)}>
              <title>{label(code, code)}</title>
            </circle>
          ) : null;
        })}
      </svg>
      <figcaption class="legend">
        {[...kChoices, "mixed" as const]
          .filter((mark) => [...votes.values()].some((one) => one.mark === mark))
          .map((mark) => (
            <span key={mark}>
              <span class={`key key-${mark}`} aria-hidden="true" /> {t(mark === "mixed" ? "vote-mixed" : `choice-${mark}`)}
            </span>
          ))}
        <span class="quiet">{t("vote-map-shown", { n: number(shown), of: number(lines.length) })}</span>
      </figcaption>
    </figure>
  );
}
