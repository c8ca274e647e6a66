// Everything this browser can establish about a statement by itself, step by step.
import { equal, fromHex, fromUtf8, toHex, uint } from "./bytes";
import { type Checkpoint } from "./checkpoint";
import { type Envelope, envelopeId, isObject, kPayloadType, parseEnvelope } from "./dsse";
import { fingerprint, type Key, kEd25519, parseKey } from "./key";
import { checkConsistency, checkSigned, checkTime } from "./log";
import { type Memory, pinnedKeys } from "./memory";
import { Origins, signerOf } from "./origin";
import { powerFor } from "./powers";
import { parseProof, type Proof } from "./proof";
import { malformed, Refusal } from "./refusal";
import type { Source } from "./source";
import { fact, kStatementSteps, Run, type Step, type Verdict } from "./steps";
import { Tiles } from "./tile";
import { inclusionPath, leafHash, rootFromInclusion } from "./tree";

// What is shown, parsed from the envelope's payload: the bytes that were signed.
export function readPayload(envelope: Envelope): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(envelope.payload, "payload"));
  } catch {
    throw malformed("payload");
  }
  if (!isObject(value)) throw malformed("payload");
  return value;
}

function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => sameJson(x, b[i]));
  if (isObject(a)) {
    const names = Object.keys(a);
    return isObject(b) && names.length === Object.keys(b).length && names.every((n) => n in b && sameJson(a[n], b[n]));
  }
  return a === b;
}

export function seconds(text: unknown, what: string): number {
  const time = typeof text === "string" ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw malformed(what);
  return Math.floor(time / 1000);
}

// The id that was asked for, recomputed from the envelope; and the node's own copies must say what the envelope says.
export async function checkId(step: Step, answer: Record<string, unknown>, asked: string): Promise<Envelope> {
  const envelope = parseEnvelope(answer["envelope"]);
  const id = toHex(await envelopeId(envelope));
  step.facts.push(
    fact("payload-type", "text", envelope.payloadType),
    fact("payload-size", "number", envelope.payload.length),
    fact("computed-id", "hash", id),
  );
  if (!id.startsWith(asked) || asked.length < 8) throw new Refusal("id-differs");
  if (envelope.payloadType !== kPayloadType) throw new Refusal("payload-type", { got: envelope.payloadType });
  if (answer["id"] !== id || !sameJson(answer["statement"], readPayload(envelope))) throw new Refusal("copy-differs");
  return envelope;
}

interface Listed {
  key: Key;
  custody: boolean;
  from: number;
  starts: number;
  until: number | null;
  powers: unknown[] | null; // of a delegate; null: all
}

async function memberKeys(member: unknown): Promise<Listed[]> {
  if (!isObject(member) || !Array.isArray(member["keys"])) throw malformed("member");
  return Promise.all(
    member["keys"].map(async (entry: unknown) => {
      if (!isObject(entry)) throw malformed("member");
      return {
        key: await parseKey(entry["key"], kEd25519, "member.keys"),
        custody: entry["custody"] === true,
        from: seconds(entry["from"], "member.keys.from"),
        starts: entry["starts"] === undefined ? 0 : seconds(entry["starts"], "member.keys.starts"),
        powers: Array.isArray(entry["powers"]) ? entry["powers"] : null,
        until: entry["until"] === null ? null : seconds(entry["until"], "member.keys.until"),
      };
    }),
  );
}

// A node's clock may be this much ahead of another's (docs/formats.md): a key counts from a little before.
const kClockSlack = 300;

export async function checkSignature(step: Step, envelope: Envelope, witnessed: number, source: Source): Promise<Key> {
  const author = readPayload(envelope)["author"];
  if (typeof author !== "string") throw malformed("payload.author");
  const member = await source.member(author);
  if (member === null) throw new Refusal("author-unknown", { author });
  const listed = await memberKeys(member);
  const signer = await signerOf(envelope, listed.map((entry) => entry.key));
  // One key may be there several times, for other powers or another term.
  const entries = listed.filter((candidate) => candidate.key.text === signer?.text);
  const needed = powerFor(String(readPayload(envelope)["type"]));
  const empowered = entries.filter(({ powers }) => (powers === null ? needed !== "recover" : powers.includes(needed)));
  const timely = ({ starts, until }: Listed) => witnessed >= starts && (until === null || witnessed <= until);
  const entry = empowered.find(timely) ?? empowered[0] ?? entries[0];
  if (!signer || !entry) throw new Refusal("no-valid-signature", { author });
  step.facts.push(
    fact("signed-by", "member", author),
    fact("key", "hash", signer.text),
    fact("fingerprint", "hash", await fingerprint(signer.text)),
    fact("valid-from", "time", new Date(entry.from * 1000).toISOString()),
  );
  if (entry.custody) step.facts.push(fact("custody", "text", ""));
  if (empowered.length === 0) throw new Refusal("key-no-power", { author });
  if (witnessed < (entry.starts || entry.from - kClockSlack)) throw new Refusal("key-not-yet", { author });
  if (entry.until !== null && witnessed > entry.until) throw new Refusal("key-no-more", { author });
  return signer;
}

