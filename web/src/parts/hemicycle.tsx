// The roll call as a half circle of seats: sectors by class, filled by vote. The table below it says the same.
import { useMemo } from "preact/hooks";
import type { RollCallLine } from "../api/governance";
import { kClasses } from "../api/types";
import { useSpeech } from "../i18n";
import { hall } from "./seats";

// What a seat shows besides its colour.
const kSigns: Record<RollCallLine["vote"], string> = {
  yes: "M-.5 .05L-.12 .42L.55-.4",
  no: "M-.42-.42L.42 .42M.42-.42L-.42 .42",
  abstain: "M-.5 0H.5",
  attending: "M0-.01V.01",
  absent: "",
};
const kOrder = ["yes", "abstain", "attending", "absent", "no"];

export function Hemicycle({ lines }: { lines: readonly RollCallLine[] }) {
  const { t } = useSpeech();
  const { seats, radius } = useMemo(() => hall(lines.length), [lines.length]);
  const sorted = [...lines].sort(
    (a, b) => kClasses.indexOf(a.class) - kClasses.indexOf(b.class) || kOrder.indexOf(a.vote) - kOrder.indexOf(b.vote) || (a.member < b.member ? -1 : 1),
  );
  // An arc of the class's colour outside of its seats.
  const arcs = kClasses.flatMap((name) => {
    const mine = seats.filter((_, i) => sorted[i]?.class === name).map(({ angle }) => angle);
    if (mine.length === 0) return [];
    const [from, to] = [Math.max(...mine) + radius, Math.min(...mine) - radius];
    const at = (angle: number) => `${(1 + 1.04 * Math.cos(angle)).toFixed(4)} ${(1 - 1.04 * Math.sin(angle)).toFixed(4)}`;
    return [{ name, path: `M${at(from)}A1.04 1.04 0 0 1 ${at(to)}` }];
  });
  return (
    <svg class="hemicycle" viewBox="-0.08 -0.08 2.16 1.14" role="img" aria-label={t("hemicycle-is")} dir="ltr">
      {arcs.map(({ name, path }) => (
        <path key={name} class={`arc arc-${name}`} d={path} />
      ))}
      {sorted.map((line, i) => {
        const seat = seats[i];
        if (!seat) return null;
        const voted = line.recused ? "attending" : line.vote;
        return (
          <g key={line.member} class={`seat seat-${voted}`} transform={`translate(${seat.x.toFixed(4)} ${seat.y.toFixed(4)}) scale(${radius.toFixed(4)})`}>
            <title>{`${line.name}: ${t(line.recused ? "recused" : `choice-${line.vote}`)}`}</title>
            <circle r="1" />
            <path d={kSigns[voted]} />
          </g>
        );
      })}
    </svg>
  );
}
