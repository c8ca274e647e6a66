// Bytes and their spellings, strict: what was decoded encodes to the same text again, so no byte of an answer can be
// changed without being noticed.
import { malformed } from "./refusal";

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return new Uint8Array(encoder.encode(text));
}

export function fromUtf8(bytes: Bytes, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(what);
  }
}

export function concat(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text: string, what: string): Bytes {
  if (typeof text !== "string" || text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw malformed(what);
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

// RFC 4648 section 4, padded.
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export function fromBase64(text: string, what: string): Bytes {
  if (typeof text !== "string") throw malformed(what);
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw malformed(what);
  }
  if (btoa(binary) !== text) throw malformed(what);
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

// A number as C2SP writes it: decimal, no leading zero, no sign. Above 2^53 JavaScript's numbers are not exact.
export function decimal(text: string, what: string): number {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw malformed(what);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw malformed(what);
  return value;
}

export function uint(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw malformed(what);
  return value;
}

export function u64(bytes: Uint8Array, what: string): number {
  if (bytes.length !== 8) throw malformed(what);
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(what);
  return Number(value);
}
