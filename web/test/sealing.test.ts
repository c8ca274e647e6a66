import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { makeKey } from "../../tests/browser/lab.mjs";
import type { CallOpening, SealedBid, SealedBids } from "../src/market/answers";
import { bidSeed, nextRevision, openingsBy, sealBid } from "../src/market/bids";
import { awardOf, releaseOf, releasesIn } from "../src/market/releases";
import { openSealed, publicOf, sealTo } from "../src/market/sealing";
import { joinSecret, type Share, splitSecret } from "../src/market/sharing";
import { type Bytes, fromBase64, fromUtf8, toBase64, utf8 } from "../src/verify/bytes";

const filled = (size: number, byte: number): Bytes => new Uint8Array(size).fill(byte);
const [one, two, other] = [filled(32, 7), filled(32, 9), filled(32, 8)];

// "a quiet bid", sealed by libsodium to the keys of seeds 07... and 09...
const kSealed =
  "Y29taXR5LXNlYWxlZC92MQoAAv6BLBLtf9hWphe5OR15JbdmLiCYij3UPuxX3WUAK57nbxHRK3G0RP9E2RIvr6x1cz/Ae0u1LVVo07XWXydrDKq0GFRXlFFwtsdf9hC77j" +
  "GkR53Ns9vCmCU8jK/cAl8ULwd4Ruukq/9QafqCIRo06DghnEJeWYRuQJzRGsxAh5AdkBExFxvs+QXR1Pdoj6yyUiyuoHdhKTQy/DF4/qUOmp7ypVxtOvU2lQUFBQUFBQUF" +
  "BQUFBQUFBQUFBQUFBQUFBU3mtQ1rzMw9eHw3ntRqlnAiNZcabiIIi39Eaw==";

describe("sealing", () => {
  it("opens what libsodium has sealed, with the key of either reader and no other", async () => {
    const sealed = fromBase64(kSealed, "x");
    for (const seed of [one, two]) expect(fromUtf8((await openSealed(sealed, seed)) as Bytes, "x")).toBe("a quiet bid");
    expect(await openSealed(sealed, other)).toBeNull();
  });

  it("opens what it has sealed, and nothing of which any byte was changed or cut off", async () => {
    const sealed = await sealTo([publicOf(one)], utf8("95000"));
    expect(sealed.length).toBe(17 + 2 + 4 + 80 + 24 + 5 + 16);
    expect(fromUtf8((await openSealed(sealed, one)) as Bytes, "x")).toBe("95000");
    for (let at = 0; at < sealed.length; ++at) {
      const bent = sealed.slice();
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(await openSealed(bent, one), String(at)).toBeNull();
      expect(await openSealed(sealed.slice(0, at), one), String(at)).toBeNull();
    }
  });

  it("refuses keys that are nobody's alone", async () => {
    const point = filled(32, 0);
    point[0] = 1; // the neutral element
    await expect(sealTo([point], utf8("x"))).rejects.toThrow();
    await expect(sealTo([filled(32, 0xff)], utf8("x"))).rejects.toThrow();
  });
});

describe("sharing", () => {
  it("makes the secret of any parts, so many as the threshold", () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 255) & 0xff);
    const parts = splitSecret(secret, 3, 5);
    for (const [a, b, c] of [[0, 1, 2], [4, 2, 0], [1, 3, 4]] as const) expect(joinSecret([parts[a], parts[b], parts[c]] as Share[])).toEqual(secret);
    expect(joinSecret(parts.slice(0, 2))).not.toEqual(secret);
    expect(new Set(parts.map(({ bytes }) => toBase64(bytes))).size).toBe(5);
  });

  it("is that of AES's field: 3 and 246 are each other's inverse", () => {
    // A line through (1, 3 + s) and (2, 2*3 + s) meets 0 at s.
    expect(joinSecret([{ number: 1, bytes: filled(1, 3 ^ 0x53) }, { number: 2, bytes: filled(1, 6 ^ 0x53) }])).toEqual(filled(1, 0x53));
    // Through parts 246 and 247 of the line 3x + s: 3 * 246 = 1 in that field.
    expect(joinSecret([{ number: 246, bytes: filled(1, 1 ^ 0x53) }, { number: 247, bytes: filled(1, 1 ^ 3 ^ 0x53) }])).toEqual(filled(1, 0x53));
  });

  it("wants a threshold that can be", () => {
    for (const [threshold, shares] of [[0, 2], [3, 2], [2, 256]] as const) expect(() => splitSecret(one, threshold, shares)).toThrow(RangeError);
    expect(() => splitSecret(filled(0, 0), 1, 1)).toThrow(RangeError);
  });
});

