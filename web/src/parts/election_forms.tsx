// Registering for a secret election and casting its ballot, both made in the browser: what one has chosen leaves it only sealed to all trustees.
import { useState } from "preact/hooks";
import type { Election } from "../api/governance";
import { makeBallot } from "../election/ballot";
import { credentialOf, parseCredential, publicCredential } from "../election/credential";
import { groupOf } from "../election/group";
import { ranksOf } from "../election/marks";
import { useSpeech } from "../i18n";
import { Code } from "./bits";
import { Input, textOf } from "./inputs";
import { SignForm, useMember } from "./sign_form";

interface Of {
  election: Election;
  said(): void;
}

function RegisterForm({ election, said }: Of) {
  const { t } = useSpeech();
  const [credential, setCredential] = useState("");
  const own = useMember();
  const registered = election.electors.find(({ member }) => member === own)?.credential !== undefined;
  return (
    <section class="card" aria-labelledby="register">
      <h2 id="register">{t("election-register")}</h2>
      <p class="quiet">{t(registered ? "election-registered" : "election-register-is")}</p>
      {credential !== "" && (
        <p class="notice">
          <span>
            {t("election-credential-kept")} <Code>{credential}</Code>
          </span>
        </p>
      )}
      <SignForm
        name="register"
        login="cast-login"
        button="election-register"
        make={async (_, { secret }) => {
          const made = await credentialOf(secret.seed, election.uuid);
          setCredential(made);
          return { type: "governance.credential", body: { election: election.id, key: await publicCredential(groupOf(election.group), made, election.uuid) } };
        }}
        said={said}
      />
    </section>
  );
}

// Where votes are added up: one or some of the candidates.
function Choices({ election }: { election: Election }) {
  const { t, number } = useSpeech();
  const { candidates, min = 0, max = 1 } = election;
  const one = max === 1;
  return (
    <fieldset class="picks">
      <legend>{one ? t("election-choose-one") : t("election-choose", { min: number(min), max: number(max) })}</legend>
      {candidates.map((name, i) => (
        <label key={i}>
          <input type={one ? "radio" : "checkbox"} name="chosen" id={`ballot-chosen-${i + 1}`} value={i} required={one} /> <bdi>{name}</bdi>
        </label>
      ))}
      {one && min === 0 && (
        <label>
          <input type="radio" name="chosen" id="ballot-chosen-none" value="" required /> {t("election-blank")}
        </label>
      )}
    </fieldset>
  );
}

// Where ballots are shuffled: of each candidate a rank or a grade.
function Marks({ election }: { election: Election }) {
  const { t, number } = useSpeech();
  const { candidates, grades } = election;
  return (
    <fieldset class="picks">
      <legend>{t(grades ? "election-grade-each" : election.method === "schulze" ? "election-rank-equal" : "election-rank")}</legend>
      {candidates.map((name, i) => (
        <p key={i}>
          <label for={`ballot-mark-${i + 1}`}>
            <bdi>{name}</bdi>
          </label>
          <select id={`ballot-mark-${i + 1}`} name="mark" required={grades !== undefined}>
            <option value="">{grades ? "" : t("election-not-ranked")}</option>
            {(grades ?? candidates).map((grade, at) => (
              <option key={at} value={at + 1}>
                {grades ? grade : number(at + 1)}
              </option>
            ))}
          </select>
        </p>
      ))}
    </fieldset>
  );
}

function BallotForm({ election, said }: Of) {
  const { t, number } = useSpeech();
  const member = useMember();
  const elector = election.electors.find((each) => each.member === member);
  const marksOf = (data: FormData): number[] => {
    const { candidates, method, min = 0, max = 1 } = election;
    if (method) {
      const given = data.getAll("mark").map(Number);
      if (method === "majority-judgment") return given;
      const ranks = ranksOf(given, method === "schulze");
      if (!ranks) throw new Error(t("election-ranked-twice"));
      return ranks;
    }
    const chosen = data.getAll("chosen").filter((each) => each !== "").map(Number);
    if (chosen.length < min || chosen.length > max) throw new Error(t("election-choose", { min: number(min), max: number(max) }));
    return candidates.map((_, i) => Number(chosen.includes(i)));
  };
  if (member !== null && elector?.credential === undefined) {
    return (
      <section class="card" aria-labelledby="cast">
        <h2 id="cast">{t("cast")}</h2>
        <p class="quiet">{t(elector ? "election-not-registered" : "election-no-elector")}</p>
      </section>
    );
  }
  return (
    <section class="card" aria-labelledby="cast">
      <h2 id="cast">{t("cast")}</h2>
      <p class="quiet">{t("election-cast-is")}</p>
      <SignForm
        name="ballot"
        login="cast-login"
        button={elector?.ballot ? "cast-again" : "cast"}
        make={async (data, { secret }) => {
          const marks = marksOf(data);
          const typed = textOf(data, "credential");
          const credential = typed === "" ? await credentialOf(secret.seed, election.uuid) : parseCredential(typed);
          if ((await publicCredential(groupOf(election.group), credential, election.uuid)) !== elector?.credential) throw new Error(t("election-wrong-credential"));
          return { type: "governance.secret-ballot", body: { election: election.id, ballot: await makeBallot(election, credential, marks) } };
        }}
        said={said}
      >
        {election.method ? <Marks election={election} /> : <Choices election={election} />}
        <details>
          <summary>{t("election-other-credential")}</summary>
          <Input form="ballot" name="credential" word="election-credential" dir="ltr" autocomplete="off" spellcheck={false} />
        </details>
      </SignForm>
    </section>
  );
}

export function ElectionForms({ election, said }: Of) {
  if (election.phase === "registration") return <RegisterForm election={election} said={said} />;
  if (election.phase === "voting") return <BallotForm election={election} said={said} />;
  return null;
}
