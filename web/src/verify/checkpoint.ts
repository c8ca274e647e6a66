// Checkpoints (C2SP tlog-checkpoint) and timestamped cosignatures (C2SP tlog-cosignature, type 0x04).
import { type Bytes, decimal, fromBase64, u64, utf8 } from "./bytes";
import { verifyEd25519 } from "./digest";
import type { Key } from "./key";
import { type Note, noteBytes, parseNote } from "./note";
import { malformed, Refusal } from "./refusal";

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  note: Note;
  raw: string;
}

export function parseCheckpoint(raw: string): Checkpoint {
  const note = parseNote(raw);
  const [origin, size, root, ...more] = note.text.slice(0, -1).split("\n");
  if (!origin || size === undefined || root === undefined || more.some((line) => line === "")) {
    throw malformed("checkpoint");
  }
  const hash = fromBase64(root, "checkpoint");
  if (hash.length !== 32) throw malformed("checkpoint");
  return { origin, size: decimal(size, "checkpoint"), root: hash, note, raw };
}

// The log's own signature. An unknown key's signature is passed over; a known key's bad one refuses the whole note.
export async function verifyLogSignature(checkpoint: Checkpoint, key: Key): Promise<void> {
  if (checkpoint.origin !== key.name) throw new Refusal("origin-differs", { got: checkpoint.origin, want: key.name });
  const mine = checkpoint.note.signatures.filter((s) => s.name === key.name && s.id === key.id);
  if (mine.length === 0) throw new Refusal("log-unsigned", { key: key.name });
  for (const signature of mine) {
    if (!(await verifyEd25519(key.bytes, signature.bytes, noteBytes(checkpoint.note)))) {
      throw new Refusal("log-signature", { key: key.name });
    }
  }
}

// The time, in seconds since 1970, that the cosigner states for this checkpoint.
export async function verifyCosignature(checkpoint: Checkpoint, key: Key): Promise<number> {
  const mine = checkpoint.note.signatures.filter((s) => s.name === key.name && s.id === key.id);
  if (mine.length === 0) throw new Refusal("no-time", { key: key.name });
  let time = 0;
  for (const { bytes } of mine) {
    if (bytes.length !== 72) throw new Refusal("time-signature", { key: key.name });
    const stated = u64(bytes.slice(0, 8), "cosignature");
    const message = utf8(`cosignature/v1\ntime ${stated}\n${checkpoint.note.text}`);
    if (!(await verifyEd25519(key.bytes, bytes.slice(8), message))) {
      throw new Refusal("time-signature", { key: key.name });
    }
    time = Math.max(time, stated);
  }
  return time;
}
