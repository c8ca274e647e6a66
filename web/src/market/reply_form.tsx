// What those concerned say of a red flag; said anew it replaces what was said before.
import { getJson, query } from "../api/client";
import type { Audience } from "../api/types";
import { useSpeech } from "../i18n";
import { Area, Input, textOf } from "../parts/inputs";
import { SignForm } from "../parts/sign_form";
import type { Signer } from "../say";
import type { Tender } from "./answers";

export function ReplyForm({ tender, flag, n, said }: { tender: Tender; flag: string; n: number; said(): void }) {
  const { t } = useSpeech();
  const form = `reply-${n}`;
  const { process, releases } = tender;
  const make = async (data: FormData, { member }: Signer) => {
    const [text, title, url, withdrawn] = [textOf(data, "text"), textOf(data, "document"), textOf(data, "url"), data.get("withdrawn") !== null];
    if ((title === "") !== (url === "")) throw new Error(t("document-both"));
    if (withdrawn === (text !== "")) throw new Error(t("reply-or-back"));
    const before = await getJson<{ revision: number | null }>(`/api/v1/market/reply${query({ process, flag, member })}`);
    const last = releases[releases.length - 1]?.statement ?? "";
    const { audience } = (await getJson<{ statement: { audience: Audience } }>(`/api/v1/statements/${last}`)).statement;
    const body = {
      process, flag, ...(before.revision === null ? {} : { revision: before.revision + 1 }),
      ...(withdrawn ? { withdrawn } : { text, ...(title ? { evidence: [{ title, url }] } : {}) }),
    };
    return { type: "development.reply", audience, body };
  };
  return (
    <SignForm name={form} login="market-login" button="reply-sign" make={make} said={said}>
      <Area form={form} name="text" word="reply-text" />
      <Input form={form} name="document" word="document-title" maxLength={200} />
      <Input form={form} name="url" word="document-url" type="url" dir="ltr" />
      <label class="check">
        <input type="checkbox" name="withdrawn" value="yes" /> <span>{t("reply-back")}</span>
      </label>
    </SignForm>
  );
}
