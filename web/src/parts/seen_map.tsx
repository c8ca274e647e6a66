// Where members have seen something: the countries and territories that they stand for, by how many. The bars beside it say the same of all regions.
import { useMemo } from "preact/hooks";
import type { SeenPlace } from "../api/alerts";
import { usePlaceNames } from "../divide/names";
import { useSpeech } from "../i18n";
import { world } from "../world";
import { kHeight, kWidth } from "../world/projection";

const kShades = 4;

// 0: the fewest, kShades - 1: the most. Equal numbers have equal shades.
export function shadeOf(members: number, most: number): number {
  return Math.ceil((members * kShades) / most) - 1;
}

export function SeenMap({ places, members }: { places: readonly SeenPlace[]; members: number }) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const counts = useMemo(() => new Map(places.map((one) => [one.place, one.members])), [places]);
  const most = Math.max(1, ...counts.values());
  const shown = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const label = (code: string, name: string) => `${names(code, name)}: ${t("seen-members", { n: number(counts.get(code) ?? 0) })}`;
  // Of a country of several outlines the largest is reached by the keyboard.
  const first = new Map<string, number>();
  world.outlines.forEach(({ code, path }, i) => {
    const known = code ? first.get(code) : undefined;
    if (code && (known === undefined || path.length > (world.outlines[known]?.path.length ?? 0))) first.set(code, i);
  });
  return (
    <figure class="world seen-map">
      <svg viewBox={`0 0 ${kWidth} ${kHeight}`} role="group" aria-label={t("seen-map-is")} dir="ltr">
        {world.outlines.map(({ code, name, path }, i) => {
          const n = code ? counts.get(code) : undefined;
          if (!code || !n) return <path key={i} class="land land-none" d={path} aria-hidden="true" />;
          const focus = first.get(code) === i ? { tabindex: 0, role: "img" as const, "aria-label": label(code, name) } : { "aria-hidden": true as const };
          return (
            <path key={i} class={`land seen-${shadeOf(n, most)}`} d={path} data-place={code} {...focus}>
              <title>{label(code, name)}</title>
            </path>
          );
        })}
        {world.spots.map(({ code, at: [x, y] }) => {
          const n = counts.get(code);
          return n ? (
            <circle key={code} class={`spot seen-${shadeOf(n, most)}`} cx={x.toFixed(1)} cy={y.toFixed(1)} r="4" data-place={code} tabindex={0} role="img" aria-label={label(code, code)}>
              <title>{label(code, code)}</title>
            </circle>
          ) : null;
        })}
      </svg>
      <figcaption class="legend">
        <span class="quiet">{t("seen-map-shown", { n: number(shown), of: number(members) })}</span>
      </figcaption>
    </figure>
  );
}
