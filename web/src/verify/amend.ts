// What amendments make of a text: edits that begin at a byte of it, as docs/formats.md has them.
import type { Edit, ProposalText } from "../api/governance";

const kEncoder = new TextEncoder();
const kDecoder = new TextDecoder("utf-8", { fatal: true });

// How many bytes of UTF-8 stand before the character.
export function byteAt(text: string, index: number): number {
  return kEncoder.encode(text.slice(0, index)).length;
}

const sameEdit = (a: Edit, b: Edit) => a.language === b.language && a.in === b.in && a.at === b.at && (a.quote ?? "") === (b.quote ?? "") && (a.text ?? "") === (b.text ?? "");

function edited(text: string, edits: readonly Edit[]): string {
  const bytes = kEncoder.encode(text);
  const parts: string[] = [];
  let from = 0;
  for (const { at, quote = "", text: comes = "" } of edits) {
    const passage = kEncoder.encode(quote);
    if (at < from || at + passage.length > bytes.length || kDecoder.decode(bytes.subarray(at, at + passage.length)) !== quote) {
      throw new Error(`"${quote}" does not stand at byte ${at}, or is edited twice`);
    }
    parts.push(kDecoder.decode(bytes.subarray(from, at)), comes);
    from = at + passage.length;
  }
  parts.push(kDecoder.decode(bytes.subarray(from)));
  return parts.join("");
}

// The texts with all edits made, and nothing else. Throws where one does not fit, or is in another's way.
export function amended(texts: readonly ProposalText[], edits: readonly Edit[]): ProposalText[] {
  const sizeOf = (edit: Edit) => kEncoder.encode(edit.quote ?? "").length;
  const once = edits.filter((edit, i) => edits.findIndex((other) => sameEdit(edit, other)) === i);
  once.sort((a, b) => a.at - b.at || sizeOf(a) - sizeOf(b));
  for (const edit of once) {
    if (!texts.some(({ language }) => language === edit.language)) throw new Error(`there is no text in ${edit.language}`);
    const clash = once.find((other) => other !== edit && other.language === edit.language && other.in === edit.in && other.at === edit.at && !other.quote && !edit.quote);
    if (clash) throw new Error(`two texts come in at byte ${edit.at}`);
  }
  return texts.map((each) => {
    const mine = once.filter(({ language }) => language === each.language);
    return { ...each, title: edited(each.title, mine.filter((edit) => edit.in === "title")), text: edited(each.text, mine.filter((edit) => edit.in !== "title")) };
  });
}
