// A plan on the map: places by what connects them, nodes, and the lines between. Told apart by shape and line, not by colour alone.
import { useMemo } from "preact/hooks";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { shapes } from "../world";
import { edgesOf, kTechnologies, type NetworkPlan, type Technology } from "./answers";

const kWide = 640;
const kEdge = 24; // around the outermost place

type Spot = readonly [number, number]; // degrees east and north

// Equirectangular about the middle of the places: true enough over a country.
function projectionOf(spots: readonly Spot[]) {
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
  // Across the antimeridian the west goes on in the east.
  const wraps = Math.max(...xs) - Math.min(...xs) > 180;
  const east = wraps ? xs.map((x) => (x < 0 ? x + 360 : x)) : xs;
  const [west, south, north] = [Math.min(...east), Math.min(...ys), Math.max(...ys)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const width = Math.max(0.02, (Math.max(...east) - west) * squeeze);
  const height = Math.max(0.02, north - south);
  const scale = Math.min((kWide - 2 * kEdge) / width, (kWide - 2 * kEdge) / height);
  const tall = Math.max(160, height * scale + 2 * kEdge);
  const left = (kWide - width * scale) / 2;
  const at = ([x, y]: Spot): [number, number] => [left + ((wraps && x < 0 ? x + 360 : x) - west) * squeeze * scale, (tall - height * scale) / 2 + (north - y) * scale];
  return { at, tall };
}

// A shape each: circle, triangle, square, diamond; a ring for who is not reached.
function Mark({ technology, at: [x, y], size }: { technology: Technology | null; at: readonly [number, number]; size: number }) {
  const [r, look] = [size, `site site-${technology ?? "none"}`];
  switch (technology) {
    case "cellular":
      return <path class={look} d={`M${x} ${y - r * 1.2}l${r * 1.1} ${r * 2}h${-r * 2.2}Z`} />;
    case "p2p":
      return <rect class={look} x={x - r * 0.9} y={y - r * 0.9} width={r * 1.8} height={r * 1.8} />;
    case "satellite":
      return <path class={look} d={`M${x} ${y - r * 1.25}l${r * 1.25} ${r * 1.25}l${-r * 1.25} ${r * 1.25}l${-r * 1.25} ${-r * 1.25}Z`} />;
    default:
      return <circle class={look} cx={x} cy={y} r={r} />;
  }
}

const cross = (x: number, y: number) => `M${x - 5} ${y}h10M${x} ${y - 5}v10`;

export function SiteMap({ plan }: { plan: NetworkPlan }) {
  const { t, number } = useSpeech();
  const { at, tall } = useMemo(() => projectionOf([...plan.sites, ...plan.nodes].map(({ longitude, latitude }): Spot => [longitude, latitude])), [plan]);
  const land = useMemo(
    () =>
      shapes.flatMap(({ rings }) =>
        rings.flatMap((ring) => {
          const points = ring.map(at);
          const seen = points.some(([x, y]) => x > -kWide && x < 2 * kWide && y > -tall && y < 2 * tall);
          return seen ? [`M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`] : [];
        }),
      ),
    [at, tall],
  );
  const most = Math.max(1, ...plan.sites.map(({ people }) => people));
  const size = (people: number) => 3 + 6 * Math.sqrt(people / most);
  const word = (technology: Technology | null): Word => (technology ? `tech-${technology}` : "tech-none");
  const label = t("network-map", { n: number(plan.rows.length), of: number(plan.places) });
  const shown = [...kTechnologies.filter((each) => plan.sites.some(({ technology }) => technology === each)), ...(plan.sites.some(({ technology }) => technology === null) ? [null] : [])];
  return (
    <figure class="site-map">
      <svg viewBox={`0 0 ${kWide} ${tall.toFixed(0)}`} role="img" aria-label={label} dir="ltr">
        {land.map((path, i) => (
          <path key={i} class="site-land" d={path} />
        ))}
        {edgesOf(plan).map(({ technology, from, to }, i) => {
          const [[x1, y1], [x2, y2]] = [at(from), at(to)];
          return <line key={i} class={`edge edge-${technology}`} data-edge={technology} x1={x1.toFixed(1)} y1={y1.toFixed(1)} x2={x2.toFixed(1)} y2={y2.toFixed(1)} />;
        })}
        {plan.sites.map((site) => (
          <g key={site.place} data-site={site.technology ?? "none"}>
            <Mark technology={site.technology} at={at([site.longitude, site.latitude])} size={size(site.people)} />
            <title>{`${site.name || site.place}: ${number(Math.round(site.people))}, ${t(word(site.technology))}`}</title>
          </g>
        ))}
        {plan.nodes.map((node) => {
          const [x, y] = at([node.longitude, node.latitude]);
          return (
            <path key={node.id} class="site-node" data-node={node.technology} d={cross(x, y)}>
              <title>{`${node.id}: ${t(`tech-${node.technology}`)}`}</title>
            </path>
          );
        })}
      </svg>
      <figcaption class="legend">
        {shown.map((technology) => (
          <span key={technology ?? "none"}>
            <svg class="site-key" viewBox="0 0 34 14" aria-hidden="true">
              {technology && technology !== "satellite" && <line class={`edge edge-${technology}`} x1="0" y1="7" x2="34" y2="7" />}
              <Mark technology={technology} at={[17, 7]} size={5} />
            </svg>{" "}
            {t(word(technology))}
          </span>
        ))}
        {plan.nodes.length > 0 && (
          <span>
            <svg class="site-key" viewBox="0 0 34 14" aria-hidden="true">
              <path class="site-node" d={cross(17, 7)} />
            </svg>{" "}
            {t("tech-node")}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
