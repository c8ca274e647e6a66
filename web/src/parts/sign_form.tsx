// A form whose content is signed with the member's own key and submitted.
import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { address } from "../router";
import { openKey, say, type Saying, type Signer } from "../say";
import { useSession } from "../session";
import { Loading, ProblemBox, StatementLink } from "./bits";

interface SignFormProps {
  name: string; // of its fields' ids
  login: Word; // what one logs in for
  button: Word;
  // What is said, one after the other; throws what is wrong with the fields. What is sealed needs the signer's key.
  make(form: FormData, signer: Signer): Saying | Promise<Saying | readonly Saying[]>;
  said?(id: string): void; // the last of them
  children?: ComponentChildren;
}

export function useMember(): string | null {
  return useSession().account?.split("@")[1] ?? null;
}

export function SignForm({ name, login, button, make, said, children }: SignFormProps) {
  const { t } = useSpeech();
  const member = useMember();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [done, setDone] = useState<string[]>([]);
  const [turn, setTurn] = useState(0); // fields begin anew when all has been said
  if (member === null) {
    return (
      <p class="notice">
        <a href={address("login")}>{t(login)}</a>
      </p>
    );
  }
  const sign = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const file = data.get("key");
    if (!(file instanceof File)) return;
    setBusy(true);
    setError(undefined);
    setDone([]);
    const ids: string[] = [];
    try {
      const signer = await openKey(file, member, t("import-bad-key"));
      const sayings = await make(data, signer);
      for (const saying of Array.isArray(sayings) ? (sayings as readonly Saying[]) : [sayings as Saying]) {
        ids.push((await say(signer, saying)).id);
        setDone([...ids]);
      }
      setTurn((n) => n + 1);
      said?.(ids[ids.length - 1] ?? "");
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  return (
    <form class="stack sign" onSubmit={(event) => void sign(event)}>
      <Fragment key={turn}>
        {children}
        <label for={`${name}-key`}>{t("import-key")}</label>
        <input id={`${name}-key`} name="key" type="file" required />
      </Fragment>
      <button type="submit" class="primary" disabled={busy}>
        {t(button)}
      </button>
      {busy && <Loading />}
      {error !== undefined && <ProblemBox error={error} />}
      <div role="status">
        {done.length > 0 && (
          <p class="notice">
            <span>
              {t("signed-and-logged")} {done.map((id) => [<StatementLink key={id} id={id} />, " "])}
            </span>
          </p>
        )}
      </div>
    </form>
  );
}
