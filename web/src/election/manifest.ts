// The election as Belenios writes it: what a ballot is bound to, and the key of all trustees together that it is sealed with.
import { toBase64, utf8 } from "../verify/bytes";
import { sha256 } from "../verify/digest";
import { malformed } from "../verify/refusal";
import { challengeOf, type Group, groupOf, isMember, parseNumber, power, times } from "./group";

// Of what GET /api/v1/elections/{id} answers.
export interface Announced {
  title: string;
  description?: string;
  author: string;
  candidates: readonly string[];
  method?: string; // nothing: votes are added up; else each ballot is shuffled and opened
  min?: number;
  max?: number;
  uuid: string;
  group: string;
  trustees: readonly { member: string; key?: string }[];
}

export interface Manifest {
  group: Group;
  key: bigint;
  hash: string;
  text: string; // election.json, byte for byte
}

// SHA-256 in Base64 without its padding, as Belenios names texts.
export const hashOf = async (text: string): Promise<string> => toBase64(await sha256(utf8(text))).replace(/=+$/, "");

// As Belenios' JSON writer has it, which escapes DEL, too.
export const asJson = (value: unknown): string => JSON.stringify(value).replaceAll("\u007f", "\\u007f");

// The trustee's public key, if the trustee has proved that it has the secret one: else one of them could choose its key so that it
// alone opens what is sealed to all.
async function trusteeKey(group: Group, text: string): Promise<bigint> {
  const what = "trustees";
  const { pok, public_key } = JSON.parse(text) as { pok?: { challenge?: unknown; response?: unknown }; public_key?: unknown };
  const key = parseNumber(public_key, what);
  const [challenge, response] = [parseNumber(pok?.challenge, what), parseNumber(pok?.response, what)];
  if (!isMember(group, key) || challenge >= group.q || response >= group.q) throw malformed(what);
  const commitment = times(group, power(group, group.g, response), power(group, key, challenge));
  if ((await challengeOf(group, `pok|${group.name}|${key}|${commitment}`)) !== challenge) throw malformed(what);
  return key;
}

// Refused where a trustee's key is missing or its proof does not hold.
export async function manifestOf(election: Announced): Promise<Manifest> {
  const group = groupOf(election.group);
  if (election.trustees.length === 0) throw malformed("trustees");
  let key = 1n;
  for (const trustee of election.trustees) key = times(group, key, await trusteeKey(group, trustee.key ?? "{}"));
  const { candidates: answers, title: question } = election;
  const asked = election.method ? { type: "NonHomomorphic", value: { answers, question } } : { answers, min: election.min ?? 0, max: election.max ?? 1, question };
  const text = asJson({
    version: 1, description: election.description ?? "", name: question, group: group.name, public_key: key.toString(), questions: [asked],
    uuid: election.uuid, administrator: election.author, credential_authority: "each elector",
  });
  return { group, key, hash: await hashOf(text), text };
}
