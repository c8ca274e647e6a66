// Amendments to a proposal, each side by side with the text that it amends, and the form to propose one.
import type { AmendmentsAnswer, Amendment, ProposalText, Version } from "../api/governance";
import type { Roster } from "../api/members";
import { type Language, useSpeech } from "../i18n";
import { address } from "../router";
import { byteAt } from "../verify/amend";
import { Code, Hash, Moment, StatementLink } from "./bits";
import { MemberMark } from "./member_mark";
import { SignForm } from "./sign_form";
import { TextDiff } from "./text_diff";
import { StateTag, stateOf } from "./vote_state";

const kGood = ["adopted", "applied"];
const kBad = ["rejected", "fell"];

function StateOf({ amendment }: { amendment: Amendment }) {
  const { t } = useSpeech();
  const tone = kGood.includes(amendment.state) ? "tag-good" : kBad.includes(amendment.state) ? "tag-bad" : amendment.state === "open" ? "tag-note" : "";
  return (
    <span class={`tag ${tone}`} data-state={amendment.state}>
      {t(`amendment-${amendment.state}`)}
    </span>
  );
}

interface OneProps {
  amendment: Amendment;
  versions: Version[];
  members: Roster | undefined;
  language: Language;
}

function One({ amendment, versions, members, language }: OneProps) {
  const { t, number } = useSpeech();
  const changes = amendment.changes.find((each) => each.language === language) ?? amendment.changes[0];
  return (
    <li class="amendment" id={`amendment-${amendment.id}`} data-amendment={amendment.id}>
      <p class="comment-head">
        <MemberMark id={amendment.author} members={members} />
        <StateOf amendment={amendment} />
        <span class="quiet">
          <Moment at={amendment.proposed} /> · {t("version-number", { n: number(versions.findIndex(({ id }) => id === amendment.version) + 1) })}
        </span>
      </p>
      {amendment.note && (
        <p class="said" dir="auto">
          {amendment.note}
        </p>
      )}
      {amendment.state === "fell" && <p class="quiet">{t("amendment-fell-why")}</p>}
      {amendment.misfit && <p class="notice">{t("amendment-misfit")}</p>}
      {changes && <TextDiff title={changes.title} text={changes.text} lang={changes.language} label={`${t("diff")} ${amendment.id.slice(0, 12)}`} />}
      {amendment.conflicts.length > 0 && (
        <p class="notice">
          <span>
            {t("amendment-conflicts")}{" "}
            {amendment.conflicts.map((id) => (
              <a key={id} href={`#amendment-${id}`} onClick={(event) => (event.preventDefault(), document.getElementById(`amendment-${id}`)?.scrollIntoView())}>
                <Code>{id.slice(0, 12)}</Code>
              </a>
            ))}
          </span>
        </p>
      )}
      {amendment.untouched.length > 0 && amendment.changes.length > 0 && (
        <p class="quiet">
          {t("amendment-untouched")} <Code>{amendment.untouched.join(", ")}</Code>
        </p>
      )}
      <p class="links small">
        {amendment.votes.map((vote) => (
          <span key={vote.id}>
            <a href={address("votes", vote.id)}>{t(stateOf(vote, Date.now()) === "open" ? "vote-here" : "vote-see")}</a> <StateTag state={stateOf(vote, Date.now())} />
          </span>
        ))}
        <StatementLink id={amendment.id} />
      </p>
    </li>
  );
}

export interface Passage {
  quote: string;
  at: number; // of its first character in the text; -1: it was typed
  text: string; // what comes instead
}

interface FormProps {
  version: Version;
  shown: ProposalText;
  passage: Passage;
  tell(passage: Passage): void;
  said(): void;
}

function AmendForm({ version, shown, passage, tell, said }: FormProps) {
  const { t } = useSpeech();
  const make = (form: FormData) => {
    const { quote, text } = passage;
    const at = passage.at >= 0 && shown.text.startsWith(quote, passage.at) ? passage.at : shown.text.indexOf(quote);
    if (quote === "" || at < 0) throw new Error(t("quote-not-there"));
    if (at !== passage.at && shown.text.includes(quote, at + 1)) throw new Error(t("amend-twice"));
    if (quote === text) throw new Error(t("amend-nothing"));
    const note = String(form.get("note") ?? "").trim();
    const edit = { language: shown.language, at: byteAt(shown.text, at), quote, ...(text ? { text } : {}) };
    return { type: "governance.amendment", body: { version: version.id, edits: [edit], ...(note ? { note } : {}) } };
  };
  return (
    <SignForm name="amend" login="amend-login" button="amend-sign" make={make} said={said}>
      <label for="amend-quote">{t("amend-quote")}</label>
      <textarea
        id="amend-quote" name="quote" class="prose" rows={3} dir="auto" lang={shown.language} required maxLength={9000} value={passage.quote}
        onInput={(event) => tell({ ...passage, quote: event.currentTarget.value, at: -1 })}
      />
      <label for="amend-text">{t("amend-text")}</label>
      <textarea
        id="amend-text" name="text" class="prose" rows={3} dir="auto" lang={shown.language} maxLength={9000} value={passage.text}
        onInput={(event) => tell({ ...passage, text: event.currentTarget.value })}
      />
      <label for="amend-note">{t("amend-note")}</label>
      <textarea id="amend-note" name="note" class="prose" rows={2} dir="auto" maxLength={9000} />
    </SignForm>
  );
}

interface CardProps extends FormProps {
  answer: AmendmentsAnswer;
  versions: Version[];
  members: Roster | undefined;
}

export function AmendmentsCard({ answer, versions, members, ...form }: CardProps) {
  const { t, number } = useSpeech();
  const { amendments, result } = answer;
  return (
    <section class="card" aria-labelledby="amendments">
      <h2 id="amendments">
        {t("amendments")} <span class="quiet">{number(amendments.length)}</span>
      </h2>
      {amendments.length === 0 && <p class="quiet">{t("amendments-none")}</p>}
      {amendments.length > 0 && (
        <ol class="thread">
          {amendments.map((amendment) => (
            <One key={amendment.id} amendment={amendment} versions={versions} members={members} language={form.shown.language} />
          ))}
        </ol>
      )}
      {result && result.amendments.length > 0 && (
        <p class="notice">
          <span>
            {t("amendments-result", { n: number(result.amendments.length) })} <Hash value={result.content} />
          </span>
        </p>
      )}
      <details open={form.passage.quote !== ""}>
        <summary>{t("amend-new")}</summary>
        <AmendForm {...form} />
      </details>
    </section>
  );
}
