// Texts as they are read and compared: what of a text is quoted, and two versions line by line.
import type { TextChange } from "../api/governance";

export interface Piece {
  text: string;
  quotes: number[]; // the places in the list of quotes that cover it
}

// The text in pieces, each covered by the same quotes from its first character to its last.
export function quoted(text: string, quotes: readonly string[]): Piece[] {
  const covers = quotes.map((quote) => {
    const at = quote === "" ? -1 : text.indexOf(quote);
    return at < 0 ? null : { from: at, to: at + quote.length };
  });
  const cuts = new Set([0, text.length]);
  for (const cover of covers) if (cover) cuts.add(cover.from).add(cover.to);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((from, i) => {
    const to = places[i + 1] as number;
    return {
      text: text.slice(from, to),
      quotes: covers.flatMap((cover, k) => (cover && cover.from <= from && cover.to >= to ? [k] : [])),
    };
  });
}

// Pieces by lines; an empty line has none.
export function linesOf(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    for (const [i, part] of piece.text.split("\n").entries()) {
      if (i > 0) lines.push([]);
      if (part !== "") (lines[lines.length - 1] as Piece[]).push({ ...piece, text: part });
    }
  }
  return lines;
}

export interface Row {
  before: TextChange[] | null; // null: there is no such line on this side
  after: TextChange[] | null;
}

// Changes side by side, a row a line; what stayed stands beside itself.
export function sideBySide(changes: readonly TextChange[]): Row[] {
  const rows: Row[] = [];
  let before: TextChange[][] = [[]];
  let after: TextChange[][] = [[]];
  const flush = () => {
    for (let i = 0; i < Math.max(before.length, after.length); ++i) rows.push({ before: before[i] ?? null, after: after[i] ?? null });
    before = [[]];
    after = [[]];
  };
  const add = (side: TextChange[][], change: TextChange["change"], text: string) => {
    if (text !== "") (side[side.length - 1] as TextChange[]).push({ change, text });
  };
  for (const { change, text } of changes) {
    for (const [i, part] of text.split("\n").entries()) {
      if (i > 0) {
        if (change === "same") flush();
        else (change === "removed" ? before : after).push([]);
      }
      if (change !== "added") add(before, change, part);
      if (change !== "removed") add(after, change, part);
    }
  }
  flush();
  return rows;
}
