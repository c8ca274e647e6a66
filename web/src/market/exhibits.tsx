// What somebody shows for what they say: statements, addresses, or words.
import { StatementLink } from "../parts/bits";
import type { Exhibit } from "./answers";

export function Exhibits({ list }: { list: readonly Exhibit[] }) {
  if (list.length === 0) return null;
  return (
    <ul class="values">
      {list.map((each) => (
        <li key={`${each.title} ${each.url ?? each.statement ?? ""}`}>
          {each.statement ? (
            <StatementLink id={each.statement}>{each.title}</StatementLink>
          ) : each.url && /^https?:\/\//.test(each.url) ? (
            <a href={each.url} rel="noreferrer">
              {each.title}
            </a>
          ) : (
            <bdi>{each.title}</bdi>
          )}
        </li>
      ))}
    </ul>
  );
}
