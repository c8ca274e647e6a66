// A list of statements, a line each.
import type { Listed } from "../api/types";
import { useSpeech } from "../i18n";
import { address } from "../router";
import { Code, Kind, Moment, TlpMark } from "./bits";

export function StatementList({ items, names }: { items: Listed[]; names?: ReadonlyMap<string, string> | undefined }) {
  const { t, number } = useSpeech();
  return (
    <ol class="rows">
      {items.map((item) => (
        <li key={item.id}>
          <a class="row" href={address("statements", item.id)}>
            <span class="row-main">
              <strong>
                <Kind type={item.type} />
              </strong>
              <span class="row-by">
                <bdi>{names?.get(item.author) ?? item.author}</bdi>
              </span>
            </span>
            <span class="row-side">
              <TlpMark label={item.audience.tlp} />
              <Moment at={item.witnessed} />
              <span class="row-index">
                {item.index === null ? t("elsewhere") : `${t("index")} ${number(item.index)}`} · <Code>{item.id.slice(0, 8)}</Code>
              </span>
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}
