// A voter's credential (Belenios' specification 2.0, section 4.8): a text whose public part the voter registers, and which signs its ballot.
// Here it is made of the member's secret key and the election, so that nothing has to be kept between the registration and the ballot.
import { type Bytes, utf8 } from "../verify/bytes";
import { malformed } from "../verify/refusal";
import { type Group, power, toNumber } from "./group";

const kDigits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const kLength = 14; // digits, and one that checks them
const kChecked = 53n;
const kIterations = 1000;
const kPurpose = "comity election credential/v1\n";

const check = (n: bigint): string => kDigits[Number((kChecked - (n % kChecked)) % kChecked)] as string;

function written(n: bigint): string {
  let digits = "";
  for (let rest = n; digits.length < kLength; rest /= 58n) digits = (kDigits[Number(rest % 58n)] as string) + digits;
  return ((digits + check(n)).match(/.{3}/g) as string[]).join("-");
}

// `seed`: of the member's Ed25519 key. Whoever has it can vote in the member's name anyhow; what was chosen it does not open.
export async function credentialOf(seed: Bytes, uuid: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(kPurpose + uuid)));
  return written(toNumber(mac) % 58n ** BigInt(kLength));
}

// What somebody typed, as it is written; of the command line's files, too.
export function parseCredential(text: string): string {
  const digits = text.trim().replace(/-/g, "");
  if (digits.length !== kLength + 1 || [...digits].some((each) => !kDigits.includes(each))) throw malformed("credential");
  const n = [...digits.slice(0, kLength)].reduce((sum, each) => sum * 58n + BigInt(kDigits.indexOf(each)), 0n);
  if (check(n) !== digits[kLength]) throw malformed("credential");
  return written(n);
}

export async function secretOf({ q }: Group, credential: string, uuid: string): Promise<bigint> {
  const key = await crypto.subtle.importKey("raw", utf8(credential), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: utf8(uuid), iterations: kIterations }, key, 256);
  return toNumber(new Uint8Array(bits)) % q;
}

// What is registered.
export async function publicCredential(group: Group, credential: string, uuid: string): Promise<string> {
  return power(group, group.g, await secretOf(group, credential, uuid)).toString();
}
