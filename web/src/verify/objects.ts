// The objects that a statement carries are bound by one Merkle root over their bytes (RFC 6962) in its body. JSON.parse does
// not keep bytes, so the answer's text is cut where each object stands.
import { equal, fromHex, uint, utf8 } from "./bytes";
import { isObject } from "./dsse";
import { malformed, Refusal } from "./refusal";
import { leafHash, rootFromInclusion, rootOf } from "./tree";

export interface Carried {
  position: number;
  raw: string; // its bytes, as they were submitted
  value: unknown;
}

// Where the JSON value that begins at `at` ends. The text is known to be JSON.
function endOfValue(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; ++i) {
    const c = text[i];
    if (c === '"') {
      for (++i; text[i] !== '"'; ++i) if (text[i] === "\\") ++i;
    } else if (c === "{" || c === "[") {
      ++depth;
      continue;
    } else if (c === "}" || c === "]") {
      if (depth === 0) return i;
      --depth;
    } else if (depth > 0 || (c !== "," && !/\s/.test(c as string))) {
      continue;
    } else {
      return i;
    }
    if (depth === 0) return i + 1;
  }
  return text.length;
}

const skipSpace = (text: string, at: number): number => {
  while (/\s/.test(text[at] ?? "")) ++at;
  return at;
};

// The raw texts of an object's members or an array's elements; names are given for objects.
function* parts(text: string, at: number): Generator<{ name: string; start: number; end: number }> {
  const object = text[at] === "{";
  for (let i = skipSpace(text, at + 1); i < text.length && text[i] !== "}" && text[i] !== "]"; ) {
    let name = "";
    if (object) {
      const end = endOfValue(text, i);
      name = JSON.parse(text.slice(i, end)) as string;
      i = skipSpace(text, skipSpace(text, end) + 1); // past the colon
    }
    const end = endOfValue(text, i);
    yield { name, start: i, end };
    i = skipSpace(text, end);
    if (text[i] === ",") i = skipSpace(text, i + 1);
  }
}

// The answer of /api/v1/statements/{id}/objects.
export function parseCarried(text: string): { items: Carried[]; next: string | null } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw malformed("objects");
  }
  if (!isObject(answer) || !Array.isArray(answer["items"])) throw malformed("objects");
  const items: Carried[] = [];
  for (const field of parts(text, skipSpace(text, 0))) {
    if (field.name !== "items") continue;
    for (const item of parts(text, field.start)) {
      const parsed: unknown = JSON.parse(text.slice(item.start, item.end));
      if (!isObject(parsed)) throw malformed("objects");
      for (const member of parts(text, item.start)) {
        if (member.name !== "object") continue;
        items.push({
          position: uint(parsed["position"], "objects.position"),
          raw: text.slice(member.start, member.end),
          value: parsed["object"],
        });
      }
    }
  }
  if (items.length !== answer["items"].length) throw malformed("objects");
  return { items, next: typeof answer["next"] === "string" ? answer["next"] : null };
}

// The raw texts of the objects of each statement in the answer of /api/v1/intel/understand.
export function rawStatements(text: string): string[][] {
  const statements: string[][] = [];
  for (const field of parts(text, skipSpace(text, 0))) {
    if (field.name !== "statements") continue;
    for (const statement of parts(text, field.start)) {
      for (const member of parts(text, statement.start)) {
        if (member.name === "objects") statements.push([...parts(text, member.start)].map(({ start, end }) => text.slice(start, end)));
      }
    }
  }
  return statements;
}

export interface Bound {
  count: number;
  root: string;
}

// body.objects of a statement that carries objects.
export function boundBy(body: unknown): Bound | null {
  const objects = isObject(body) ? body["objects"] : undefined;
  if (!isObject(objects) || typeof objects["root"] !== "string") return null;
  return { count: uint(objects["count"], "body.objects"), root: objects["root"] };
}

// All of a statement's objects: the root over them must be the one that was signed.
export async function checkAll(items: Carried[], bound: Bound): Promise<void> {
  if (items.length !== bound.count || items.some(({ position }, i) => position !== i)) throw new Refusal("objects-differ");
  const leaves = await Promise.all(items.map(({ raw }) => leafHash(utf8(raw))));
  if (!equal(await rootOf(leaves), fromHex(bound.root, "body.objects"))) throw new Refusal("objects-differ");
}

// One of them, by its own proof: the answer of /api/v1/statements/{id}/objects/{position}/proof.
export async function checkOne(item: Carried, bound: Bound, proof: unknown): Promise<void> {
  if (!isObject(proof) || !Array.isArray(proof["hashes"])) throw malformed("proof");
  const path = proof["hashes"].map((hash: unknown) => fromHex(hash as string, "proof"));
  const root = await rootFromInclusion(await leafHash(utf8(item.raw)), item.position, bound.count, path);
  if (!root || !equal(root, fromHex(bound.root, "body.objects"))) throw new Refusal("objects-differ");
}
