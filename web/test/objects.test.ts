import { describe, expect, it } from "vitest";
import { inclusion, Lab, type LabStatement, sha256, treeHash } from "../../tests/browser/lab.mjs";
import { toHex, utf8 } from "../src/verify/bytes";
import { boundBy, checkAll, checkOne, parseCarried } from "../src/verify/objects";
import { Refusal } from "../src/verify/refusal";

const lab = new Lab({ count: 20 });
const share = lab.statements.at(-1) as LabStatement;
const bound = boundBy(JSON.parse(share.payload.toString()).body) as NonNullable<ReturnType<typeof boundBy>>;
const answer = lab.answer(`/api/v1/statements/${share.id}/objects`, new URLSearchParams(), "amina@cert-ke").body as string;

describe("carried objects", () => {
  it("are cut out of the answer byte for byte", () => {
    const { items, next } = parseCarried(answer);
    expect(items.map(({ raw }) => raw)).toEqual(share.objects.map(String));
    expect(next).toBeNull();
  });

  it("keep what JSON.parse loses: spaces, escapes, numbers' spelling, order, brackets in texts", () => {
    const raws = [
      '{ "b" : 1.50, "a":"\\u0041\\"}]{[" }', "[1e2 , [ ] , {}]", '"x\\\\"', "-0.0", "true", "null", '{"deep":{"er":[{"x":"}"},"]"]}}',
    ];
    const text = ` { "next" : "7" ,\n"items" : [ ${raws.map((raw, i) => `{"object" :\t${raw} , "position":${i}}`).join(" , ")} ] } `;
    const { items, next } = parseCarried(text);
    expect(items.map(({ raw }) => raw)).toEqual(raws);
    expect(items.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(next).toBe("7");
  });

  it("are refused in an answer of another form", () => {
    for (const bad of ["", "[]", "{}", '{"items":{}}', '{"items":[1]}', '{"items":[{"position":0}]}', '{"items":[{"object":{}}]}',
      '{"items":[{"position":-1,"object":{}}]}', answer.slice(0, -1)]) {
      expect(() => parseCarried(bad), bad).toThrow(Refusal);
    }
  });

  it("are the bound ones, all of them and in their order", async () => {
    const { items } = parseCarried(answer);
    await checkAll(items, bound);
    const changed = items.map((item, i) => (i === 1 ? { ...item, raw: item.raw.replace(":", ": ") } : item));
    for (const bad of [changed, items.slice(1), [...items].reverse(), [...items, ...items], []]) {
      await expect(checkAll(bad, bound)).rejects.toThrow(Refusal);
    }
  });

  it("have each a proof of its own, and no other's", async () => {
    const raws = Array.from({ length: 11 }, (_, i) => `{"n":${i}}`);
    const leaves = raws.map((raw) => sha256(Uint8Array.of(0), utf8(raw)));
    const of = { count: 11, root: toHex(treeHash(leaves)) };
    for (const [position, raw] of raws.entries()) {
      const proof = { hashes: inclusion(position, leaves).map(toHex) };
      await checkOne({ position, raw, value: null }, of, proof);
      await expect(checkOne({ position, raw: raw + " ", value: null }, of, proof)).rejects.toThrow(Refusal);
      await expect(checkOne({ position: (position + 1) % 11, raw, value: null }, of, proof)).rejects.toThrow(Refusal);
      await expect(checkOne({ position, raw, value: null }, { ...of, count: 12 }, { hashes: proof.hashes.slice(1) })).rejects.toThrow(Refusal);
      await expect(checkOne({ position, raw, value: null }, of, { hashes: ["zz"] })).rejects.toThrow(Refusal);
    }
  });
});