async function checkInclusion(
  step: Step,
  id: string,
  index: unknown,
  proof: Proof,
  source: Source,
  thorough: boolean,
): Promise<void> {
  const entry = fromHex(id, "id");
  const leaf = await leafHash(entry);
  const { size, root } = proof.checkpoint;
  step.facts.push(
    fact("index", "number", proof.index),
    fact("size", "number", size),
    fact("leaf", "hash", toHex(leaf)),
    fact("path", "number", proof.path.length),
    fact("root", "hash", toHex(root)),
  );
  if (uint(index, "index") !== proof.index) throw new Refusal("index-differs", { got: proof.index, want: index as number });
  const reached = await rootFromInclusion(leaf, proof.index, size, proof.path);
  if (!reached || !equal(reached, root)) throw new Refusal("not-in-log");
  if (!thorough) return;

  // The same from the log's own files, which are the same for everybody.
  const tiles = new Tiles(size, source.tile);
  const path = await inclusionPath(proof.index, size, tiles.read);
  const again = await rootFromInclusion(leaf, proof.index, size, path);
  if (!again || !equal(again, root)) throw new Refusal("tile-differs", { what: tiles.fetched.join(" ") });
  const bundle = await tiles.bundle(proof.index);
  for (const [i, other] of bundle.entries.entries()) {
    const hash = await tiles.read({ level: 0, index: bundle.first + i });
    if (!equal(await leafHash(other), hash)) throw new Refusal("entry-differs", { index: bundle.first + i });
  }
  if (!equal(bundle.entries[proof.index - bundle.first] ?? entry.slice(1), entry)) {
    throw new Refusal("entry-differs", { index: proof.index });
  }
  step.facts.push(
    fact("tiles", "text", tiles.fetched.join(" ")),
    fact("entries", "number", bundle.entries.length),
  );
  step.remark = "from-tiles";
}

export interface Options {
  thorough: boolean; // recompute the proof from the log's tiles too
}

// `asked`: the id or the prefix that the reader asked for; `answer`: /api/v1/statements/{id} as it is being shown.
export async function verifyStatement(
  asked: string,
  answer: unknown,
  source: Source,
  memory: Memory,
  options: Options,
  report: (verdict: Verdict) => void,
): Promise<Verdict> {
  const run = new Run(kStatementSteps, report);
  const fields = isObject(answer) ? answer : {};
  const envelope = await run.step("id", (step) => checkId(step, fields, asked));
  const readable = envelope ?? attempt(() => parseEnvelope(fields["envelope"]));

  let signer: Key | undefined;
  if (readable) {
    signer = await run.step("signature", async (step) =>
      checkSignature(step, readable, seconds(fields["witnessed"], "witnessed"), source),
    );
  } else {
    run.skip("signature");
  }

  if (signer) {
    const key = signer;
    await run.step("origin", (step) => checkOrigin(step, readable as Envelope, seconds(fields["witnessed"], "witnessed"), key, source, memory));
  } else {
    run.skip("origin");
  }

  if (fields["index"] === null && envelope) {
    await inAnotherLog(run);
    return run.verdict();
  }

  let checkpoint: Checkpoint | undefined;
  if (envelope) {
    await run.step("inclusion", async (step) => {
      const id = toHex(await envelopeId(envelope));
      const proof = parseProof(await source.proof(id));
      checkpoint = proof.checkpoint;
      await checkInclusion(step, id, fields["index"], proof, source, options.thorough);
    });
  } else {
    run.skip("inclusion");
  }

  const proven = checkpoint;
  const keys = proven && (await run.step("checkpoint", (step) => checkSigned(step, proven, source, memory)));
  if (proven && keys) {
    await run.step("time", (step) => checkTime(step, proven, keys, seconds(fields["witnessed"], "witnessed")));
    await run.step("consistency", (step) => checkConsistency(step, source, memory, keys, proven));
  } else {
    if (!proven) run.skip("checkpoint");
    run.skip("time");
    run.skip("consistency");
  }
  return run.verdict();
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function checkOrigin(
  step: Step,
  envelope: Envelope,
  witnessed: number,
  key: Key,
  source: Source,
  memory: Memory,
): Promise<void> {
  const keys = await pinnedKeys((await source.node()) as object, memory, new Date());
  const { community, type } = readPayload(envelope);
  const charter = toHex(await envelopeId(envelope)) === keys.community;
  if (community !== (charter ? "0".repeat(64) : keys.community)) throw new Refusal("other-community");
  const links = await new Origins(source, keys.community).trace(key.name, key.text, { type: String(type), witnessed });
  if (!links) throw new Refusal("key-unfounded", { author: key.name });
  for (const link of links) step.facts.push(fact(link.kind, "statement", link.id));
}

// The statement came from another node, whose log holds it: here is no proof to check.
async function inAnotherLog(run: Run): Promise<void> {
  for (const name of ["inclusion", "checkpoint", "time", "consistency"] as const) {
    await run.step(name, async (step) => {
      step.state = "noted";
      step.remark = "no-index";
    });
  }
}
