// A secret in parts, any `threshold` of which are the secret and fewer tell nothing of it: Shamir's sharing over GF(2^8) with the
// polynomial of AES, byte by byte. The node and the command line have the same (crypto/secret_sharing.h).
import type { Bytes } from "../verify/bytes";

export interface Share {
  number: number; // from 1
  bytes: Bytes;
}

// Without a branch or a table that would depend on secrets.
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; ++bit) {
    product ^= a & -((b >> bit) & 1);
    a = ((a << 1) ^ (0x11b & -(a >> 7))) & 0xff;
  }
  return product & 0xff;
}

// a^254: the field has 255 elements besides 0.
function inverse(a: number): number {
  let out = 1;
  for (let i = 0; i < 254; ++i) out = times(out, a);
  return out;
}

export function splitSecret(secret: Bytes, threshold: number, shares: number): Share[] {
  if (secret.length === 0 || threshold < 1 || threshold > shares || shares > 255) throw new RangeError("threshold");
  // Coefficients of the polynomials, of one degree after the other; the secret is that of degree 0.
  const coefficients = [secret];
  while (coefficients.length < threshold) coefficients.push(crypto.getRandomValues(new Uint8Array(secret.length)));
  return Array.from({ length: shares }, (_, i) => {
    const bytes = new Uint8Array(secret.length);
    for (const coefficient of [...coefficients].reverse()) bytes.forEach((byte, at) => (bytes[at] = times(byte, i + 1) ^ (coefficient[at] ?? 0)));
    return { number: i + 1, bytes };
  });
}

// Of exactly as many parts as the threshold is, each with a number of its own.
export function joinSecret(shares: readonly Share[]): Bytes {
  const secret = new Uint8Array(shares[0]?.bytes.length ?? 0);
  for (const share of shares) {
    // What the part weighs at 0 (Lagrange).
    const weight = shares
      .filter(({ number }) => number !== share.number)
      .reduce((product, { number }) => times(product, times(number, inverse(number ^ share.number))), 1);
    secret.forEach((byte, at) => (secret[at] = byte ^ times(share.bytes[at] ?? 0, weight)));
  }
  return secret;
}
