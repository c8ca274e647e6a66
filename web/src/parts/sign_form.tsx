// A form whose content is signed with the member's own key and submitted.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";
import { address } from "../router";
import { openKey, say, type Saying } from "../say";
import { useSession } from "../session";
import { Loading, ProblemBox, StatementLink } from "./bits";

interface SignFormProps {
  name: string; // of its fields' ids
  login: Word; // what one logs in for
  button: Word;
  make(form: FormData): Saying; // throws what is wrong with the fields
  said?(id: string): void;
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
  const [done, setDone] = useState<string>();
  if (member === null) {
    return (
      <p class="notice">
        <a href={address("login")}>{t(login)}</a>
      </p>
    );
  }
  const sign = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const file = data.get("key");
    if (!(file instanceof File)) return;
    setBusy(true);
    setError(undefined);
    setDone(undefined);
    try {
      const saying = make(data);
      const { id } = await say(await openKey(file, member, t("import-bad-key")), saying);
      form.reset();
      setDone(id);
      said?.(id);
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  return (
    <form class="stack sign" onSubmit={(event) => void sign(event)}>
      {children}
      <label for={`${name}-key`}>{t("import-key")}</label>
      <input id={`${name}-key`} name="key" type="file" required />
      <button type="submit" class="primary" disabled={busy}>
        {t(button)}
      </button>
      {busy && <Loading />}
      {error !== undefined && <ProblemBox error={error} />}
      <div role="status">
        {done && (
          <p class="notice">
            <span>
              {t("signed-and-logged")} <StatementLink id={done} />
            </span>
          </p>
        )}
      </div>
    </form>
  );
}
