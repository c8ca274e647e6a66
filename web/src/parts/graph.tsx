// An object's neighbourhood as a picture that can be moved and zoomed, and as a list for those who do not see it.
import { useMemo, useRef, useState } from "preact/hooks";
import { getJson } from "../api/client";
import type { GraphNode, RelatedAnswer } from "../api/types";
import { useSpeech } from "../i18n";
import { useLoaded } from "../load";
import { address } from "../router";
import { Code, Loading, ProblemBox } from "./bits";
import { layOut } from "./layout";

const kWidth = 128;
const kHeight = 44;
const kLabel = 18; // characters

const short = (text: string) => (text.length > kLabel ? `${text.slice(0, kLabel - 1)}…` : text);
const nameOf = (node: GraphNode) => node.name || node.id.slice(node.id.indexOf("--") + 2, node.id.indexOf("--") + 10);

interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

function Picture({ graph }: { graph: RelatedAnswer }) {
  const { t } = useSpeech();
  const places = useMemo(() => layOut(graph.nodes, graph.edges), [graph]);
  const whole = useMemo<Frame>(() => {
    const [xs, ys] = [[...places.values()].map(({ x }) => x), [...places.values()].map(({ y }) => y)];
    const [left, top] = [Math.min(...xs) - kWidth * 0.75, Math.min(...ys) - kHeight * 1.5];
    const [width, height] = [Math.max(...xs) + kWidth * 0.75 - left, Math.max(...ys) + kHeight * 1.5 - top];
    return { x: left, y: top, width, height };
  }, [places]);
  const [moved, setMoved] = useState<{ of: RelatedAnswer; frame: Frame }>();
  const frame = moved?.of === graph ? moved.frame : whole;
  const setFrame = (next: Frame) => setMoved({ of: graph, frame: next });
  const drag = useRef<{ x: number; y: number; frame: Frame; scale: number }>();

  const zoom = (factor: number) => {
    const width = Math.min(whole.width * 2, Math.max(kWidth * 2, frame.width * factor));
    const height = (width / frame.width) * frame.height;
    setFrame({ x: frame.x + (frame.width - width) / 2, y: frame.y + (frame.height - height) / 2, width, height });
  };
  const down = (event: PointerEvent) => {
    const { clientWidth } = event.currentTarget as SVGSVGElement;
    drag.current = { x: event.clientX, y: event.clientY, frame, scale: frame.width / Math.max(1, clientWidth) };
  };
  const move = (event: PointerEvent) => {
    const from = drag.current;
    if (!from || event.buttons === 0) return;
    const [dx, dy] = [(event.clientX - from.x) * from.scale, (event.clientY - from.y) * from.scale];
    setFrame({ ...from.frame, x: from.frame.x - dx, y: from.frame.y - dy });
  };
  return (
    <>
      <div class="graph-tools">
        <button type="button" onClick={() => zoom(0.8)}>
          {t("graph-in")}
        </button>
        <button type="button" onClick={() => zoom(1.25)}>
          {t("graph-out")}
        </button>
        <button type="button" onClick={() => setFrame(whole)}>
          {t("graph-whole")}
        </button>
      </div>
      <svg
        class="graph" dir="ltr" role="group" aria-label={t("graph")}
        viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`}
        onPointerDown={down} onPointerMove={move} onPointerUp={() => (drag.current = undefined)}
        onWheel={(event) => {
          event.preventDefault();
          zoom(event.deltaY < 0 ? 0.88 : 1.14);
        }}
      >
        {graph.edges.map((edge) => {
          const [from, to] = [places.get(edge.from), places.get(edge.to)];
          if (!from || !to || edge.from === edge.to) return null;
          return (
            <g key={`${edge.from} ${edge.to} ${edge.kind} ${edge.via}`} class="edge">
              <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
              <text x={from.x * 0.4 + to.x * 0.6} y={from.y * 0.4 + to.y * 0.6 - 4}>
                {short(edge.kind)}
              </text>
            </g>
          );
        })}
        {graph.nodes.map((node) => {
          const place = places.get(node.id);
          if (!place) return null;
          const body = (
            <>
              <rect x={place.x - kWidth / 2} y={place.y - kHeight / 2} width={kWidth} height={kHeight} rx="8" />
              <text class="node-type" x={place.x} y={place.y - 5}>
                {short(node.type)}
              </text>
              <text x={place.x} y={place.y + 12}>
                {short(nameOf(node))}
              </text>
            </>
          );
          const kind = node.id === graph.root ? "node node-root" : node.known ? "node" : "node node-unknown";
          return node.known ? (
            <a key={node.id} class={kind} href={address("objects", node.id)} aria-label={`${node.type}: ${nameOf(node)}`} draggable={false}>
              {body}
            </a>
          ) : (
            <g key={node.id} class={kind}>
              {body}
            </g>
          );
        })}
      </svg>
    </>
  );
}

export function Graph({ id }: { id: string }) {
  const { t } = useSpeech();
  const [depth, setDepth] = useState(1);
  const path = `/api/v1/intel/objects/${encodeURIComponent(id)}/related?depth=${depth}`;
  const { value: graph, error, again } = useLoaded(path, () => getJson<RelatedAnswer>(path));
  const names = new Map(graph?.nodes.map((node) => [node.id, node]));
  const end = (of: string) => {
    const node = names.get(of);
    if (!node) return <Code>{of}</Code>;
    const text = (
      <>
        <Code>{node.type}</Code> <bdi>{nameOf(node)}</bdi>
      </>
    );
    return node.known ? <a href={address("objects", of)}>{text}</a> : <span>{text} ({t("graph-unknown")})</span>;
  };
  return (
    <section class="card" aria-labelledby="graph">
      <div class="card-head">
        <h2 id="graph">{t("graph")}</h2>
        <label class="inline">
          <span>{t("graph-depth")}</span>
          <select value={String(depth)} onChange={(event) => setDepth(Number(event.currentTarget.value))}>
            {[1, 2, 3].map((n) => (
              <option key={n} value={String(n)}>
                {n}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error !== undefined && <ProblemBox error={error} again={again} />}
      {!graph && error === undefined && <Loading />}
      {graph && graph.edges.length === 0 && <p class="quiet">{t("graph-alone")}</p>}
      {graph && graph.edges.length > 0 && (
        <>
          <p class="quiet">{t("graph-is")}</p>
          <Picture graph={graph} />
          {graph.more && <p class="notice">{t("graph-more")}</p>}
          <details>
            <summary>{t("graph-list")}</summary>
            <ul class="values">
              {graph.edges.map((edge) => (
                <li key={`${edge.from} ${edge.to} ${edge.kind} ${edge.via}`}>
                  {end(edge.from)} · <Code>{edge.kind}</Code> · {end(edge.to)}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}
