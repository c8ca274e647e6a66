// A statement's body as people read it: names and values, whatever its type; the types that the page knows have their words.
import { useSpeech } from "../i18n";
import { isObject } from "../verify/dsse";
import { Code, Hash } from "./bits";

const kDigest = /^[0-9a-f]{64}$/;
const kKey = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44,}$/;
const kDeepest = 12;

function Scalar({ value }: { value: unknown }) {
  const { t, number } = useSpeech();
  if (typeof value === "number") return <>{number(value)}</>;
  if (typeof value === "boolean") return <>{t(value ? "yes" : "no")}</>;
  if (typeof value !== "string") return <Code>{String(value)}</Code>;
  if (kDigest.test(value) || kKey.test(value)) return <Hash value={value} />;
  return (
    <span class="said" dir="auto">
      {value}
    </span>
  );
}

export function Value({ value, depth = 0 }: { value: unknown; depth?: number }) {
  const { t, has } = useSpeech();
  if (depth > kDeepest) return <Code>{JSON.stringify(value)}</Code>;
  if (Array.isArray(value)) {
    return (
      <ul class="values">
        {value.map((item, i) => (
          <li key={i}>
            <Value value={item} depth={depth + 1} />
          </li>
        ))}
      </ul>
    );
  }
  if (!isObject(value)) return <Scalar value={value} />;
  return (
    <dl class="fields">
      {Object.entries(value).map(([name, inner]) => {
        const word = `body-${name}`;
        return (
          <div key={name}>
            <dt>{has(word) ? t(word) : <Code>{name}</Code>}</dt>
            <dd>{name === "class" && has(`class-${String(inner)}`) ? t(`class-${inner as "citizen"}`) : <Value value={inner} depth={depth + 1} />}</dd>
          </div>
        );
      })}
    </dl>
  );
}
