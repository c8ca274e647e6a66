// Publishing: a release that is filled in, or files of them.
import { useState } from "preact/hooks";
import { postText } from "../api/client";
import { useSpeech } from "../i18n";
import { audienceOf, AudienceFields } from "../parts/audience_fields";
import { Code, Loading, ProblemBox } from "../parts/bits";
import { Area, given, Input, MoneyInput, moneyOf, secondOf, Select, textOf } from "../parts/inputs";
import { SignForm, useMember } from "../parts/sign_form";
import type { Compiled, ReleaseCheck } from "./answers";
import { kCategories, kMethods, kReleaseKinds, type ReleaseKind, releaseOf, releasesIn } from "./releases";

function Chosen({ form, name, word, ids }: { form: string; name: string; word: "award" | "contract"; ids: readonly { id: string; title?: string }[] }) {
  return (
    <Select form={form} name={name} word={word}>
      {ids.map(({ id, title }) => (
        <option key={id} value={id}>
          {title ? `${id}: ${title}` : id}
        </option>
      ))}
    </Select>
  );
}

interface ReleaseFormProps {
  ocid?: string; // of the member's own process; without it a new one is begun
  known: Compiled;
  said(): void;
}

export function ReleaseForm({ ocid, known, said }: ReleaseFormProps) {
  const { t } = useSpeech();
  const member = useMember();
  const [kind, setKind] = useState<ReleaseKind>(ocid ? "award" : "tender");
  const form = "release";
  const kinds = kReleaseKinds.filter(
    (each) => (each === "contract" ? (known.awards?.length ?? 0) > 0 : each === "implementation" ? (known.contracts?.length ?? 0) > 0 : true),
  );
  const make = (data: FormData) => {
    const filled = given({
      id: textOf(data, "id"), title: textOf(data, "title"), description: textOf(data, "description"), method: textOf(data, "method"), category: textOf(data, "category"),
      value: moneyOf(data), from: secondOf(data, "from"), until: secondOf(data, "until"), supplier: textOf(data, "supplier"), award: textOf(data, "award"),
      contract: textOf(data, "contract"), date: secondOf(data, "date"),
    });
    const release = releaseOf(kind, ocid ?? textOf(data, "ocid"), member ?? "", filled, known, new Date().toISOString());
    return { type: "development.release", audience: audienceOf(data, t), body: { release } };
  };
  const period = kind === "tender" || kind === "contract";
  return (
    <SignForm name={form} login="market-login" button="release-sign" make={make} said={said}>
      <Select form={form} name="kind" word="release-kind" value={kind} change={(value) => setKind(value as ReleaseKind)}>
        {kinds.map((each) => (
          <option key={each} value={each}>
            {t(`release-${each}`)}
          </option>
        ))}
      </Select>
      {!ocid && <Input form={form} name="ocid" word="process-ocid" required maxLength={64} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" dir="ltr" placeholder="ocds-213czf-1" />}
      {kind === "contract" && <Chosen form={form} name="award" word="award" ids={known.awards ?? []} />}
      {kind === "implementation" && <Chosen form={form} name="contract" word="contract" ids={known.contracts ?? []} />}
      {kind !== "planning" && <Input form={form} name="id" word={kind === "implementation" ? "payment-id" : "own-id"} required maxLength={64} dir="ltr" />}
      {kind === "award" && <Input form={form} name="supplier" word="supplier" required dir="ltr" />}
      {kind !== "implementation" && <Input form={form} name="title" word="release-title" required={kind === "tender"} maxLength={300} />}
      {kind !== "implementation" && <Area form={form} name="description" word={kind === "planning" ? "rationale" : "description"} required={kind === "planning"} />}
      {kind === "tender" && (
        <>
          <Select form={form} name="method" word="method">
            {kMethods.map((each) => (
              <option key={each} value={each}>
                {t(`method-${each}`)}
              </option>
            ))}
          </Select>
          <Select form={form} name="category" word="category">
            {kCategories.map((each) => (
              <option key={each} value={each}>
                {t(`category-${each}`)}
              </option>
            ))}
          </Select>
        </>
      )}
      <MoneyInput form={form} required={kind === "implementation"} />
      {period && <Input form={form} name="from" word="local-from" type="datetime-local" step="1" />}
      {period && <Input form={form} name="until" word="local-until" type="datetime-local" step="1" />}
      {(kind === "contract" || kind === "implementation") && (
        <Input form={form} name="date" word={kind === "contract" ? "date-signed" : "date-paid"} type="datetime-local" step="1" />
      )}
      <AudienceFields form={form} />
    </SignForm>
  );
}

interface Looked {
  check: ReleaseCheck;
  releases: Record<string, unknown>[];
}

function Defects({ check }: { check: ReleaseCheck }) {
  const { t } = useSpeech();
  return (
    <>
      <p class="problem" role="alert">
        {t("files-defects")}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t("figures-table")}: ${t("files-defects")}`}>
        <table class="table" id="release-defects">
          <thead>
            <tr>
              {(["defect-where", "defect-what", "defect-mend"] as const).map((word) => (
                <th key={word} scope="col">
                  {t(word)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody lang="en" dir="ltr">
            {check.defects.map((defect, i) => (
              <tr key={i} data-defect={defect.kind}>
                <th scope="row">
                  <Code>
                    {defect.line}: {defect.release} {defect.where}
                  </Code>
                </th>
                <td>{defect.what}</td>
                <td>{defect.mend}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

// All that is in the file, or nothing: who publishes mends first.
export function FilesForm({ said }: { said(): void }) {
  const { t } = useSpeech();
  const [looked, setLooked] = useState<Looked>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const look = async (event: SubmitEvent) => {
    event.preventDefault();
    const file = new FormData(event.currentTarget as HTMLFormElement).get("file");
    if (!(file instanceof File)) return;
    setBusy(true);
    setError(undefined);
    setLooked(undefined);
    try {
      const text = await file.text();
      const check = JSON.parse(await postText("/api/v1/market/check", text)) as ReleaseCheck;
      const releases = check.defects.length > 0 ? [] : releasesIn(text);
      if (check.defects.length === 0 && releases.length !== check.releases) throw new Error(t("files-otherwise"));
      setLooked({ check, releases });
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  const make = async (data: FormData) =>
    (looked?.releases ?? []).map((release) => ({ type: "development.release", audience: audienceOf(data, t), body: { release } }));
  return (
    <>
      <form class="stack" onSubmit={(event) => void look(event)}>
        <label for="releases-file">{t("files-file")}</label>
        <input id="releases-file" name="file" type="file" required accept=".json,.jsonl,application/json" />
        <button type="submit" disabled={busy}>
          {t("files-look")}
        </button>
      </form>
      {busy && <Loading />}
      {error !== undefined && <ProblemBox error={error} />}
      {looked && looked.check.defects.length > 0 && <Defects check={looked.check} />}
      {looked && looked.releases.length > 0 && (
        <>
          <p role="status" id="releases-found">
            {t("files-found", { n: looked.check.releases, of: looked.check.processes })}
          </p>
          <SignForm name="files" login="market-login" button="release-sign" make={make} said={said}>
            <AudienceFields form="files" />
          </SignForm>
        </>
      )}
    </>
  );
}
