// Where a member's key comes from: from the charter, or from a signed admission or addition by members whose own keys go
// back to it. So a member list that was changed on its way shows: its keys lead nowhere.
import { toHex } from "./bytes";
import { verifyEd25519 } from "./digest";
import { type Envelope, envelopeId, isObject, kPayloadType, pae, parseEnvelope } from "./dsse";
import { type Key, kEd25519, parseKey } from "./key";
import { allows } from "./powers";
import { Refusal } from "./refusal";
import type { Source } from "./source";

export interface Link {
  kind: "charter" | "admission" | "key-addition" | "recovery";
  id: string;
}

interface Act {
  id: string;
  author: string;
  body: Record<string, unknown>;
  envelope: Envelope;
  type: string;
  witnessed: number;
}

// What the key has signed, and when.
export interface Signed {
  type: string;
  witnessed: number;
}

const kMaxActs = 400; // read in search of a key's origin; beyond, it stays untraced
const kMaxLinks = 32;
const kMaxTraced = 500;

async function openAct(answer: unknown, id: string): Promise<Act> {
  const envelope = parseEnvelope(isObject(answer) ? answer["envelope"] : null);
  if (envelope.payloadType !== kPayloadType) throw new Refusal("payload-type", { got: envelope.payloadType });
  if (toHex(await envelopeId(envelope)) !== id) throw new Refusal("id-differs");
  const payload: unknown = JSON.parse(new TextDecoder().decode(envelope.payload));
  if (!isObject(payload) || !isObject(payload["body"]) || typeof payload["author"] !== "string") {
    throw new Refusal("form", { what: "payload" });
  }
  const witnessed = Math.floor(Date.parse(String((answer as Record<string, unknown>)["witnessed"])) / 1000);
  return { id, author: payload["author"], body: payload["body"], envelope, type: String(payload["type"]), witnessed };
}

// The key of these that signed the envelope; null: none did.
export async function signerOf(envelope: Envelope, keys: Key[]): Promise<Key | null> {
  const message = pae(envelope);
  for (const key of keys) {
    for (const signature of envelope.signatures) {
      if (signature.keyid !== "" && signature.keyid !== key.id) continue;
      if (await verifyEd25519(key.bytes, signature.sig, message)) return key;
    }
  }
  return null;
}

function keyTexts(member: unknown): string[] {
  if (!isObject(member) || !Array.isArray(member["keys"])) return [];
  return member["keys"].flatMap((entry: unknown) =>
    isObject(entry) && typeof entry["key"] === "string" ? [entry["key"]] : [],
  );
}

// The same text for the same request, in whatever order its fields stand.
function requestText(member: Record<string, unknown>): string {
  const keys = Array.isArray(member["keys"]) ? member["keys"] : [];
  const custody = keys.map((entry: unknown) => isObject(entry) && entry["custody"] === true);
  return JSON.stringify([member["id"], member["name"], member["class"], keyTexts(member), custody]);
}

const parseKeys = (texts: string[]) => Promise.all(texts.map((text) => parseKey(text, kEd25519)));

// An act is named by its content: once checked, it need not be fetched again.
const checked = new Map<string, Act>();

export class Origins {
  private traced = 0;
  private charterAct: Promise<Act> | undefined;
  private readonly lists = new Map<string, Promise<Act[]>>();

  constructor(
    private readonly source: Source,
    private readonly community: string, // the charter's id, pinned
  ) {}

  private async act(id: string): Promise<Act> {
    const act = checked.get(id) ?? (await openAct(await this.source.statement(id), id));
    checked.set(id, act);
    return act;
  }

  // The acts of a type, oldest first; cut off at kMaxActs.
  private list(type: string, author = ""): Promise<Act[]> {
    const query = { type, order: "asc", limit: String(kMaxActs), ...(author ? { author } : {}) };
    const name = `${type} ${author}`;
    let list = this.lists.get(name);
    if (!list) {
      list = this.source.statements(query).then((page) => {
        const items = isObject(page) && Array.isArray(page["items"]) ? page["items"] : [];
        const ids = items.flatMap((item: unknown) => (isObject(item) && typeof item["id"] === "string" ? [item["id"]] : []));
        return Promise.all(ids.map((id) => this.act(id)));
      });
      this.lists.set(name, list);
    }
    return list;
  }

