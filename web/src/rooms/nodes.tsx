// The community's nodes as this one sees them: whom it mirrors and what others say of whom they follow, who witnesses whom, how far behind, and what
// is known against a log.
import { getJson } from "../api/client";
import { useNames } from "../api/members";
import type { EvidenceListed, NodeListed, Page } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { Code, Heading, Loading, MemberLink, Moment, ProblemBox, StatementLink } from "../parts/bits";

const kWidth = 640;
const kHeight = 420;
const kRing = 150;
const kDot = 26;

interface Spot {
  node: NodeListed;
  x: number;
  y: number;
}

// In a ring, this node on top.
function ring(nodes: readonly NodeListed[]): Spot[] {
  const own = nodes.findIndex((node) => node.own);
  return nodes.map((node, i) => {
    const turn = (2 * Math.PI * (i - Math.max(own, 0))) / Math.max(1, nodes.length) - Math.PI / 2;
    const reach = nodes.length === 1 ? 0 : kRing;
    return { node, x: kWidth / 2 + reach * 1.5 * Math.cos(turn), y: kHeight / 2 + reach * Math.sin(turn) };
  });
}

// From one to another, ending at the circles' edges; a little to one side, so that both ways can be seen.
function Line({ from, to, kind }: { from: Spot; to: Spot; kind: string }) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const side = kind === "witnesses" ? 12 : 4; // of its own direction: what goes the other way is on the other side
  const [ox, oy] = [-uy * side, ux * side];
  return (
    <line
      class={`net-${kind}`}
      x1={from.x + ux * kDot + ox}
      y1={from.y + uy * kDot + oy}
      x2={to.x - ux * (kDot + 6) + ox}
      y2={to.y - uy * (kDot + 6) + oy}
      marker-end={`url(#net-${kind})`}
    />
  );
}

export const behind = (node: Pick<NodeListed, "size" | "applied">) => (node.size === null || node.applied === null ? 0 : node.size - node.applied);

function Picture({ nodes }: { nodes: readonly NodeListed[] }) {
  const { t } = useSpeech();
  const spots = ring(nodes);
  const own = spots.find(({ node }) => node.own);
  const of = (member: string) => spots.find(({ node }) => node.member === member);
  return (
    <figure class="net-figure">
      <svg class="net" viewBox={`0 0 ${kWidth} ${kHeight}`} role="img" aria-label={t("nodes-map")}>
        <defs>
          {["mirrors", "follow", "witnesses"].map((kind) => (
            <marker key={kind} id={`net-${kind}`} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path class={`net-head-${kind}`} d="M0 0 8 4 0 8Z" />
            </marker>
          ))}
        </defs>
        {spots.flatMap((spot) =>
          spot.node.witnessed_by.map(({ witness, member }) => {
            const from = member === null ? undefined : of(member);
            return from && from !== spot ? <Line key={`${spot.node.key} ${witness}`} from={from} to={spot} kind="witnesses" /> : null;
          }),
        )}
        {spots.flatMap((spot) =>
          spot.node.followed_by.map(({ key }) => {
            const from = spots.find(({ node }) => node.key === key);
            return from && from !== spot ? <Line key={`${spot.node.key} ${key}`} from={from} to={spot} kind="follow" /> : null;
          }),
        )}
        {own && spots.map((spot) => spot.node.followed && spot !== own && <Line key={spot.node.key} from={own} to={spot} kind="mirrors" />)}
        {spots.map(({ node, x, y }) => (
          <g key={node.key} class={`net-node${node.own ? " net-own" : ""}${node.evidence > 0 ? " net-liar" : ""}${node.retired ? " net-retired" : ""}`}>
            <circle cx={x} cy={y} r={kDot} />
            <text x={x} y={y + 4}>
              {node.evidence > 0 ? "!" : ""}
            </text>
            <text x={x} y={y + kDot + 16}>
              {node.member}
            </text>
          </g>
        ))}
      </svg>
      <figcaption class="net-legend quiet">
        <span class="net-key-mirrors">{t("nodes-mirrors")}</span> <span class="net-key-follow">{t("nodes-follow")}</span>{" "}
        <span class="net-key-witnesses">{t("nodes-witnesses")}</span>
      </figcaption>
    </figure>
  );
}

function State({ node }: { node: NodeListed }) {
  const { t, number } = useSpeech();
  if (node.own) return <>{t("nodes-own")}</>;
  return (
    <>
      {node.size === null || node.applied === null ? t("nodes-not-followed") : number(node.applied)}
      {behind(node) > 0 && <div class="quiet">{t("nodes-behind", { count: number(behind(node)) })}</div>}
      {node.missing !== null && node.missing > 0 && <div class="quiet">{t("nodes-missing", { count: number(node.missing) })}</div>}
      {node.withheld !== null && node.withheld > 0 && <div class="quiet">{t("nodes-withheld", { count: number(node.withheld) })}</div>}
    </>
  );
}

