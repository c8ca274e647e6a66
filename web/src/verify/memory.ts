// What this browser remembers of the node: its keys since the first visit, and the largest log it has seen proven. Without a
// memory a browser could be shown another key or another history each time.
import { toHex } from "./bytes";
import { type Checkpoint, parseCheckpoint } from "./checkpoint";
import { fingerprint, type Key, kCosignature, kEd25519, parseKey } from "./key";
import { Refusal } from "./refusal";

export interface Storage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface Pin {
  key: string;
  cosigner: string;
  community: string; // its id; empty: none was founded yet
  since: string; // RFC 3339
}

export interface Seen {
  checkpoint: string; // the signed note
  at: string; // RFC 3339
}

const kPin = "comity.pin";
const kSeen = "comity.seen";
const kConflict = "comity.conflict";

function read<T>(storage: Storage, name: string, fields: (keyof T)[]): T | null {
  try {
    const value = JSON.parse(storage.getItem(name) ?? "null") as T | null;
    return value && fields.every((field) => typeof value[field] === "string") ? value : null;
  } catch {
    return null;
  }
}

export class Memory {
  constructor(private readonly storage: Storage) {}

  pin(): Pin | null {
    return read<Pin>(this.storage, kPin, ["key", "cosigner", "community", "since"]);
  }
  seen(): Seen | null {
    return read<Seen>(this.storage, kSeen, ["checkpoint", "at"]);
  }
  seenCheckpoint(): Checkpoint | null {
    const seen = this.seen();
    return seen && parseCheckpoint(seen.checkpoint);
  }
  // The two signed checkpoints that contradict each other: evidence to show to others.
  conflict(): { before: string; now: string } | null {
    return read(this.storage, kConflict, ["before", "now"]);
  }

  remember(checkpoint: Checkpoint, at: Date): void {
    this.storage.setItem(kSeen, JSON.stringify({ checkpoint: checkpoint.raw, at: at.toISOString() }));
  }
  rememberConflict(before: string, now: string): void {
    this.storage.setItem(kConflict, JSON.stringify({ before, now }));
  }
  forget(): void {
    for (const name of [kPin, kSeen, kConflict]) this.storage.removeItem(name);
  }
  savePin(pin: Pin): void {
    this.storage.setItem(kPin, JSON.stringify(pin));
  }
}

export interface Keys {
  log: Key;
  cosigner: Key;
  community: string;
  first: boolean; // pinned just now
  since: string;
}

interface NodeKeys {
  log?: { key?: unknown; cosigner_key?: unknown } | null;
  community?: { id?: unknown } | null;
}

// The node's keys, which must be those of the first visit. A changed one is refused with both fingerprints.
export async function pinnedKeys(node: NodeKeys, memory: Memory, now: Date): Promise<Keys> {
  const log = await parseKey(node.log?.key, kEd25519, "log.key");
  const cosigner = await parseKey(node.log?.cosigner_key, kCosignature, "log.cosigner_key");
  const id = node.community?.id;
  const community = typeof id === "string" && /[1-9a-f]/.test(id) ? id : "";
  const pin = memory.pin();
  if (!pin) {
    const since = now.toISOString();
    memory.savePin({ key: log.text, cosigner: cosigner.text, community, since });
    return { log, cosigner, community, first: true, since };
  }
  const changed: ["log-key-changed" | "time-key-changed", string, string][] = [
    ["log-key-changed", pin.key, log.text],
    ["time-key-changed", pin.cosigner, cosigner.text],
  ];
  for (const [why, want, got] of changed) {
    if (want !== got) throw new Refusal(why, { want: await fingerprint(want), got: await fingerprint(got) });
  }
  if (pin.community === "" && community !== "") memory.savePin({ ...pin, community });
  else if (pin.community !== community) throw new Refusal("community-changed", { want: pin.community, got: community });
  return { log, cosigner, community, first: false, since: pin.since };
}

export const rootText = (checkpoint: Checkpoint) => toHex(checkpoint.root);
