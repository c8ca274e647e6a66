// The lab as what a verification asks, and its answers forged.
import type { Lab } from "../../tests/browser/lab.mjs";
import { type Bytes, fromUtf8 } from "../src/verify/bytes";
import type { Source } from "../src/verify/source";

export type Forge = (path: string, body: Buffer) => Buffer | null;

export function labSource(of: Lab, forge: Forge = (_, body) => body): Source {
  const bytes = (path: string, query = ""): Bytes | null => {
    const { status, body } = of.answer(path, new URLSearchParams(query), "amina@cert-ke");
    const forged = status === 200 ? forge(path, Buffer.from(body as string)) : null;
    return forged && new Uint8Array(forged);
  };
  const json = async (path: string, query: Record<string, string> = {}): Promise<unknown> => {
    const found = bytes(path, new URLSearchParams(query).toString());
    return found && JSON.parse(fromUtf8(found, path));
  };
  const text = async (path: string) => fromUtf8(bytes(path) ?? new Uint8Array(), path);
  return {
    node: () => json("/api/v1/node"),
    member: (id) => json(`/api/v1/members/${id}`),
    statement: (id) => json(`/api/v1/statements/${id}`),
    statements: (query) => json("/api/v1/statements", query),
    proof: (id) => text(`/api/v1/statements/${id}/proof`),
    checkpoint: () => text("/log/checkpoint"),
    tile: async (path) => bytes(`/log/${path}`),
    members: (query) => json("/api/v1/members", query),
    vote: (id) => json(`/api/v1/votes/${id}`),
    logs: () => json("/api/v1/logs"),
    checkpoints: (log, after) => json(`/api/v1/logs/${log}/checkpoints`, { after: String(after) }),
  };
}

export class Kept {
  private readonly items = new Map<string, string>();
  getItem = (name: string) => this.items.get(name) ?? null;
  setItem = (name: string, value: string) => void this.items.set(name, value);
  removeItem = (name: string) => void this.items.delete(name);
}