function Contact({ node }: { node: NodeListed }) {
  const { t, number } = useSpeech();
  if (node.own || !node.followed) return <>–</>;
  return (
    <>
      {node.contact === null ? t("nodes-never") : <Moment at={node.contact} />}
      {node.failures !== null && node.failures > 0 && <div class="net-warning">{t("nodes-failures", { count: number(node.failures) })}</div>}
    </>
  );
}

// Each says it of itself, when it was asked.
function Followers({ node }: { node: NodeListed }) {
  const { t, number } = useSpeech();
  const names = useNames();
  if (node.followed_by.length === 0) return <>–</>;
  return (
    <ul class="plain">
      {node.followed_by.map((one) => (
        <li key={one.key}>
          <MemberLink id={one.member} names={names} />
          {behind(one) > 0 && <span class="quiet"> {t("nodes-behind", { count: number(behind(one)) })}</span>}
          {one.failures !== null && one.failures > 0 && <div class="net-warning">{t("nodes-failures", { count: number(one.failures) })}</div>}
          <div class="quiet">
            {t("nodes-contact")}: {one.contact === null ? t("nodes-never") : <Moment at={one.contact} />}; {t("nodes-heard")} <Moment at={one.heard} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Witnesses({ node }: { node: NodeListed }) {
  const { t } = useSpeech();
  const names = useNames();
  if (node.witnessed_by.length === 0) return <>–</>;
  return (
    <ul class="plain">
      {node.witnessed_by.map((one) => (
        <li key={one.witness}>
          {one.member === null ? t("nodes-unknown") : <MemberLink id={one.member} names={names} />} <span class="quiet">
            <Moment at={one.time} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Table({ nodes }: { nodes: readonly NodeListed[] }) {
  const { t } = useSpeech();
  const names = useNames();
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t("nodes-member")}</th>
            <th scope="col">{t("nodes-log")}</th>
            <th scope="col">{t("nodes-entries")}</th>
            <th scope="col">{t("nodes-contact")}</th>
            <th scope="col">{t("nodes-followed-by")}</th>
            <th scope="col">{t("nodes-witnessed-by")}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.key}>
              <th scope="row">
                <MemberLink id={node.member} names={names} />
              </th>
              <td>
                <Code>{node.origin}</Code>
                <div>
                  <a href={node.url} rel="noreferrer">
                    <Code>{node.url}</Code>
                  </a>
                </div>
                {node.retired && <div class="quiet">{t("nodes-retired")}</div>}
                {node.evidence > 0 && <div class="net-warning">{t("nodes-lied")}</div>}
              </td>
              <td>
                <State node={node} />
              </td>
              <td>
                <Contact node={node} />
              </td>
              <td>
                <Followers node={node} />
              </td>
              <td>
                <Witnesses node={node} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Piece({ piece }: { piece: EvidenceListed }) {
  const { t, has } = useSpeech();
  const names = useNames();
  const word = `nodes-${piece.kind}`;
  return (
    <li>
      <p>
        <Code>{piece.origin}</Code>: {has(word) ? t(word) : <Code>{piece.kind}</Code>}
      </p>
      <p class="quiet">
        {piece.found && (
          <>
            {t("nodes-found")} <Moment at={piece.found} />{" "}
          </>
        )}
        {piece.published.map((one) => (
          <span key={one.statement}>
            {t("nodes-published-by")} <MemberLink id={one.author} names={names} /> <StatementLink id={one.statement} />{" "}
          </span>
        ))}
      </p>
      <a href={`/api/v1/evidence/${piece.id}`} download={`evidence-${piece.id.slice(0, 16)}.json`}>
        {t("nodes-file")}
      </a>
    </li>
  );
}

function Misbehaviour() {
  const { t } = useSpeech();
  const { value, error, again } = useLoaded("evidence", () => getJson<Page<EvidenceListed>>("/api/v1/evidence?limit=100"));
  return (
    <section class="card" aria-labelledby="nodes-evidence">
      <h2 id="nodes-evidence">{t("nodes-evidence")}</h2>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!value && error === undefined && <Loading />}
      {value?.items.length === 0 && <p class="quiet">{t("nodes-no-evidence")}</p>}
      {value && value.items.length > 0 && (
        <ul class="plain">
          {value.items.map((piece) => (
            <Piece key={piece.id} piece={piece} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function Nodes() {
  const { t } = useSpeech();
  const { value, error, again } = useLoaded("nodes", () => getJson<Page<NodeListed>>("/api/v1/nodes"));
  return (
    <>
      <Heading title={t("room-nodes")}>{t("room-nodes")}</Heading>
      <p class="lead">{t("nodes-is")}</p>
      <section class="card" aria-label={t("room-nodes")}>
        {error !== undefined && <ProblemBox error={error} again={again} />}
        {!value && error === undefined && <Loading />}
        {value?.items.length === 0 && <p class="quiet">{t("nodes-none")}</p>}
        {value && value.items.length > 0 && (
          <>
            <Picture nodes={value.items} />
            <Table nodes={value.items} />
          </>
        )}
      </section>
      <Misbehaviour />
    </>
  );
}
