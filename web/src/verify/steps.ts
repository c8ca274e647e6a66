// The steps of a verification, as they are shown while they run.
import { Refusal, type Why } from "./refusal";

export const kStatementSteps = ["id", "signature", "origin", "inclusion", "checkpoint", "time", "consistency"] as const;
export const kLogSteps = ["checkpoint", "time", "consistency"] as const;
export const kVoteSteps = ["opening", "electorate", "ballots", "checkpoint", "time", "consistency", "logged", "in-time", "count", "certified"] as const;
export type StepName = (typeof kStatementSteps)[number] | (typeof kVoteSteps)[number];

// noted: nothing was wrong and nothing was proven (as on a first visit); skipped: an earlier failure left nothing to check.
export type State = "waiting" | "running" | "passed" | "noted" | "failed" | "skipped";

export type FactName =
  | "computed-id" | "payload-type" | "payload-size"
  | "signed-by" | "key" | "fingerprint" | "valid-from" | "custody"
  | "charter" | "admission" | "key-addition" | "recovery"
  | "leaf" | "index" | "size" | "root" | "path" | "tiles" | "entries"
  | "log-key" | "pinned-since" | "cosigner" | "stated-time" | "witnessed"
  | "chair" | "version" | "electors" | "ballots-read" | "ballots-others" | "ballot" | "ballots-digest" | "ballots-counted" | "checkpoints"
  | "first-ballot" | "last-ballot" | "votes-yes" | "votes-no" | "votes-abstain" | "certifier"
  | "seen-size" | "seen-at" | "present-size" | "proof-size";

export interface Fact {
  name: FactName;
  kind: "hash" | "text" | "number" | "time" | "member" | "statement";
  value: string | number;
}

export type Remark = "first-visit" | "first-look" | "same-size" | "grown" | "from-tiles" | "no-index"
  | "ballots-not-shown" | "witnesses-decide" | "other-log" | "not-certified" | "still-open" | "put-to-body";

export interface Step {
  name: StepName;
  state: State;
  why?: Why;
  values?: Readonly<Record<string, string | number>>;
  remark?: Remark;
  facts: Fact[];
}

export interface Verdict {
  steps: Step[];
  state: "running" | "passed" | "failed";
}

export function fact(name: FactName, kind: Fact["kind"], value: string | number): Fact {
  return { name, kind, value };
}

// Runs steps in their order and reports after each change. A step that throws has failed, with the refusal's reason.
export class Run {
  private readonly steps: Step[];

  constructor(
    names: readonly StepName[],
    private readonly report: (verdict: Verdict) => void,
  ) {
    this.steps = names.map((name) => ({ name, state: "waiting", facts: [] }));
    this.tell();
  }

  private tell(): void {
    this.report(this.verdict());
  }

  verdict(): Verdict {
    const failed = this.steps.some((s) => s.state === "failed" || s.state === "skipped");
    const open = this.steps.some((s) => s.state === "waiting" || s.state === "running");
    return { steps: this.steps.map((s) => ({ ...s })), state: open ? "running" : failed ? "failed" : "passed" };
  }

  // What the step computes is what later steps need: undefined where it failed.
  async step<T>(name: StepName, check: (step: Step) => Promise<T>): Promise<T | undefined> {
    const step = this.steps.find((s) => s.name === name) as Step;
    step.state = "running";
    this.tell();
    try {
      const value = await check(step);
      if (step.state === "running") step.state = "passed";
      return value;
    } catch (error) {
      step.state = "failed";
      const refusal = asRefusal(error);
      step.why = refusal.why;
      step.values = refusal.values;
      return undefined;
    } finally {
      this.tell();
    }
  }

  skipIfWaiting(name: StepName): void {
    if (this.steps.find((s) => s.name === name)?.state === "waiting") this.skip(name);
  }

  skip(name: StepName): void {
    const step = this.steps.find((s) => s.name === name) as Step;
    step.state = "skipped";
    this.tell();
  }
}

export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal("form", { what: error instanceof Error ? error.message : String(error) });
}
