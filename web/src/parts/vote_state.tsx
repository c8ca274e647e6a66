// How a vote, or a proposal without one, stands: in a word and a mark.
import type { Outcome, RuleState, VoteHead } from "../api/governance";
import { useSpeech } from "../i18n";

export type VoteState = "consultation" | "open" | "counting" | Outcome;

// `counting`: closed, and the outcome is not known here (a list does not say it).
export function stateOf(vote: VoteHead | undefined, now: number): VoteState {
  if (!vote) return "consultation";
  if (vote.outcome === "void") return "void";
  if (Date.parse(vote.closes) > now) return "open";
  return vote.outcome ?? "counting";
}

const kTones: Partial<Record<VoteState | RuleState, string>> = {
  open: "tag-note", adopted: "tag-good", "in-force": "tag-good", rejected: "tag-bad", "no-quorum": "tag-bad", void: "tag-bad", suspended: "tag-bad",
  "to-come": "tag-note",
};

export function StateTag({ state }: { state: VoteState }) {
  const { t } = useSpeech();
  return (
    <span class={`tag ${kTones[state] ?? ""}`} data-state={state}>
      {t(`vote-${state}`)}
    </span>
  );
}

export function RuleTag({ state }: { state: RuleState }) {
  const { t } = useSpeech();
  return (
    <span class={`tag ${kTones[state] ?? ""}`} data-state={state}>
      {t(`rule-${state}`)}
    </span>
  );
}
