// Signed notes (C2SP signed-note v1.0.0): a text, an empty line, signature lines.
import { type Bytes, fromBase64, toHex, utf8 } from "./bytes";
import { validKeyName } from "./key";
import { malformed } from "./refusal";

export interface NoteSignature {
  name: string;
  id: string; // 8 hex
  bytes: Bytes; // what follows the key id
}

export interface Note {
  text: string; // ends with a line feed
  signatures: NoteSignature[];
}

const kMaxSignatures = 64;
const kMaxSize = 1_000_000;

// The form alone; nothing is verified.
export function parseNote(note: string, what = "checkpoint"): Note {
  if (note.length > kMaxSize || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw malformed(what);
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw malformed(what);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > kMaxSignatures) throw malformed(what);
  const signatures = lines.map((line) => {
    const [dash, name, blob, ...rest] = line.split(" ");
    if (dash !== "\u2014" || !name || !blob || rest.length > 0 || !validKeyName(name)) throw malformed(what);
    const bytes = fromBase64(blob, what);
    if (bytes.length < 5) throw malformed(what);
    return { name, id: toHex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
  });
  return { text: note.slice(0, split + 1), signatures };
}

export function noteBytes(note: Note): Bytes {
  return utf8(note.text);
}
