// Bidding under seal, taking a bid back, opening: sealed and opened in this browser, with the member's own key.
import { getJson, query } from "../api/client";
import type { Audience } from "../api/types";
import { useSpeech } from "../i18n";
import { Area, given, Input, MoneyInput, moneyOf, textOf } from "../parts/inputs";
import { SignForm } from "../parts/sign_form";
import type { Signer } from "../say";
import type { CallOpening, SealedBids } from "./answers";

const kOpenedAtOnce = 200;

interface FormProps {
  opening: CallOpening;
  said(): void;
}

// Who reads the call reads what is said of it: a bid for fewer does not exist for the others.
async function audienceOfCall(call: string): Promise<Audience> {
  return (await getJson<{ statement: { audience: Audience } }>(`/api/v1/statements/${call}`)).statement.audience;
}
const bidsOf = (call: string) => getJson<SealedBids>(`/api/v1/market/bids${query({ call })}`);

export function BidForm({ opening, said }: FormProps) {
  const { t } = useSpeech();
  const { call } = opening;
  const form = "bid";
  const make = async (data: FormData, { member, secret }: Signer) => {
    const [title, url] = [textOf(data, "document"), textOf(data, "url")];
    if ((title === "") !== (url === "")) throw new Error(t("document-both"));
    const value = moneyOf(data);
    if (!value) throw new Error(t("bid-amount"));
    const [bids, audience, { sealBid, nextRevision }] = await Promise.all([bidsOf(call.statement), audienceOfCall(call.statement), import("./bids")]);
    const offered = given({ call: call.statement, bidder: member, value, note: textOf(data, "note"), ...(title ? { documents: [{ title, url }] } : {}) });
    const body = await sealBid(bids.call, offered, secret.seed);
    const revision = nextRevision(bids, member);
    return { type: "development.bid", audience, body: { ...body, ...(revision ? { revision } : {}) } };
  };
  return (
    <SignForm name={form} login="market-login" button="bid-sign" make={make} said={said}>
      <p class="quiet">{t("bid-is")}</p>
      <MoneyInput form={form} required currency={call.currency} />
      <Area form={form} name="note" word="note" />
      <Input form={form} name="document" word="document-title" maxLength={200} />
      <Input form={form} name="url" word="document-url" type="url" dir="ltr" />
    </SignForm>
  );
}

export function WithdrawForm({ opening, said }: FormProps) {
  const { t } = useSpeech();
  const call = opening.call.statement;
  const make = async (_: FormData, { member }: Signer) => {
    const [bids, audience, { nextRevision }] = await Promise.all([bidsOf(call), audienceOfCall(call), import("./bids")]);
    const revision = nextRevision(bids, member);
    if (!revision) throw new Error(t("bids-none"));
    return { type: "development.bid", audience, body: { call, revision, withdrawn: true } };
  };
  return <SignForm name="withdraw" login="market-login" button="bid-withdraw" make={make} said={said} />;
}

export function OpenForm({ opening, said }: FormProps) {
  const { t } = useSpeech();
  const call = opening.call.statement;
  const make = async (_: FormData, { member, secret }: Signer) => {
    const [bids, audience, { openingsBy }] = await Promise.all([bidsOf(call), audienceOfCall(call), import("./bids")]);
    const opened = await openingsBy(bids, member, secret.seed);
    if (opened.length === 0) throw new Error(t("open-nothing"));
    return Array.from({ length: Math.ceil(opened.length / kOpenedAtOnce) }, (__, i) => ({
      type: "development.opening", audience, body: { call, opened: opened.slice(i * kOpenedAtOnce, (i + 1) * kOpenedAtOnce) },
    }));
  };
  return (
    <SignForm name="open" login="market-login" button="open-sign" make={make} said={said}>
      <p class="quiet">{t("open-is")}</p>
    </SignForm>
  );
}

// What a reader can do about a call now, by its state and by who he is.
export function canOpen(opening: CallOpening, member: string | null): boolean {
  const { call, bids } = opening;
  return bids.some(({ bidder }) => bidder === member) || call.openers.some((opener) => opener.member === member);
}

// Whoever says a key before the deadline puts the bid out of the running, so this node's word counts, not this computer's clock; where
// witnesses decide, their word comes only with what they see after it, so there the clock does, with a minute for its being fast.
export function isPast(opening: CallOpening): boolean {
  const { call, closed } = opening;
  return closed || (call.witnesses !== "" && Date.now() > Date.parse(call.deadline) + 60_000);
}
