// Bids under seal, made and opened in the browser; the same bytes as the command line's (development/tender/sealed_bid.h). What opens
// a bid is made of the member's own key, the call and a salt, so there is nothing to keep but that key, and it opens either way.
import { type Bytes, concat, equal, fromBase64, fromHex, toBase64, utf8 } from "../verify/bytes";
import { sha256 } from "../verify/digest";
import { kEd25519, parseKey } from "../verify/key";
import type { SealedBid, SealedBids } from "./answers";
import { openSealed, publicOf, sealTo } from "./sealing";
import { splitSecret } from "./sharing";

const kPadding = 1024;

export interface Offered {
  call: string; // its statement
  bidder: string;
  value: { amount: number; currency: string };
  note?: string;
  documents?: { title: string; url: string }[];
}

export interface Terms {
  openers?: { member: string; key: string }[];
  threshold?: number;
}

export function bidSeed(member: Bytes, call: string, salt: Bytes): Promise<Bytes> {
  return sha256(utf8("comity-bid/v1\n"), member, fromHex(call, "call"), salt);
}

// It names its call, so that nobody has openers open it under another call that ends sooner.
const shareHead = async (call: string, bidder: string, opener: number): Promise<Bytes> =>
  concat(utf8("comity-share/v1\n"), fromHex(call, "call"), await sha256(utf8(bidder)), Uint8Array.of(opener + 1));

// The body of the bid, but for its revision.
export async function sealBid(terms: Terms, offered: Offered, member: Bytes, salt: Bytes = crypto.getRandomValues(new Uint8Array(16))): Promise<Record<string, unknown>> {
  const seed = await bidSeed(member, offered.call, salt);
  const key = publicOf(seed);
  const content = utf8(JSON.stringify(offered));
  const padded = concat(content, new Uint8Array((kPadding - (content.length % kPadding)) % kPadding).fill(0x20));
  const body = { call: offered.call, salt: toBase64(salt), key: toBase64(key), sealed: toBase64(await sealTo([key], padded)) };
  const openers = terms.openers ?? [];
  if (openers.length === 0) return body;
  const shares: string[] = [];
  for (const { number, bytes } of splitSecret(seed, terms.threshold ?? 0, openers.length)) {
    const reader = await parseKey(openers[number - 1]?.key, kEd25519);
    shares.push(toBase64(await sealTo([reader.bytes], concat(await shareHead(offered.call, offered.bidder, number - 1), bytes))));
  }
  return { ...body, shares };
}

// One beyond those that the member has bid so far; undefined where it has not.
export function nextRevision(bids: SealedBids, member: string): number | undefined {
  const own = bids.rows.filter(({ author }) => author === member).map(({ bid }) => bid.revision ?? 0);
  return own.length ? Math.max(...own) + 1 : undefined;
}

export type Opened = { bid: string; key: string } | { bid: string; share: string };

// An opener's share as an opening has it: its number and the part. Null where it was made for another call, bidder or opener: what is
// in it may be another's bid that is not yet due.
async function ownShare(bid: SealedBid, bidder: string, opener: number, secret: Bytes): Promise<Bytes | null> {
  const sealed = bid.shares?.[opener];
  const share = sealed ? await openSealed(fromBase64(sealed, "shares"), secret) : null;
  const head = await shareHead(bid.call, bidder, opener);
  if (!share || share.length !== head.length + 32 || !equal(share.slice(0, head.length), head)) return null;
  return share.slice(head.length - 1);
}

// The keys of one's own bids, and one's shares of all where one is an opener.
export async function openingsBy(bids: SealedBids, member: string, secret: Bytes): Promise<Opened[]> {
  const own = toBase64(publicOf(secret));
  const opened: Opened[] = [];
  for (const { author, statement, bid } of bids.rows) {
    if (bid.withdrawn || !bid.salt || !bid.key) continue;
    if (author === member) {
      const seed = await bidSeed(secret, bids.statement, fromBase64(bid.salt, "salt"));
      if (toBase64(publicOf(seed)) === bid.key) opened.push({ bid: statement, key: toBase64(seed) });
    }
    for (const [i, opener] of (bids.call.openers ?? []).entries()) {
      if (opener.member !== member || toBase64((await parseKey(opener.key, kEd25519)).bytes) !== own) continue;
      const share = await ownShare(bid, author, i, secret);
      if (share) opened.push({ bid: statement, share: toBase64(share) });
    }
  }
  return opened;
}
