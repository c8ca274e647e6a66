// Points, or a line through them, over two numbers. The table beside it says the same.
import { useSpeech } from "../i18n";
import { ticksOf } from "./scale";

const [kWide, kHigh] = [640, 300];
const [kLeft, kRight, kTop, kBottom] = [64, 14, 12, 44];

export interface XyPoint {
  name: string;
  x: number;
  y: number;
}
interface XyChartProps {
  label: string;
  xName: string;
  yName: string;
  points: readonly XyPoint[];
  joined?: boolean;
}

export function XyChart({ label, xName, yName, points, joined = false }: XyChartProps) {
  const { number, language } = useSpeech();
  if (points.length === 0) return null;
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const [xTicks, yTicks] = [ticksOf(Math.min(...xs), Math.max(...xs)), ticksOf(Math.min(0, ...ys), Math.max(...ys))];
  const ends = (ticks: readonly number[]) => [ticks[0] as number, ticks[ticks.length - 1] as number] as const;
  const [[left, right], [low, high]] = [ends(xTicks), ends(yTicks)];
  const x = (value: number) => kLeft + ((value - left) / (right - left || 1)) * (kWide - kLeft - kRight);
  const y = (value: number) => kHigh - kBottom - ((value - low) / (high - low || 1)) * (kHigh - kTop - kBottom);
  const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 2 });
  const written = (value: number, most: number) => (Math.abs(most) >= 10_000 ? compact.format(value) : number(value));
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${kWide} ${kHigh}`} role="img" aria-label={label} dir="ltr">
        {yTicks.map((tick) => (
          <g key={tick} class="tick">
            <line x1={kLeft} x2={kWide - kRight} y1={y(tick)} y2={y(tick)} />
            <text x={kLeft - 6} y={y(tick) + 4} text-anchor="end">
              {written(tick, high)}
            </text>
          </g>
        ))}
        {xTicks.map((tick) => (
          <text key={tick} class="tick-year" x={x(tick)} y={kHigh - kBottom + 16} text-anchor="middle">
            {written(tick, right)}
          </text>
        ))}
        <text class="tick-year" x={kWide - kRight} y={kHigh - 6} text-anchor="end">
          {xName}
        </text>
        <g class="line line-main">
          {joined && <path d={points.map((point, i) => `${i === 0 ? "M" : "L"}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join("")} />}
          {points.map((point) => (
            <circle key={point.name} cx={x(point.x)} cy={y(point.y)} r="3.4">
              <title>{`${point.name}: ${number(point.x)}, ${number(point.y)}`}</title>
            </circle>
          ))}
        </g>
      </svg>
      <figcaption class="chart-key">{yName}</figcaption>
    </figure>
  );
}
