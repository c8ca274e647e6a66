// Public keys as C2SP signed-note writes them: <name>+<key id as 8 hex>+<base64 of type and key>.
import { type Bytes, equal, fromBase64, fromHex, toHex, utf8 } from "./bytes";
import { sha256 } from "./digest";
import { malformed } from "./refusal";

export const kEd25519 = 0x01; // signs statements and checkpoints
export const kCosignature = 0x04; // signs timestamped cosignatures

export interface Key {
  text: string;
  name: string;
  type: number;
  id: string; // 8 hex
  bytes: Bytes;
}

export function validKeyName(name: string): boolean {
  return name !== "" && !/[+\p{White_Space}]/u.test(name);
}

export async function parseKey(text: unknown, type: number, what = "key"): Promise<Key> {
  if (typeof text !== "string") throw malformed(what);
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1); // base64 may hold further ones
  if (first < 1 || second < 0) throw malformed(what);
  const name = text.slice(0, first);
  const id = text.slice(first + 1, second);
  const typed = fromBase64(text.slice(second + 1), what);
  if (!validKeyName(name) || id.length !== 8 || typed.length !== 33 || typed[0] !== type) throw malformed(what);
  const digest = await sha256(utf8(name), Uint8Array.of(0x0a), typed);
  if (!equal(digest.slice(0, 4), fromHex(id, what))) throw malformed(what);
  return { text, name, type, id, bytes: typed.slice(1) };
}

// What people compare over the telephone: SHA-256 over the written key, its first 16 bytes in groups of four digits.
export async function fingerprint(key: string): Promise<string> {
  const digest = toHex(await sha256(utf8(key)));
  return (digest.slice(0, 32).match(/.{4}/g) ?? []).join(" ");
}
