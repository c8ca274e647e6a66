// Sealed bids opened by other code than the page's: libsodium itself, and sharing by tables of logarithms.
import { createPrivateKey, createPublicKey } from "node:crypto";
import sodium from "libsodium-wrappers";
import { sha256 } from "./lab.mjs";

await sodium.ready;

const kPkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
const kHead = Buffer.from("comity-sealed/v1\n");

function publicOf(seed) {
  const secret = createPrivateKey({ key: Buffer.concat([kPkcs8, seed]), format: "der", type: "pkcs8" });
  return createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
}

// Throws where it is not sealed to that key, or was changed.
function unseal(sealed, seed) {
  if (!sealed.subarray(0, kHead.length).equals(kHead)) throw new Error("nothing that was sealed");
  const from = kHead.length + 2;
  const end = from + sealed.readUInt16BE(kHead.length) * 84 + 24;
  const pair = sodium.crypto_sign_seed_keypair(seed);
  const [open, secret] = [sodium.crypto_sign_ed25519_pk_to_curve25519(pair.publicKey), sodium.crypto_sign_ed25519_sk_to_curve25519(pair.privateKey)];
  for (let at = from; at < end - 24; at += 84) {
    if (!sealed.subarray(at, at + 4).equals(sha256(pair.publicKey).subarray(0, 4))) continue;
    const key = sodium.crypto_box_seal_open(sealed.subarray(at + 4, at + 84), open, secret);
    return Buffer.from(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed.subarray(end), sealed.subarray(0, end), sealed.subarray(end - 24, end), key));
  }
  throw new Error("not sealed to this key");
}

const kExp = [1];
while (kExp.length < 255) {
  const last = kExp[kExp.length - 1];
  const twice = (last << 1) ^ (last & 0x80 ? 0x11b : 0);
  kExp.push(twice ^ last); // 3 generates the field
}
const kLog = new Map(kExp.map((value, power) => [value, power]));
const times = (a, b) => (a === 0 || b === 0 ? 0 : kExp[(kLog.get(a) + kLog.get(b)) % 255]);
const over = (a, b) => kExp[(kLog.get(a) - kLog.get(b) + 255) % 255];

function join(shares) {
  return Buffer.from(Array.from({ length: 32 }, (_, at) =>
    shares.reduce((sum, [x, ...bytes]) => sum ^ times(bytes[at], shares.filter(([other]) => other !== x).reduce((product, [other]) => times(product, over(other, other ^ x)), 1)), 0)));
}

// The seed of a bid: somebody said it, or so many openers as the call's threshold their shares of it.
function seedOf(call, bid, openings) {
  const said = openings.flatMap(({ author, body }) => body.opened.map((each) => ({ author, ...each }))).filter(({ bid: of }) => of === bid.id);
  const key = said.find((each) => each.key);
  if (key) return { seed: Buffer.from(key.key, "base64"), by: "key" };
  const shares = (call.openers ?? []).flatMap(({ member }, i) => said.filter((each) => each.author === member && each.share).map((each) => [...Buffer.from(each.share, "base64")]).filter(([x]) => x === i + 1));
  return call.threshold && shares.length >= call.threshold ? { seed: join(shares.slice(0, call.threshold)), by: "shares" } : null;
}

export function openBid(call, bid, openings) {
  const found = seedOf(call, bid, openings);
  if (!found || publicOf(found.seed).toString("base64") !== bid.body.key) return null;
  const text = unseal(Buffer.from(bid.body.sealed, "base64"), found.seed);
  const content = JSON.parse(text);
  if (text.length % 1024 !== 0 || content.call !== bid.body.call || content.bidder !== bid.author) return null;
  return { content, by: found.by };
}

// An opener says its share of a bid.
export function sayShare(lab, member, call, bid) {
  const opener = call.body.openers.findIndex((each) => each.member === member);
  const share = unseal(Buffer.from(bid.body.shares[opener], "base64"), lab.keys.get(member).seed);
  const head = Buffer.concat([Buffer.from("comity-share/v1\n"), Buffer.from(call.id, "hex"), sha256(bid.author), Buffer.from([opener + 1])]);
  if (!share.subarray(0, head.length).equals(head)) throw new Error("a share of something else");
  lab.say("development.opening", member, { call: call.id, opened: [{ bid: bid.id, share: share.subarray(head.length - 1).toString("base64") }] });
}
