// The figures of a year on the world: every country and territory is there, small ones as points, those without a figure hatched.
import { useMemo } from "preact/hooks";
import { useSpeech } from "../i18n";
import { world } from "../world";
import { kHeight, kWidth } from "../world/projection";
import type { Cell } from "./answers";
import { usePlaceNames } from "./names";
import { kSteps, stepOf } from "./scale";

interface WorldMapProps {
  label: string;
  cells: ReadonlyMap<string, Cell>;
  limits: readonly number[];
  unit: string;
  choose(code: string): void;
}

export function WorldMap({ label, cells, limits, unit, choose }: WorldMapProps) {
  const { t, number } = useSpeech();
  const names = usePlaceNames();
  const look = (code: string) => {
    const cell = cells.get(code);
    return cell ? `step-${Math.round((stepOf(cell.value, limits) * (kSteps - 1)) / Math.max(1, limits.length))}` : "step-none";
  };
  const title = (code: string, name: string) => {
    const cell = cells.get(code);
    return `${names(code, name)}: ${cell ? `${number(Math.round(cell.value * 100) / 100)} ${unit}` : t("no-figure")}`;
  };
  const picked = (event: Event) => {
    const code = (event.target as Element).closest("[data-code]")?.getAttribute("data-code");
    if (code) choose(code);
  };
  const ends = useMemo(() => [-Infinity, ...limits, Infinity], [limits]);
  const round = (value: number) => number(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
  return (
    <figure class="world">
      <svg viewBox={`0 0 ${kWidth} ${kHeight}`} role="img" aria-label={label} dir="ltr" onClick={picked}>
        <defs>
          <pattern id="no-figure" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="hatch-ground" width="5" height="5" />
            <line class="hatch" x1="0" y1="0" x2="0" y2="5" />
          </pattern>
        </defs>
        {world.outlines.map(({ code, name, path }, i) => (
          <path key={i} class={`land ${code ? look(code) : "step-none"}`} d={path} {...(code ? { "data-code": code } : {})}>
            <title>{code ? title(code, name) : name}</title>
          </path>
        ))}
        {world.spots.map(({ code, at: [x, y] }) => (
          <circle key={code} class={`spot ${look(code)}`} cx={x.toFixed(1)} cy={y.toFixed(1)} r="4" data-code={code}>
            <title>{title(code, code)}</title>
          </circle>
        ))}
      </svg>
      <figcaption class="legend">
        <span class="quiet">{unit}</span>
        {ends.slice(0, -1).map((from, i) => {
          const to = ends[i + 1] as number;
          const step = Math.round((i * (kSteps - 1)) / Math.max(1, limits.length));
          return (
            <span key={i}>
              <span class={`swatch step-${step}`} aria-hidden="true" />
              {from === -Infinity ? `< ${round(to)}` : to === Infinity ? `≥ ${round(from)}` : `${round(from)} – ${round(to)}`}
            </span>
          );
        })}
        <span>
          <span class="swatch step-none" aria-hidden="true" />
          {t("no-figure")}
        </span>
      </figcaption>
    </figure>
  );
}
