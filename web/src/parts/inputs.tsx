// Labelled fields of forms, and what was typed into them.
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useSpeech } from "../i18n";
import type { Word } from "../i18n/en";

interface Named {
  form: string; // what ids begin with
  name: string;
  word: Word;
}

export function Input({ form, name, word, ...more }: Named & Omit<InputHTMLAttributes, "form" | "name">) {
  const { t } = useSpeech();
  return (
    <>
      <label for={`${form}-${name}`}>{t(word)}</label>
      <input id={`${form}-${name}`} name={name} dir="auto" {...more} />
    </>
  );
}

export function Area({ form, name, word, required = false }: Named & { required?: boolean }) {
  const { t } = useSpeech();
  return (
    <>
      <label for={`${form}-${name}`}>{t(word)}</label>
      <textarea id={`${form}-${name}`} name={name} class="prose" rows={3} dir="auto" maxLength={3900} required={required} />
    </>
  );
}

export function Select({ form, name, word, children, value, change }: Named & { children: ComponentChildren; value?: string; change?(value: string): void }) {
  const { t } = useSpeech();
  return (
    <>
      <label for={`${form}-${name}`}>{t(word)}</label>
      <select id={`${form}-${name}`} name={name} {...(value === undefined ? {} : { value })} onChange={(event) => change?.(event.currentTarget.value)}>
        {children}
      </select>
    </>
  );
}

// An amount of money: two fields in a line.
export function MoneyInput({ form, required = false, currency = "" }: { form: string; required?: boolean; currency?: string }) {
  return (
    <>
      <Input form={form} name="amount" word="amount" type="number" min="0" step="any" required={required} dir="ltr" />
      <Input form={form} name="currency" word="currency" pattern="[A-Z]{3}" maxLength={3} required={required} dir="ltr" {...(currency ? { defaultValue: currency, readOnly: true } : {})} />
    </>
  );
}

export const textOf = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

// Nothing where no amount was typed.
export function moneyOf(form: FormData): { amount: number; currency: string } | undefined {
  const amount = textOf(form, "amount");
  return amount === "" ? undefined : { amount: Number(amount), currency: textOf(form, "currency") };
}

// What was typed as a local time, as a whole second of UTC.
export function secondOf(form: FormData, name: string): string | undefined {
  const time = new Date(textOf(form, name));
  return Number.isNaN(time.getTime()) ? undefined : `${time.toISOString().slice(0, 19)}Z`;
}

// What was typed, without what was left empty.
export function given<T extends Record<string, unknown>>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== "")) as T;
}
