// The officers who can give a member a new key, what they have asked for, and the forms to name them, to ask and to say no.
import type { Member } from "../api/types";
import { useSpeech } from "../i18n";
import { parseKey, kEd25519 } from "../verify/key";
import { Code, Field, Fields, Moment } from "./bits";
import { SignForm, useMember } from "./sign_form";

const kRows = [1, 2, 3, 4, 5] as const;

function NewKey({ name, value }: { name: string; value?: string }) {
  const { t } = useSpeech();
  return (
    <>
      <label for={`${name}-new`}>{t("recovery-new-key")}</label>
      <input id={`${name}-new`} name="new" class="code" dir="ltr" required spellcheck={false} autocomplete="off" value={value} />
      <label for={`${name}-reason`}>{t("body-reason")}</label>
      <input id={`${name}-reason`} name="reason" dir="auto" maxLength={1900} />
    </>
  );
}

export function RecoveryCard({ member, said }: { member: Member; said(): void }) {
  const { t, number } = useSpeech();
  const own = useMember() === member.id;
  const registered = member.recovery?.registered ?? [];
  const requests = member.recovery?.requests ?? [];
  const named = registered.filter(({ officers }) => officers.length > 0);
  const keyOf = async (text: FormDataEntryValue | null): Promise<string> => {
    const key = await parseKey(String(text ?? "").trim(), kEd25519).catch(() => undefined);
    if (!key || key.name !== member.id) throw new Error(t("recovery-bad-key", { member: member.id }));
    return key.text;
  };
  const about = (type: string) => async (form: FormData) => {
    const reason = String(form.get("reason") ?? "").trim();
    return { type, body: { key: await keyOf(form.get("new")), ...(reason ? { reason } : {}) } };
  };
  const naming = async (form: FormData) => {
    const officers = [];
    for (const row of kRows) {
      const person = String(form.get(`person-${row}`) ?? "").trim();
      const key = String(form.get(`public-${row}`) ?? "").trim();
      if (person !== "" || key !== "") officers.push({ person, key: await keyOf(key) });
    }
    if (officers.length === 0) return { type: "governance.recovery", body: {} };
    return { type: "governance.recovery", body: { officers, threshold: Number(form.get("threshold")), wait_hours: Number(form.get("wait")) } };
  };
  return (
    <section class="card" aria-labelledby="recovery">
      <h2 id="recovery">{t("recovery")}</h2>
      <p class="quiet">{t("recovery-is")}</p>
      {named.length === 0 && <p class="quiet">{t("recovery-nobody")}</p>}
      {named.map((one) => (
        <Fields key={one.from}>
          <Field word="recovery-officers">
            <bdi>{one.officers.map(({ person }) => person).join(", ")}</bdi>
          </Field>
          <Field word="recovery-threshold">{t("recovery-of", { n: number(one.threshold ?? 0), of: number(one.officers.length) })}</Field>
          <Field word="recovery-wait">{number(one.wait_hours ?? 0)}</Field>
          <Field word="in-force-since">
            <Moment at={one.from} />
          </Field>
        </Fields>
      ))}
      {requests.length > 0 && <h3>{t("recovery-asked")}</h3>}
      <ul class="values">
        {requests.map((request) => (
          <li key={request.key} data-recovery={request.vetoed ? "vetoed" : request.takes_effect ? "waits" : "asked"}>
            <p>
              <Code>{request.key}</Code>
            </p>
            <p class="quiet">
              <bdi>{request.asked_by.map(({ person }) => person).join(", ")}</bdi>
              {request.vetoed && (
                <>
                  {" "}
                  · {t("recovery-vetoed")} <Moment at={request.vetoed} />
                </>
              )}
              {request.takes_effect && (
                <>
                  {" "}
                  · {t("recovery-takes-effect")} <Moment at={request.takes_effect} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
      {own && (
        <>
          {named.length > 0 && (
            <details>
              <summary>{t("recovery-ask")}</summary>
              <p class="quiet">{t("recovery-ask-is")}</p>
              <SignForm name="recover" login="cast-login" button="recovery-ask-sign" make={about("governance.recovery-request")} said={said}>
                <NewKey name="recover" />
              </SignForm>
            </details>
          )}
          {requests.some((request) => request.takes_effect && !request.vetoed) && (
            <details>
              <summary>{t("recovery-veto")}</summary>
              <p class="quiet">{t("recovery-veto-is")}</p>
              <SignForm name="veto" login="cast-login" button="recovery-veto-sign" make={about("governance.recovery-veto")} said={said}>
                <NewKey name="veto" value={requests.find((request) => request.takes_effect)?.key ?? ""} />
              </SignForm>
            </details>
          )}
          <details>
            <summary>{t("recovery-name")}</summary>
            <p class="quiet">{t("recovery-name-is")}</p>
            <SignForm name="officers" login="cast-login" button="recovery-name-sign" make={naming} said={said}>
              {kRows.map((row) => (
                <fieldset key={row}>
                  <legend>{t("recovery-officer", { n: number(row) })}</legend>
                  <label for={`officers-person-${row}`}>{t("recovery-person")}</label>
                  <input id={`officers-person-${row}`} name={`person-${row}`} dir="ltr" pattern="[a-z0-9][a-z0-9.-]*" maxLength={64} autocomplete="off" />
                  <label for={`officers-public-${row}`}>{t("whole-key")}</label>
                  <input id={`officers-public-${row}`} name={`public-${row}`} class="code" dir="ltr" spellcheck={false} autocomplete="off" />
                </fieldset>
              ))}
              <label for="officers-threshold">{t("recovery-threshold")}</label>
              <input id="officers-threshold" name="threshold" type="number" min={1} max={19} value={2} required />
              <label for="officers-wait">{t("recovery-wait")}</label>
              <input id="officers-wait" name="wait" type="number" min={0} max={720} value={72} required />
            </SignForm>
          </details>
        </>
      )}
    </section>
  );
}
