// Sealing bytes to the holders of Ed25519 keys, as the node and the command line do (crypto/sealing.h): XChaCha20-Poly1305, its key
// in a sealed box of libsodium's (X25519, BLAKE2b, XSalsa20-Poly1305) for each reader. WebCrypto has none of these ciphers.
import { xchacha20poly1305 } from "@noble/ciphers/chacha";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa";
import { ed25519, edwardsToMontgomeryPriv, edwardsToMontgomeryPub, x25519 } from "@noble/curves/ed25519";
import { blake2b } from "@noble/hashes/blake2b";
import { type Bytes, concat, equal, utf8 } from "../verify/bytes";
import { sha256 } from "../verify/digest";
import { malformed } from "../verify/refusal";

const kMagic = utf8("comity-sealed/v1\n");
const kHint = 4;
const kBox = 32 + 48; // the content's key, and what a sealed box adds
const kNonce = 24;
const kTag = 16;

const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
const words = (bytes: Bytes): Uint32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
};

// The key of crypto_box: the shared point through HSalsa20.
function boxKey(secret: Uint8Array, open: Uint8Array): Bytes {
  const key = new Uint32Array(8);
  hsalsa(words(utf8("expand 32-byte k")), words(concat(x25519.getSharedSecret(secret, open))), new Uint32Array(4), key);
  const out = new Uint8Array(32);
  key.forEach((word, i) => new DataView(out.buffer).setUint32(4 * i, word, true));
  return out;
}
const boxNonce = (sender: Uint8Array, reader: Uint8Array) => blake2b(concat(sender, reader), { dkLen: kNonce });

// Of an Ed25519 key the X25519 one; of a point of small order nobody's alone would be the secret.
function boxPublic(key: Bytes): Uint8Array {
  const point = ed25519.Point.fromHex(key);
  if (point.isSmallOrder() || !point.isTorsionFree()) throw malformed("key");
  return edwardsToMontgomeryPub(key);
}

export function publicOf(seed: Bytes): Bytes {
  return concat(ed25519.getPublicKey(seed));
}

export async function sealTo(readers: readonly Bytes[], content: Bytes): Promise<Bytes> {
  const key = random(32);
  const boxes: Bytes[] = [];
  for (const reader of readers) {
    const [own, their] = [random(32), boxPublic(reader)];
    const sender = x25519.getPublicKey(own);
    const box = xsalsa20poly1305(boxKey(own, their), boxNonce(sender, their)).encrypt(key);
    boxes.push((await sha256(reader)).slice(0, kHint), concat(sender, box));
  }
  const nonce = random(kNonce);
  const head = concat(kMagic, Uint8Array.of(readers.length >> 8, readers.length & 0xff), ...boxes, nonce);
  return concat(head, xchacha20poly1305(key, nonce, head).encrypt(content));
}

// Null where it is not sealed to that key, or was changed.
export async function openSealed(sealed: Bytes, seed: Bytes): Promise<Bytes | null> {
  const from = kMagic.length + 2;
  if (sealed.length < from || !equal(sealed.slice(0, kMagic.length), kMagic)) return null;
  const count = ((sealed[kMagic.length] ?? 0) << 8) | (sealed[kMagic.length + 1] ?? 0);
  const end = from + count * (kHint + kBox) + kNonce;
  if (sealed.length < end + kTag) return null;
  const own = publicOf(seed);
  const [hint, secret, open] = [(await sha256(own)).slice(0, kHint), edwardsToMontgomeryPriv(seed), edwardsToMontgomeryPub(own)];
  for (let i = 0; i < count; ++i) {
    const at = from + i * (kHint + kBox);
    const sender = sealed.slice(at + kHint, at + kHint + 32);
    if (!equal(sealed.slice(at, at + kHint), hint)) continue;
    try {
      const key = xsalsa20poly1305(boxKey(secret, sender), boxNonce(sender, open)).decrypt(sealed.slice(at + kHint + 32, at + kHint + kBox));
      const head = sealed.slice(0, end);
      return concat(xchacha20poly1305(key, head.slice(-kNonce), head).decrypt(sealed.slice(end)));
    } catch {
      // another reader's, or changed
    }
  }
  return null;
}
