// Acts of a member, signed here: the secret key is read from its file, used, and kept nowhere.
import { getJson, postText } from "./api/client";
import type { Audience, Member, MemberKey, NodeAnswer, Receipt } from "./api/types";
import { parseSecret, type Secret, submission } from "./verify/sign";

export interface Saying {
  type: string;
  body: Record<string, unknown>;
  audience?: Audience; // everybody, where it is left out
  objects?: readonly string[];
}

export interface Signer {
  community: string;
  member: string;
  custody: boolean;
  secret: Secret;
}

// Now, by this machine's clock: a delegate's has a first and a last day, and one that will be replaced its last second.
function counts({ starts, until }: MemberKey): boolean {
  const now = Date.now();
  return (until === null || Date.parse(until) > now) && (starts === undefined || Date.parse(starts) <= now);
}

// `badKey`: what to say where the file holds no secret key that is the member's now.
export async function openKey(file: File, member: string, badKey: string): Promise<Signer> {
  const secret = await parseSecret(await file.text()).catch(() => undefined);
  const { keys } = await getJson<Member>(`/api/v1/members/${encodeURIComponent(member)}`);
  const key = keys.find((each) => counts(each) && each.key.startsWith(`${member}+${secret?.id}+`));
  if (!secret || !key) throw new Error(badKey);
  const { community } = await getJson<NodeAnswer>("/api/v1/node");
  return { community: community?.id ?? "", member, custody: key.custody, secret };
}

// The receipt comes when the statement is durable and in a signed checkpoint.
export async function say({ community, member, custody, secret }: Signer, saying: Saying): Promise<Receipt> {
  const { type, body, audience = { tlp: "clear" }, objects = [] } = saying;
  const said = { community, type, author: member, custody, audience, body, objects };
  return JSON.parse(await postText("/api/v1/statements", await submission(said, secret), "application/json")) as Receipt;
}
