// The groups of Belenios' elections (its specification, version 2.0, section 5): subgroups of prime order of the numbers modulo a prime.
// WebCrypto has none of it. BigInt takes a time that depends on its numbers; they are secret on the machine of the one whose ballot it is.
import { type Bytes, toHex, utf8 } from "../verify/bytes";
import { sha256 } from "../verify/digest";
import { malformed } from "../verify/refusal";

export interface Group {
  name: string;
  p: bigint;
  g: bigint;
  q: bigint; // the order of g
}

const kBelenios: Group = {
  name: "BELENIOS-2048",
  p: BigInt(
    "0x" +
      "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030421f514ed40bfd4c06e092a495af8d79a2f85e0fb11c0ede" +
      "07dd973f9c53e50930c6e82ac36de1ae3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd0a4091d8fa447f6c7ebc15a349fa318a6b4fe17d8d47e843" +
      "a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6747ebbb29c9ec3099b607f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a" +
      "0e7992d0f18cc759cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d707301e59e0e6351e051ed9cec4157646e64f",
  ),
  g: BigInt(
    "0x" +
      "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c5a9dfd001d26ba31d9d8976f01d95a1c8262ee68a0e92cea" +
      "541e5219e0d0d094301b894236823fe1d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697fdf9c2458570b06d2" +
      "6aef1be365fdd90165f397c6b870df8c1b9e519edcee8bb0f74b7a1615a274ba60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f" +
      "22127b6cbba44d453ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c041e1c91fe3823f4bcf284308f1d7e653",
  ),
  q: 0xadb6066a73522565f4daa0f2579db7f2f0fa90c2168bc709e20263387d55c491n,
};
const kRfc3526: Group = {
  name: "RFC-3526-2048",
  p: BigInt(
    "0x" +
      "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
      "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
      "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
      "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff",
  ),
  g: 2n,
  q: BigInt(
    "0x" +
      "7fffffffffffffffe487ed5110b4611a62633145c06e0e68948127044533e63a0105df531d89cd9128a5043cc71a026ef7ca8cd9e69d218d98158536f92f8a1b" +
      "a7f09ab6b6a8e122f242dabb312f3f637a262174d31bf6b585ffae5b7a035bf6f71c35fdad44cfd2d74f9208be258ff324943328f6722d9ee1003e5c50b1df82" +
      "cc6d241b0e2ae9cd348b1fd47e9267afc1b2ae91ee51d6cb0e3179ab1042a95dcf6a9483b84b4b36b3861aa7255e4c0278ba3604650c10be19482f23171b671d" +
      "f1cf3b960c074301cd93c1d17603d147dae2aef837a62964ef15e5fb4aac0b8c1ccaa4be754ab5728ae9130c4c7d02880ab9472d455655347fffffffffffffff",
  ),
};

export function groupOf(name: unknown): Group {
  const group = [kBelenios, kRfc3526].find((each) => each.name === name);
  if (!group) throw malformed("group");
  return group;
}

const kWindow = 4; // bits of the exponent that are taken at a time

// Precondition: exponent >= 0.
export function power({ p }: Group, base: bigint, exponent: bigint): bigint {
  const table = [1n];
  for (let i = 1; i < 1 << kWindow; ++i) table.push(((table[i - 1] as bigint) * base) % p);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < kWindow; ++i) result = (result * result) % p;
    result = (result * (table[parseInt(digit, 16)] as bigint)) % p;
  }
  return result;
}

export const times = ({ p }: Group, a: bigint, b: bigint): bigint => (a * b) % p;

// a to the minus n, n from 0: its order is q.
export const powerOfInverse = (group: Group, a: bigint, n: bigint): bigint => power(group, a, (group.q - (n % group.q)) % group.q);

export const isMember = (group: Group, a: bigint): boolean => a > 0n && a < group.p && power(group, a, group.q) === 1n;

export const modulo = (a: bigint, n: bigint): bigint => ((a % n) + n) % n;

export const toNumber = (bytes: Bytes): bigint => BigInt(`0x${toHex(bytes)}`);

// Each number below q is as likely as any other, but for one part in 2^128.
export function randomBelow(q: bigint): bigint {
  return toNumber(crypto.getRandomValues(new Uint8Array(Math.ceil(q.toString(16).length / 2) + 16))) % q;
}

// SHA-256 of the text, as a number from 0 to q - 1: what a proof is challenged with.
export const challengeOf = async ({ q }: Group, text: string): Promise<bigint> => toNumber(await sha256(utf8(text))) % q;

// A number as Belenios writes it.
export function parseNumber(text: unknown, what: string): bigint {
  if (typeof text !== "string" || !/^(0|[1-9][0-9]{0,699})$/.test(text)) throw malformed(what);
  return BigInt(text);
}
