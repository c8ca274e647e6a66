// Tiles (C2SP tlog-tiles): the log as static files of up to 256 hashes, eight tree levels a tile.
import type { Bytes } from "./bytes";
import { Refusal, malformed } from "./refusal";
import { nodeHash, type Node, type NodeReader } from "./tree";

export const kTileWidth = 256;

// "tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/000.p/5"
export function tilePath(level: number | "entries", index: number, width: number): string {
  let digits = String(index);
  digits = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = digits.match(/.{3}/g) ?? [];
  const name = groups.map((group, i) => (i + 1 < groups.length ? "x" + group : group)).join("/");
  return `tile/${level}/${name}${width < kTileWidth ? `.p/${width}` : ""}`;
}

// How many hashes the tile has in a log of this size; 0: it does not exist.
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / kTileWidth ** level);
  return Math.max(0, Math.min(kTileWidth, hashes - index * kTileWidth));
}

// Fetches a file below /log/; null where it is not there.
export type FetchTile = (path: string) => Promise<Bytes | null>;

// A partial tile may be gone once the full one is there: the full one begins with the same hashes.
async function fetchTile(
  fetch: FetchTile,
  level: number | "entries",
  index: number,
  width: number,
): Promise<{ bytes: Bytes; hashes: number }> {
  const exact = await fetch(tilePath(level, index, width));
  if (exact) return { bytes: exact, hashes: width };
  const full = width < kTileWidth ? await fetch(tilePath(level, index, kTileWidth)) : null;
  if (!full) throw new Refusal("unreachable", { what: tilePath(level, index, width) });
  return { bytes: full, hashes: kTileWidth };
}

// Reads the nodes of a log of `size` entries from its tiles; each tile is fetched once.
export class Tiles {
  private readonly tiles = new Map<string, Promise<Bytes>>();
  readonly fetched: string[] = [];

  constructor(
    private readonly size: number,
    private readonly fetch: FetchTile,
  ) {}

  private tile(level: number, index: number): Promise<Bytes> {
    const width = tileWidth(level, index, this.size);
    const path = tilePath(level, index, width);
    let tile = this.tiles.get(path);
    if (!tile) {
      this.fetched.push(path);
      tile = fetchTile(this.fetch, level, index, width).then(({ bytes, hashes }) => {
        if (bytes.length !== hashes * 32) throw malformed(path);
        return bytes.slice(0, width * 32);
      });
      this.tiles.set(path, tile);
    }
    return tile;
  }

  // The hash of a complete subtree of the log.
  readonly read: NodeReader = async (node: Node): Promise<Bytes> => {
    const level = Math.floor(node.level / 8);
    const count = 2 ** (node.level % 8);
    const first = node.index * count;
    const tile = await this.tile(level, Math.floor(first / kTileWidth));
    let hashes: Bytes[] = [];
    for (let i = 0; i < count; ++i) {
      const at = ((first % kTileWidth) + i) * 32;
      hashes.push(tile.slice(at, at + 32));
    }
    while (hashes.length > 1) {
      const above: Bytes[] = [];
      for (let i = 0; i < hashes.length; i += 2) {
        above.push(await nodeHash(hashes[i] as Bytes, hashes[i + 1] as Bytes));
      }
      hashes = above;
    }
    return hashes[0] as Bytes;
  };

  // The entries that stand beside this one in their bundle, itself included, and the place of the first.
  async bundle(index: number): Promise<{ first: number; entries: Bytes[] }> {
    const bundle = Math.floor(index / kTileWidth);
    const width = tileWidth(0, bundle, this.size);
    const path = tilePath("entries", bundle, width);
    this.fetched.push(path);
    const { bytes, hashes } = await fetchTile(this.fetch, "entries", bundle, width);
    const entries: Bytes[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const entry = bytes.slice(at + 2, at + 2 + length);
      if (entry.length !== length) throw malformed(path);
      entries.push(entry);
      at += 2 + length;
    }
    if (entries.length !== hashes) throw malformed(path);
    return { first: bundle * kTileWidth, entries: entries.slice(0, width) };
  }
}
