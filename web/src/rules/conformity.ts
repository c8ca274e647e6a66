// Who declares to keep which rule, and who recognises whose declaration: a confirmed review is recognition, a doubted one its refusal.
import type { Conformity, Rule } from "../api/governance";

export interface Declared {
  rule: Rule;
  said: Conformity;
}

export function declarers(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap((rule) => rule.conformity.map(({ member }) => member)))].sort();
}
export function declaredBy(rule: Rule, member: string): Conformity | undefined {
  return rule.conformity.find((said) => said.member === member);
}

export interface Recognition {
  confirmed: string[]; // numbers of rules
  doubted: string[];
}
// `by` says of `member`'s declarations.
export function recognition(rules: readonly Rule[], member: string, by: string): Recognition {
  const found = (finding: string) =>
    rules.filter((rule) => declaredBy(rule, member)?.reviews.some((review) => review.by === by && review.finding === finding)).map(({ number }) => number);
  return { confirmed: found("confirmed"), doubted: found("doubted") };
}
// The rules that both keep by the other's own word.
export function mutual(rules: readonly Rule[], one: string, other: string): string[] {
  const back = new Set(recognition(rules, other, one).confirmed);
  return recognition(rules, one, other).confirmed.filter((number) => back.has(number));
}
