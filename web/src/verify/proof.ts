// Offline proofs (C2SP tlog-proof): what a .tlog-proof file holds.
import { type Bytes, decimal, fromBase64 } from "./bytes";
import { type Checkpoint, parseCheckpoint } from "./checkpoint";
import { malformed } from "./refusal";

export interface Proof {
  index: number;
  path: Bytes[]; // from the leaf to the root
  checkpoint: Checkpoint;
}

export function parseProof(text: string): Proof {
  const split = text.indexOf("\n\n");
  if (split < 0) throw malformed("proof");
  const lines = text.slice(0, split).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw malformed("proof");
  if (lines[0]?.startsWith("extra ")) fromBase64((lines.shift() as string).slice(6), "proof");
  const index = /^index (.*)$/.exec(lines.shift() ?? "")?.[1];
  if (index === undefined || lines.length > 63) throw malformed("proof");
  return {
    index: decimal(index, "proof"),
    path: lines.map((line) => {
      const hash = fromBase64(line, "proof");
      if (hash.length !== 32) throw malformed("proof");
      return hash;
    }),
    checkpoint: parseCheckpoint(text.slice(split + 2)),
  };
}
