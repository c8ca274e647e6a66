// Awarding to one of a call's opened bids.
import { getJson, Problem, query } from "../api/client";
import type { Audience } from "../api/types";
import { useSpeech } from "../i18n";
import { Area, Input, Select, textOf } from "../parts/inputs";
import { SignForm } from "../parts/sign_form";
import type { CallOpening, Tender } from "./answers";
import { awardOf } from "./releases";

export function AwardForm({ opening, said }: { opening: CallOpening; said(): void }) {
  const { t, number } = useSpeech();
  const { call } = opening;
  const form = "award";
  const byId = new Map(opening.bids.map((bid) => [bid.bid, bid]));
  const ranked = opening.ranked.flatMap((bid) => byId.get(bid) ?? []);
  const make = async (data: FormData) => {
    const [to, reason] = [textOf(data, "bidder"), textOf(data, "reason")];
    if (to !== ranked[0]?.bidder && reason === "") throw new Error(t("award-needs-reason"));
    const { audience } = (await getJson<{ statement: { audience: Audience } }>(`/api/v1/statements/${call.statement}`)).statement;
    const tender = await getJson<Tender>(`/api/v1/market/tender${query({ process: call.process })}`).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 404) return undefined; // nothing has been published of it so far
      throw error;
    });
    const name = tender?.compiled.tender?.id ?? call.ref.slice(call.ref.indexOf("/") + 1);
    return { type: "development.release", audience, body: { release: awardOf(opening, to, textOf(data, "id"), reason, name, new Date().toISOString()) } };
  };
  return (
    <SignForm name={form} login="market-login" button="award-sign" make={make} said={said}>
      <p class="quiet">{t("award-is")}</p>
      <Select form={form} name="bidder" word="award-to">
        {ranked.map(({ bid, bidder, value }) => (
          <option key={bid} value={bidder}>
            {bidder}: {value ? `${number(value.amount)} ${value.currency}` : ""}
          </option>
        ))}
      </Select>
      <Input form={form} name="id" word="own-id" required maxLength={64} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" dir="ltr" />
      <Area form={form} name="reason" word="award-reason" />
    </SignForm>
  );
}
