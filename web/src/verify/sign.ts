// Saying something with a member's secret key, in the browser: the key is read from its file, used, and kept nowhere.
import { type Bytes, concat, fromBase64, toBase64, toHex, utf8 } from "./bytes";
import { kPayloadType, pae } from "./dsse";
import { kEd25519 } from "./key";
import { malformed } from "./refusal";
import { leafHash, rootOf } from "./tree";

const kPrefix = "PRIVATE+KEY+";
const kPkcs8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20); // before the seed (RFC 8410)

export interface Secret {
  name: string;
  id: string; // the key's, 8 hex
  key: CryptoKey;
  seed: Bytes; // what keys of bids are made of
}

export async function parseSecret(text: string): Promise<Secret> {
  const line = text.split("\n").map((each) => each.trim()).find((each) => each.startsWith(kPrefix));
  if (!line) throw malformed("key");
  const rest = line.slice(kPrefix.length);
  const [name = "", id = ""] = rest.split("+", 2);
  const typed = fromBase64(rest.slice(name.length + id.length + 2), "key");
  if (typed.length !== 33 || typed[0] !== kEd25519) throw malformed("key");
  const seed = typed.slice(1);
  const key = await crypto.subtle.importKey("pkcs8", concat(kPkcs8, seed), { name: "Ed25519" }, false, ["sign"]);
  return { name, id, key, seed };
}

export interface Said {
  community: string;
  type: string;
  author: string;
  custody: boolean;
  audience: unknown;
  body: Record<string, unknown>;
  objects: readonly string[]; // their bytes as text; bound by body.objects, which is added here
}

// The body of POST /api/v1/statements.
export async function submission(said: Said, secret: Secret): Promise<string> {
  const { community, type, author, audience, objects } = said;
  const leaves: Bytes[] = await Promise.all(objects.map((raw) => leafHash(utf8(raw))));
  const body = objects.length ? { ...said.body, objects: { count: objects.length, root: toHex(await rootOf(leaves)) } } : said.body;
  const nonce = toBase64(crypto.getRandomValues(new Uint8Array(16))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const payload = utf8(
    JSON.stringify({
      v: 1, community, type, author, issued: new Date().toISOString(), nonce, ...(said.custody ? { custody: true } : {}), audience, body,
    }),
  );
  const message = pae({ payloadType: kPayloadType, payload, signatures: [] });
  const sig = toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", secret.key, message)));
  const envelope = { payload: toBase64(payload), payloadType: kPayloadType, signatures: [{ keyid: secret.id, sig }] };
  return `{"envelope":${JSON.stringify(envelope)},"objects":[${objects.join(",")}],"attachments":[]}`;
}
