// What the page's own unit tests (web/test) use of the lab.
export interface LabStatement {
  id: string;
  index: number;
  witnessed: number;
  payload: Buffer;
  objects: Buffer[];
  leaf: Buffer;
  entry: Buffer;
  envelope: { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] };
}
export interface LabKey {
  name: string;
  id: Buffer;
  seed: Buffer;
  text: string;
  sign(message: Uint8Array): Buffer;
}
export interface LabAnswer {
  status: number;
  type: string;
  body: string | Buffer;
}
export function sha256(...parts: (string | Uint8Array)[]): Buffer;
export function pae(type: string, payload: Uint8Array): Buffer;
export function makeKey(name: string, type?: number, seed?: string): LabKey;
export function treeHash(leaves: Uint8Array[]): Buffer;
export function inclusion(index: number, leaves: Uint8Array[]): Buffer[];
export class Lab {
  constructor(options?: { origin?: string; count?: number; start?: number });
  origin: string;
  start: number;
  community: string;
  logKey: LabKey;
  cosigner: LabKey;
  keys: Map<string, LabKey>;
  members: Map<string, { id: string; keys: { key: string; custody: boolean; from: string; until: string | null }[] }>;
  statements: LabStatement[];
  governance: { proposal: string; closed: string; open: string };
  readonly size: number;
  say(type: string, author: string, body: object, options?: object): LabStatement;
  root(size?: number): Buffer;
  checkpoint(size?: number, root?: Buffer): string;
  proof(index: number, size?: number): string;
  tileAt(path: string, size?: number): Buffer | null;
  answer(path: string, query?: URLSearchParams, viewer?: string | null): LabAnswer;
}
