// Lines over years, with a band for what is uncertain. The table beside it says the same.
import { useSpeech } from "../i18n";
import { ticksOf } from "./scale";

const [kWide, kHigh] = [640, 250];
const [kLeft, kRight, kTop, kBottom] = [52, 12, 10, 26];

export interface Line {
  name: string;
  kind: string; // of its looks: line-<kind>
  points: readonly (readonly [number, number])[]; // year, value
  dots?: boolean;
}
interface LineChartProps {
  label: string;
  lines: readonly Line[];
  band?: readonly (readonly [number, number, number])[]; // year, low, high
  bandName?: string;
  least?: number;
  greatest?: number | undefined;
}

export function LineChart({ label, lines, band = [], bandName, least, greatest }: LineChartProps) {
  const { number, language } = useSpeech();
  const years = [...lines.flatMap(({ points }) => points.map(([year]) => year)), ...band.map(([year]) => year)];
  const values = [...lines.flatMap(({ points }) => points.map(([, value]) => value)), ...band.flatMap(([, low, high]) => [low, high])];
  if (years.length === 0) return null;
  const [from, to] = [Math.min(...years), Math.max(...years)];
  const ticks = ticksOf(least ?? Math.min(...values), greatest ?? Math.max(...values));
  const [low, high] = [ticks[0] as number, ticks[ticks.length - 1] as number];
  const x = (year: number) => kLeft + ((year - from) / Math.max(1, to - from)) * (kWide - kLeft - kRight);
  const y = (value: number) => kHigh - kBottom - ((value - low) / (high - low || 1)) * (kHigh - kTop - kBottom);
  const path = (points: Line["points"]) => points.map(([year, value], i) => `${i === 0 ? "M" : "L"}${x(year).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 2 });
  const marks = ticksOf(from, to, 6).filter((year) => Number.isInteger(year) && year >= from && year <= to);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${kWide} ${kHigh}`} role="img" aria-label={label} dir="ltr">
        {ticks.map((tick) => (
          <g key={tick} class="tick">
            <line x1={kLeft} x2={kWide - kRight} y1={y(tick)} y2={y(tick)} />
            <text x={kLeft - 6} y={y(tick) + 4} text-anchor="end">
              {Math.abs(high) >= 10_000 ? compact.format(tick) : number(tick)}
            </text>
          </g>
        ))}
        {marks.map((year) => (
          <text key={year} class="tick-year" x={x(year)} y={kHigh - 7} text-anchor={x(year) > kWide - 40 ? "end" : "middle"}>
            {year}
          </text>
        ))}
        {band.length > 1 && (
          <path class="band" d={`${path(band.map(([year, , top]) => [year, top]))}${path([...band].reverse().map(([year, bottom]) => [year, bottom])).replace("M", "L")}Z`} />
        )}
        {lines.map(({ name, kind, points, dots }) => (
          <g key={name} class={`line line-${kind}`}>
            {points.length > 1 && <path d={path(points)} />}
            {(dots || points.length === 1) && points.map(([year, value]) => <circle key={year} cx={x(year)} cy={y(value)} r="2.6" />)}
          </g>
        ))}
      </svg>
      {(lines.length > 1 || bandName) && (
        <figcaption class="chart-key">
          {lines.map(({ name, kind }) => (
            <span key={name}>
              <svg class={`line line-${kind}`} viewBox="0 0 28 8" aria-hidden="true">
                <path d="M1 4H27" />
              </svg>{" "}
              {name}
            </span>
          ))}
          {bandName && (
            <span>
              <svg viewBox="0 0 28 8" aria-hidden="true">
                <rect class="band" width="28" height="8" />
              </svg>{" "}
              {bandName}
            </span>
          )}
        </figcaption>
      )}
    </figure>
  );
}