  // The charter counts if all its founders have signed it.
  private charter(): Promise<Act> {
    this.charterAct ??= (async () => {
      const charter = await this.act(this.community);
      const members = charter.body["members"];
      if (!Array.isArray(members)) throw new Refusal("charter-differs");
      for (const member of members) {
        if (!(await signerOf(charter.envelope, await parseKeys(keyTexts(member))))) throw new Refusal("charter-differs");
      }
      return charter;
    })();
    return this.charterAct;
  }

  // The links from the charter to the key, or null where none was found by which it could sign that.
  async trace(member: string, key: string, what: Signed, depth = 0): Promise<Link[] | null> {
    if (depth === 0) this.traced = 0;
    if (depth > kMaxLinks || ++this.traced > kMaxTraced) return null;
    const charter = await this.charter();
    const founders = charter.body["members"] as unknown[];
    const founder = founders.find((entry) => isObject(entry) && entry["id"] === member);
    if (keyTexts(founder).includes(key)) return [{ kind: "charter", id: charter.id }];

    for (const act of await this.list("governance.key-addition", member)) {
      const added = act.body["key"];
      if (act.author !== member || !isObject(added) || added["key"] !== key) continue;
      if (!allows(act.body["delegate"], what.type, what.witnessed)) continue;
      const before = await this.signed(act, depth, key);
      if (before) return [...before, { kind: "key-addition", id: act.id }];
    }
    return (await this.recovery(member, key, depth)) ?? this.admission(charter, member, key, depth);
  }

  // As many officers as the member has said, whom it has named by a key of its own, have asked for the key.
  private async recovery(member: string, key: string, depth: number): Promise<Link[] | null> {
    const asked = (await this.list("governance.recovery-request", member)).filter((act) => act.author === member && act.body["key"] === key);
    if (asked.length === 0) return null;
    for (const named of await this.list("governance.recovery", member)) {
      const threshold = named.body["threshold"];
      if (named.author !== member || typeof threshold !== "number") continue;
      const officers = await parseKeys(keyTexts({ keys: named.body["officers"] }));
      const by = new Map<string, string>();
      for (const act of asked) {
        const officer = await signerOf(act.envelope, officers);
        if (officer) by.set(officer.text, act.id);
      }
      const before = by.size >= threshold ? await this.signed(named, depth, key) : null;
      if (before) return [...before, ...[named.id, ...by.values()].map((id): Link => ({ kind: "recovery", id }))];
    }
    return null;
  }

  // The class that the charter or an admission among the links gives the member; empty: none does.
  async classOf(member: string, links: readonly Link[]): Promise<string> {
    const acts = await Promise.all(links.map(({ id }) => this.act(id)));
    for (const { body } of acts) {
      const named = [...(Array.isArray(body["members"]) ? body["members"] : []), body["member"]] as unknown[];
      const found = named.find((entry) => isObject(entry) && entry["id"] === member);
      if (isObject(found) && typeof found["class"] === "string") return found["class"];
    }
    return "";
  }

  // A newcomer is admitted by as many members as the charter asks for, who ask for exactly the same: id, name, class and keys.
  private async admission(charter: Act, member: string, key: string, depth: number): Promise<Link[] | null> {
    const rule = charter.body["admission"];
    const sponsors = isObject(rule) && typeof rule["sponsors"] === "number" ? rule["sponsors"] : 1;
    const requests = new Map<string, Map<string, Link[]>>(); // what is asked for -> who asks -> where its key comes from
    for (const act of await this.list("governance.admission")) {
      const admitted = act.body["member"];
      if (act.author === member || !isObject(admitted) || admitted["id"] !== member) continue;
      if (!keyTexts(admitted).includes(key)) continue;
      const request = requestText(admitted);
      const asked = requests.get(request) ?? new Map<string, Link[]>();
      requests.set(request, asked);
      const before = asked.has(act.author) ? null : await this.signed(act, depth, key);
      if (before) asked.set(act.author, [...before, { kind: "admission", id: act.id }]);
      if (asked.size < sponsors) continue;
      const links = [...asked.values()].flat();
      return links.filter((link, i) => links.findIndex((other) => other.id === link.id) === i);
    }
    return null;
  }

  // The links to the key that signed an act.
  private async signed(act: Act, depth: number, not: string): Promise<Link[] | null> {
    const author = await this.source.member(act.author);
    const texts = keyTexts(author).filter((text) => text !== not);
    const signer = await signerOf(act.envelope, await parseKeys(texts));
    return signer ? this.trace(act.author, signer.text, act, depth + 1) : null;
  }
}
