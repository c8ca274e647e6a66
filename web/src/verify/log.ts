// The checks of the log itself: whose checkpoint it is, when it stood, and that it has only grown.
import { equal, toHex } from "./bytes";
import { type Checkpoint, parseCheckpoint, verifyCosignature, verifyLogSignature } from "./checkpoint";
import { fingerprint } from "./key";
import { type Keys, type Memory, pinnedKeys } from "./memory";
import { Refusal } from "./refusal";
import type { Source } from "./source";
import { fact, kLogSteps, Run, type Step, type Verdict } from "./steps";
import { Tiles } from "./tile";
import { consistencyProof, consistent } from "./tree";

// The log's signature, by the key that was pinned on the first visit.
export async function checkSigned(step: Step, checkpoint: Checkpoint, source: Source, memory: Memory): Promise<Keys> {
  const keys = await pinnedKeys((await source.node()) as object, memory, new Date());
  await verifyLogSignature(checkpoint, keys.log);
  step.facts.push(
    fact("log-key", "text", keys.log.name),
    fact("fingerprint", "hash", await fingerprint(keys.log.text)),
    fact("pinned-since", "time", keys.since),
    fact("size", "number", checkpoint.size),
    fact("root", "hash", toHex(checkpoint.root)),
  );
  if (keys.first) step.remark = "first-visit";
  return keys;
}

// The cosignature's time. `witnessed`: seconds since 1970 that the node says it took the statement at.
export async function checkTime(step: Step, checkpoint: Checkpoint, keys: Keys, witnessed?: number): Promise<void> {
  const time = await verifyCosignature(checkpoint, keys.cosigner);
  step.facts.push(
    fact("cosigner", "text", keys.cosigner.name),
    fact("fingerprint", "hash", await fingerprint(keys.cosigner.text)),
    fact("stated-time", "time", new Date(time * 1000).toISOString()),
  );
  if (witnessed === undefined) return;
  step.facts.push(fact("witnessed", "time", new Date(witnessed * 1000).toISOString()));
  if (witnessed > time) throw new Refusal("time-before");
}

// Does the log of `to` hold that of `from`, unchanged?
export async function grown(from: Checkpoint, to: Checkpoint, tiles: Tiles): Promise<boolean> {
  if (from.size === to.size) return equal(from.root, to.root);
  const proof = await consistencyProof(from.size, to.size, tiles.read);
  return consistent(from.size, from.root, to.size, to.root, proof);
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The present checkpoint. A cache or another process of the node may be some moments behind: it is asked again before a smaller
// log than the one known is called rewound.
async function present(source: Source, known: number, keys: Keys): Promise<Checkpoint> {
  for (let tries = 0; ; ++tries) {
    const checkpoint = parseCheckpoint(await source.checkpoint());
    if (checkpoint.size >= known || tries === 3) {
      await verifyLogSignature(checkpoint, keys.log);
      await verifyCosignature(checkpoint, keys.cosigner);
      return checkpoint;
    }
    await pause(700);
  }
}

// That the present log continues what this browser has seen (and the proof's checkpoint), computed from the log's tiles.
export async function checkConsistency(
  step: Step,
  source: Source,
  memory: Memory,
  keys: Keys,
  proven: Checkpoint | null,
): Promise<void> {
  const seen = memory.seenCheckpoint();
  const at = memory.seen()?.at;
  const now = await present(source, Math.max(seen?.size ?? 0, proven?.size ?? 0), keys);
  if (seen && at) step.facts.push(fact("seen-size", "number", seen.size), fact("seen-at", "time", at));
  if (proven) step.facts.push(fact("proof-size", "number", proven.size));
  step.facts.push(fact("present-size", "number", now.size), fact("root", "hash", toHex(now.root)));

  const tiles = new Tiles(now.size, source.tile);
  for (const earlier of [seen, proven]) {
    if (!earlier) continue;
    if (earlier.origin !== now.origin) throw new Refusal("origin-differs", { got: now.origin, want: earlier.origin });
    if (earlier.size > now.size) {
      memory.rememberConflict(earlier.raw, now.raw);
      throw new Refusal("rewound", { seen: earlier.size, now: now.size });
    }
    if (await grown(earlier, now, tiles)) continue;
    if (earlier.size === now.size) {
      memory.rememberConflict(earlier.raw, now.raw);
      throw new Refusal("forked", { size: now.size });
    }
    // A damaged tile and a log of another history look the same from here; both signed checkpoints are kept.
    memory.rememberConflict(earlier.raw, now.raw);
    throw new Refusal("inconsistent", { seen: earlier.size, now: now.size });
  }
  if (tiles.fetched.length > 0) step.facts.push(fact("tiles", "text", tiles.fetched.join(" ")));
  if (!seen) {
    step.remark = "first-look";
    step.state = "noted";
  } else {
    step.remark = seen.size === now.size ? "same-size" : "grown";
  }
  memory.remember(now, new Date());
}

// The log alone, as the overview checks it.
export async function verifyLog(source: Source, memory: Memory, report: (verdict: Verdict) => void): Promise<Verdict> {
  const run = new Run(kLogSteps, report);
  const opened = await run.step("checkpoint", async (step) => {
    const checkpoint = parseCheckpoint(await source.checkpoint());
    return { checkpoint, keys: await checkSigned(step, checkpoint, source, memory) };
  });
  if (opened) {
    await run.step("time", (step) => checkTime(step, opened.checkpoint, opened.keys));
    await run.step("consistency", (step) => checkConsistency(step, source, memory, opened.keys, opened.checkpoint));
  } else {
    run.skip("time");
    run.skip("consistency");
  }
  return run.verdict();
}