describe("bids", () => {
  const call = "ab".repeat(32);
  const keys = ["audit", "ngo", "uni"].map((name) => makeKey(name));
  const terms = { openers: keys.map((key) => ({ member: key.name, key: key.text })), threshold: 2 };
  const offered = { call, bidder: "acme", value: { amount: 95000, currency: "USD" }, note: "With spares" };
  const rows = (bid: Record<string, unknown>): SealedBids => ({ statement: call, call: terms, rows: [{ author: "acme", statement: "s", bid: bid as unknown as SealedBid }] });

  it("have a key made of the member's, the call and the salt", async () => {
    const digest = createHash("sha256").update("comity-bid/v1\n").update(one).update(Buffer.from(call, "hex")).update(filled(16, 2)).digest("base64");
    expect(toBase64(await bidSeed(one, call, filled(16, 2)))).toBe(digest);
  });

  it("are padded, so that their size tells nothing", async () => {
    const sizes = await Promise.all(["", "x".repeat(500)].map(async (note) => String((await sealBid({}, { ...offered, note }, one))["sealed"]).length));
    expect(new Set(sizes).size).toBe(1);
  });

  it("are opened by who bid, and by so many openers as the threshold says", async () => {
    const bid = await sealBid(terms, offered, one);
    const [own] = await openingsBy(rows(bid), "acme", one);
    const seed = fromBase64((own as { key: string }).key, "key");
    expect(toBase64(publicOf(seed))).toBe(bid["key"]);
    expect(JSON.parse(fromUtf8((await openSealed(fromBase64(String(bid["sealed"]), "x"), seed)) as Bytes, "x"))).toEqual(offered);
    const shares = (await Promise.all(keys.map((key) => openingsBy(rows(bid), key.name, new Uint8Array(key.seed))))).map(([opened]) => fromBase64((opened as { share: string }).share, "share"));
    const parts = shares.map((share) => ({ number: share[0] ?? 0, bytes: share.slice(1) }));
    expect(parts.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(joinSecret([parts[2], parts[0]] as Share[])).toEqual(seed);
    expect(await openingsBy(rows(bid), "acme", two)).toEqual([]); // another key than bid
    expect(await openingsBy(rows(bid), "globex", one)).toEqual([]);
  });

  it("have no share told that was made for another call", async () => {
    const bid = await sealBid(terms, offered, one);
    const other: SealedBids = { ...rows({ ...bid, call: "cd".repeat(32) }), statement: "cd".repeat(32) };
    expect(await openingsBy(other, "audit", new Uint8Array(makeKey("audit").seed))).toEqual([]);
  });

  it("follow each other by revision", () => {
    expect(nextRevision(rows({ call }), "acme")).toBe(1);
    expect(nextRevision(rows({ call, revision: 4 }), "acme")).toBe(5);
    expect(nextRevision(rows({ call }), "globex")).toBeUndefined();
  });
});

describe("releases", () => {
  const at = "2026-11-30T12:00:00.000Z";
  const known = { awards: [{ id: "a1", suppliers: [{ id: "acme", name: "Acme" }] }], contracts: [{ id: "c1", awardID: "a1" }] };
  it("tell what was filled in and nothing that was left empty", () => {
    expect(releaseOf("planning", "o-1", "cert-rw", { description: "Offline" }, {}, at)).toEqual({
      ocid: "o-1", id: "o-1-planning-20261130120000000", date: at, tag: ["planning"], initiationType: "tender", planning: { rationale: "Offline" },
    });
    expect(releaseOf("implementation", "o-1", "cert-rw", { id: "p1", contract: "c1", value: { amount: 1, currency: "USD" } }, known, at)).toMatchObject({
      contracts: [{ id: "c1", awardID: "a1", implementation: { transactions: [{ id: "p1", date: at, payer: { id: "cert-rw" }, payee: { id: "acme", name: "Acme" } }] } }],
    });
  });

  it("tell an award with all bids as they stand", () => {
    const bid = (name: string, bidder: string, stand: string, amount?: number) => ({ bid: name, bidder, revision: 0, witnessed: at, stand, value: amount ? { amount, currency: "USD" } : null });
    const opening = {
      call: { process: "cert-rw/o-1" }, ranked: ["2"],
      bids: [bid("1", "acme", "replaced", 1), bid("2", "acme", "valid", 9), bid("3", "globex", "withdrawn"), bid("4", "initech", "unopened")],
    } as unknown as CallOpening;
    const award = awardOf(opening, "acme", "a1", "", "t1", at);
    expect(award).toMatchObject({
      ocid: "o-1", id: "o-1-award-a1", tender: { id: "t1", numberOfTenderers: 2 }, awards: [{ id: "a1", value: { amount: 9 }, suppliers: [{ id: "acme" }] }],
      parties: [{ id: "acme", roles: ["tenderer", "supplier"] }, { id: "initech", roles: ["tenderer"] }],
      bids: { details: [{ id: "2", status: "valid" }, { id: "3", status: "withdrawn" }, { id: "4", status: "disqualified" }] },
    });
  });

  it("are found however they are wrapped", () => {
    const release = { ocid: "o", id: "1" };
    const ids = (value: unknown) => releasesIn(typeof value === "string" ? value : JSON.stringify(value)).map(({ id }) => id);
    expect(ids(release)).toEqual(["1"]);
    expect(ids([release, { ...release, id: "2" }])).toEqual(["1", "2"]);
    expect(ids({ releases: [release] })).toEqual(["1"]);
    expect(ids({ records: [{ ocid: "o", releases: [{ url: "x" }], compiledRelease: release }, { ocid: "o", releases: [{ ...release, id: "3" }] }] })).toEqual(["1", "3"]);
    expect(ids(`${JSON.stringify(release)}\n\n${JSON.stringify({ ...release, id: "2" })}\n`)).toEqual(["1", "2"]);
    expect(() => ids("no json")).toThrow();
  });
});
