// The Merkle tree of RFC 6962 section 2.1 (= RFC 9162 section 2.1). Sizes go to 2^53, so no bit operators.
import { type Bytes, equal } from "./bytes";
import { sha256 } from "./digest";

const kLeaf = Uint8Array.of(0);
const kNode = Uint8Array.of(1);
const half = (n: number) => Math.floor(n / 2);
const odd = (n: number) => n % 2 === 1;

export const leafHash = (entry: Uint8Array): Promise<Bytes> => sha256(kLeaf, entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(kNode, left, right);

// RFC 9162 section 2.1.3.2: the root that the path leads to, or null where path and place do not go together.
export async function rootFromInclusion(
  leaf: Bytes,
  index: number,
  size: number,
  path: Bytes[],
): Promise<Bytes | null> {
  if (index >= size) return null;
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (sn === 0) return null;
    if (odd(fn) || fn === sn) {
      root = await nodeHash(sibling, root);
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      root = await nodeHash(root, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? root : null;
}

// RFC 9162 section 2.1.4.2.
export async function consistent(
  oldSize: number,
  oldRoot: Bytes,
  size: number,
  root: Bytes,
  proof: Bytes[],
): Promise<boolean> {
  if (oldSize > size) return false;
  if (oldSize === size) return proof.length === 0 && equal(oldRoot, root);
  if (oldSize === 0) return proof.length === 0 && equal(oldRoot, await sha256());
  let [fn, sn] = [oldSize - 1, size - 1];
  while (odd(fn)) [fn, sn] = [half(fn), half(sn)];
  const path = fn === 0 ? [oldRoot, ...proof] : [...proof]; // 0: oldSize is a power of two
  const first = path.shift();
  if (!first) return false;
  let [fr, sr] = [first, first];
  for (const c of path) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      fr = await nodeHash(c, fr);
      sr = await nodeHash(c, sr);
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = await nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(fr, oldRoot) && equal(sr, root);
}

// The complete subtree of 2^level leaves that starts at leaf index·2^level.
export interface Node {
  level: number;
  index: number;
}

// Gives the hash of a complete subtree.
export type NodeReader = (node: Node) => Promise<Bytes>;

function below(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power; // the largest power of two under n
}

// The hash over leaves [start, end): start is a multiple of the power of two at or above the range's length.
async function rangeHash(start: number, end: number, read: NodeReader): Promise<Bytes> {
  const length = end - start;
  const largest = below(length);
  if (length === 1) return read({ level: 0, index: start });
  if (largest * 2 === length) return read({ level: Math.round(Math.log2(length)), index: start / length });
  const middle = start + largest;
  return nodeHash(await rangeHash(start, middle, read), await rangeHash(middle, end, read));
}

export async function treeRoot(size: number, read: NodeReader): Promise<Bytes> {
  return size === 0 ? sha256() : rangeHash(0, size, read);
}

// RFC 9162 section 2.1.3.1.
export async function inclusionPath(index: number, size: number, read: NodeReader): Promise<Bytes[]> {
  const path: Bytes[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + below(end - start);
    if (index < middle) {
      path.push(await rangeHash(middle, end, read));
      end = middle;
    } else {
      path.push(await rangeHash(start, middle, read));
      start = middle;
    }
  }
  return path.reverse();
}

// RFC 9162 section 2.1.4.1.
export async function consistencyProof(oldSize: number, size: number, read: NodeReader): Promise<Bytes[]> {
  if (oldSize === 0 || oldSize === size) return [];
  const proof: Bytes[] = [];
  let [start, end, whole] = [0, size, true];
  while (oldSize !== end) {
    const middle = start + below(end - start);
    if (oldSize <= middle) {
      proof.push(await rangeHash(middle, end, read));
      end = middle;
    } else {
      proof.push(await rangeHash(start, middle, read));
      start = middle;
      whole = false;
    }
  }
  if (!whole) proof.push(await rangeHash(start, end, read));
  return proof.reverse();
}

// The root of leaves given whole: for small trees (the objects of a statement).
export async function rootOf(leaves: Bytes[]): Promise<Bytes> {
  const read = async ({ level, index }: Node): Promise<Bytes> => {
    if (level === 0) return leaves[index] as Bytes;
    return nodeHash(
      await read({ level: level - 1, index: 2 * index }),
      await read({ level: level - 1, index: 2 * index + 1 }),
    );
  };
  return treeRoot(leaves.length, read);
}
