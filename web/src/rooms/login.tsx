import { useState } from "preact/hooks";
import { useSpeech } from "../i18n";
import { Heading, ProblemBox } from "../parts/bits";
import { address, go } from "../router";
import { useSession } from "../session";

export function LogIn() {
  const { t } = useSpeech();
  const session = useSession();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(undefined);
    try {
      await session.logIn(String(form.get("account")).trim(), String(form.get("password")));
      go(address(""));
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="narrow">
      <Heading title={t("log-in")}>{t("log-in")}</Heading>
      <p class="lead">{t("login-why")}</p>
      {error !== undefined && <ProblemBox error={error} />}
      <form class="card stack" onSubmit={(event) => void submit(event)}>
        <label for="account">{t("account")}</label>
        <input
          id="account" name="account" dir="ltr" required autocomplete="username" autocapitalize="none" spellcheck={false}
          aria-describedby="account-hint"
        />
        <p id="account-hint" class="quiet">
          {t("account-hint")}
        </p>
        <label for="password">{t("password")}</label>
        <input id="password" name="password" type="password" dir="ltr" required autocomplete="current-password" />
        <button type="submit" class="primary" disabled={busy}>
          {t("log-in")}
        </button>
      </form>
    </div>
  );
}
