// Calling for sealed bids, in one's own process.
import { useMembers } from "../api/members";
import { useSpeech } from "../i18n";
import { audienceOf, AudienceFields } from "../parts/audience_fields";
import { Area, given, Input, secondOf, Select, textOf } from "../parts/inputs";
import { SignForm, useMember } from "../parts/sign_form";
import { WitnessFields, witnessPolicyOf } from "./witness_fields";

const kMostOpeners = 9;

export function CallForm({ ocid, said }: { ocid: string; said(): void }) {
  const { t, number } = useSpeech();
  const member = useMember();
  const members = useMembers();
  const form = "call";
  // A member's own key of now: an opener's must not be in a node's custody.
  const openers = [...(members?.values() ?? [])].flatMap(({ id, name, keys, left }) => {
    const key = keys.find(({ until, custody }) => until === null && !custody);
    return key && left === null && id !== member ? [{ id, name, key: key.key }] : [];
  });
  const make = (data: FormData) => {
    const chosen = data.getAll("opener").map(String);
    if (chosen.length === 1 || chosen.length > kMostOpeners) throw new Error(t("openers-how-many"));
    const threshold = Math.min(Number(textOf(data, "threshold")), chosen.length);
    const body = given({
      id: textOf(data, "id"), title: textOf(data, "title"), process: ocid, deadline: secondOf(data, "deadline"), open_by: secondOf(data, "open-by"), currency: textOf(data, "currency"),
      note: textOf(data, "note"), witnesses: witnessPolicyOf(data, t),
    });
    const shared = chosen.length > 0 ? { openers: openers.filter(({ id }) => chosen.includes(id)).map(({ id, key }) => ({ member: id, key })), threshold } : {};
    return { type: "development.call", audience: audienceOf(data, t), body: { ...body, ...shared } };
  };
  return (
    <SignForm name={form} login="market-login" button="call-sign" make={make} said={said}>
      <p class="quiet">{t("call-new-is")}</p>
      <Input form={form} name="id" word="call-id" required maxLength={64} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" dir="ltr" />
      <Input form={form} name="title" word="release-title" required maxLength={300} />
      <Input form={form} name="deadline" word="local-deadline" type="datetime-local" step="1" required />
      <Input form={form} name="open-by" word="local-open-by" type="datetime-local" step="1" required />
      <Input form={form} name="currency" word="currency" pattern="[A-Z]{3}" maxLength={3} dir="ltr" />
      <fieldset class="picks">
        <legend>{t("openers-pick")}</legend>
        <p class="quiet">{t("openers-are")}</p>
        {openers.map(({ id, name }) => (
          <label key={id} class="check">
            <input type="checkbox" name="opener" value={id} /> <bdi>{name}</bdi>
          </label>
        ))}
      </fieldset>
      <Select form={form} name="threshold" word="threshold">
        {Array.from({ length: kMostOpeners - 1 }, (_, i) => (
          <option key={i} value={i + 2}>
            {number(i + 2)}
          </option>
        ))}
      </Select>
      <WitnessFields form={form} />
      <Area form={form} name="note" word="note" />
      <AudienceFields form={form} />
    </SignForm>
  );
}
