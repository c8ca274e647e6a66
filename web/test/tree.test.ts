import { describe, expect, it } from "vitest";
import { inclusion, treeHash } from "../../tests/browser/lab.mjs";
import { type Bytes, fromHex, toHex, utf8 } from "../src/verify/bytes";
import {
  consistencyProof, consistent, inclusionPath, leafHash, type Node, nodeHash, rootFromInclusion, rootOf, treeRoot,
} from "../src/verify/tree";

// The leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
const kLeaves = [
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
].map((leaf) => fromHex(leaf, "leaf"));
const kRoots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

async function grow(count: number): Promise<Bytes[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => leafHash(utf8(`entry ${i}`))));
}

function reader(leaves: Bytes[]) {
  const read = async ({ level, index }: Node): Promise<Bytes> =>
    level === 0
      ? (leaves[index] as Bytes)
      : nodeHash(await read({ level: level - 1, index: 2 * index }), await read({ level: level - 1, index: 2 * index + 1 }));
  return read;
}

function flipped(bytes: Bytes): Bytes {
  const other = bytes.slice();
  other[7] = (other[7] ?? 0) ^ 1;
  return other;
}

function changed(hashes: Bytes[], at: number): Bytes[] {
  return hashes.map((hash, i) => (i === at ? flipped(hash) : hash));
}

describe("the tree of RFC 6962", () => {
  it("has the roots of the reference tests", async () => {
    for (const [size, root] of kRoots.entries()) {
      const leaves = await Promise.all(kLeaves.slice(0, size).map(leafHash));
      expect(toHex(await rootOf(leaves))).toBe(root);
    }
  });

  it("has the inclusion paths of RFC 6962 section 2.1.3, for seven leaves", async () => {
    const leaves = await grow(7);
    const read = reader(leaves);
    const name = async (node: Node) => toHex(await read(node));
    const path = async (index: number) => (await inclusionPath(index, 7, read)).map(toHex);
    const l = await nodeHash(await read({ level: 1, index: 2 }), leaves[6] as Bytes);
    expect(await path(0)).toEqual([toHex(leaves[1] as Bytes), await name({ level: 1, index: 1 }), toHex(l)]);
    expect(await path(6)).toEqual([await name({ level: 1, index: 2 }), await name({ level: 2, index: 0 })]);
  });

  it("agrees with a second implementation on roots and paths of all sizes to 40", async () => {
    const all = await grow(40);
    for (let size = 1; size <= all.length; ++size) {
      const leaves = all.slice(0, size);
      expect(toHex(await treeRoot(size, reader(leaves)))).toBe(toHex(treeHash(leaves)));
      for (let index = 0; index < size; ++index) {
        const path = await inclusionPath(index, size, reader(leaves));
        expect(path.map(toHex)).toEqual(inclusion(index, leaves).map(toHex));
      }
    }
  });

  it("leads each leaf to the root by its own path and by no changed one", async () => {
    const size = 23;
    const leaves = await grow(size);
    const root = toHex(await rootOf(leaves));
    const reached = async (...of: Parameters<typeof rootFromInclusion>) => {
      const end = await rootFromInclusion(...of);
      return end && toHex(end) === root;
    };
    for (let index = 0; index < size; ++index) {
      const leaf = leaves[index] as Bytes;
      const path = await inclusionPath(index, size, reader(leaves));
      expect(await reached(leaf, index, size, path)).toBe(true);
      expect(await reached(flipped(leaf), index, size, path)).toBe(false);
      expect(await reached(leaf, index, size, path.slice(1))).toBeFalsy();
      expect(await reached(leaf, index, size, path.slice(0, -1))).toBeFalsy();
      expect(await reached(leaf, index, size, [...path, leaf])).toBeFalsy();
      expect(await reached(leaf, size, size, path)).toBeFalsy();
      for (let i = 0; i < path.length; ++i) {
        expect(await reached(leaf, index, size, changed(path, i))).toBe(false);
      }
      for (let other = 0; other < size; ++other) {
        if (other !== index) expect(await reached(leaf, other, size, path)).toBeFalsy();
      }
    }
  });

  it("shows that a log has only grown, for every pair of sizes to 24, and refuses changed proofs", async () => {
    const all = await grow(24);
    const read = reader(all);
    const roots = await Promise.all(Array.from({ length: 25 }, (_, size) => treeRoot(size, read)));
    for (let size = 0; size <= 24; ++size) {
      for (let old = 0; old <= size; ++old) {
        const [before, now] = [roots[old] as Bytes, roots[size] as Bytes];
        const proof = await consistencyProof(old, size, read);
        expect(await consistent(old, before, size, now, proof)).toBe(true);
        expect(await consistent(old, flipped(before), size, now, proof)).toBe(false);
        if (old > 0) expect(await consistent(old, before, size, flipped(now), proof)).toBe(false);
        expect(await consistent(old, before, size, now, [...proof, before])).toBe(false);
        if (proof.length > 0) expect(await consistent(old, before, size, now, proof.slice(1))).toBe(false);
        for (let i = 0; i < proof.length; ++i) {
          expect(await consistent(old, before, size, now, changed(proof, i))).toBe(false);
        }
      }
      if (size > 0) expect(await consistent(size, roots[size] as Bytes, size - 1, roots[size - 1] as Bytes, [])).toBe(false);
    }
  });

  it("finds the proof between sizes beyond 32 bits", async () => {
    const asked: Node[] = [];
    const read = async (node: Node) => (asked.push(node), utf8(`${node.level}/${node.index}`.padEnd(32)));
    const old = 2 ** 40 + 3;
    await consistencyProof(old, 2 ** 41 - 1, read);
    for (const { level, index } of asked) expect((index + 1) * 2 ** level).toBeLessThanOrEqual(2 ** 41 - 1);
    expect(asked).toContainEqual({ level: 40, index: 0 });
  });
});
