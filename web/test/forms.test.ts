import { describe, expect, it } from "vitest";
import { Lab } from "../../tests/browser/lab.mjs";
import { decimal, fromBase64, fromHex, utf8 } from "../src/verify/bytes";
import { parseCheckpoint, verifyCosignature, verifyLogSignature } from "../src/verify/checkpoint";
import { verifyEd25519 } from "../src/verify/digest";
import { envelopeId, pae, parseEnvelope } from "../src/verify/dsse";
import { kCosignature, kEd25519, parseKey } from "../src/verify/key";
import { noteBytes, parseNote } from "../src/verify/note";
import { parseProof } from "../src/verify/proof";
import { Refusal } from "../src/verify/refusal";
import { tilePath, Tiles, tileWidth } from "../src/verify/tile";
import { toHex } from "../src/verify/bytes";

const lab = new Lab({ count: 30 });

describe("encodings", () => {
  it("have one spelling only", () => {
    for (const bad of ["AB", "ABC", "AB=C", "AB==\n", " AB==", "AB= =", "AA-_", "AB===", "AC==x"]) {
      expect(() => fromBase64(bad, "x")).toThrow(Refusal);
    }
    expect(() => fromBase64("AB==", "x")).toThrow(Refusal); // trailing bits that are not zero
    expect(fromBase64("AA==", "x")).toEqual(Uint8Array.of(0));
    for (const bad of ["0", "0G", "AB", "ab "]) expect(() => fromHex(bad, "x")).toThrow(Refusal);
    for (const bad of ["", "01", "+1", "-1", "1.0", "1e3", "9007199254740993", "٣"]) {
      expect(() => decimal(bad, "x")).toThrow(Refusal);
    }
  });
});

describe("signed notes", () => {
  // The example of C2SP signed-note.
  const vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  const note =
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

  it("verify as the specification's example does", async () => {
    const key = await parseKey(vkey, kEd25519);
    const parsed = parseNote(note);
    expect(parsed.signatures).toHaveLength(1);
    const [signature] = parsed.signatures;
    expect(signature?.id).toBe(key.id);
    expect(await verifyEd25519(key.bytes, signature?.bytes as never, noteBytes(parsed))).toBe(true);
    expect(await verifyEd25519(key.bytes, signature?.bytes as never, utf8("another text\n"))).toBe(false);
  });

  it("are refused when their form is broken", () => {
    for (const bad of [
      "", "\n\n", "text\n", "text\n\n", note.slice(0, -1), note.replace("\u2014", "-"), note.replace("\u2014 ", "\u2014  "),
      note.replace("IneyaQM=", "IneyaQN="), note + "x", note.replace("example.com/foo", "example+com"), note.replace("This", "Th\u0007s"),
    ]) {
      expect(() => parseNote(bad)).toThrow(Refusal);
    }
  });

  it("refuse a key whose id is another's, and any changed character of it", async () => {
    for (let i = 0; i < vkey.length; ++i) {
      const changed = vkey.slice(0, i) + (vkey[i] === "B" ? "C" : "B") + vkey.slice(i + 1);
      await expect(parseKey(changed, kEd25519)).rejects.toThrow(Refusal);
    }
    await expect(parseKey(vkey, kCosignature)).rejects.toThrow(Refusal);
    await expect(parseKey(undefined, kEd25519)).rejects.toThrow(Refusal);
  });
});

describe("checkpoints", () => {
  it("are verified with the log's key and the cosigner's time", async () => {
    const checkpoint = parseCheckpoint(lab.checkpoint());
    expect(checkpoint.size).toBe(30);
    await verifyLogSignature(checkpoint, await parseKey(lab.logKey.text, kEd25519));
    const time = await verifyCosignature(checkpoint, await parseKey(lab.cosigner.text, kCosignature));
    expect(time).toBe(lab.start + 29 * 613);
  });

  it("fail when any character is changed", async () => {
    const whole = lab.checkpoint();
    const key = await parseKey(lab.logKey.text, kEd25519);
    const cosigner = await parseKey(lab.cosigner.text, kCosignature);
    for (let i = 0; i < whole.length; ++i) {
      const changed = whole.slice(0, i) + (whole[i] === "A" ? "B" : "A") + whole.slice(i + 1);
      const check = async () => {
        const checkpoint = parseCheckpoint(changed);
        await verifyLogSignature(checkpoint, key);
        await verifyCosignature(checkpoint, cosigner);
      };
      await expect(check(), `character ${i}`).rejects.toThrow(Refusal);
    }
  });
});

describe("envelopes", () => {
  it("have the pre-authentication encoding of DSSE's example", () => {
    const envelope = { payloadType: "http://example.com/HelloWorld", payload: utf8("hello world"), signatures: [] };
    expect(new TextDecoder().decode(pae(envelope))).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("are named by the digest of it", async () => {
    for (const statement of lab.statements) {
      expect(toHex(await envelopeId(parseEnvelope(statement.envelope)))).toBe(statement.id);
    }
  });

  it("are refused with unknown fields or of another form", () => {
    const good = lab.statements[0]?.envelope as object;
    for (const bad of [null, [], "x", {}, { ...good, more: 1 }, { ...good, payload: 7 }, { ...good, signatures: {} },
      { ...good, signatures: [{ sig: "AA==", more: 1 }] }, { ...good, signatures: [{ keyid: 1, sig: "AA==" }] }]) {
      expect(() => parseEnvelope(bad)).toThrow(Refusal);
    }
  });
});

describe("tiles", () => {
  it("have the paths of the specification", () => {
    expect(tilePath(0, 1234067, 256)).toBe("tile/0/x001/x234/067");
    expect(tilePath(1, 0, 17)).toBe("tile/1/000.p/17");
    expect(tilePath("entries", 1000, 5)).toBe("tile/entries/x001/000.p/5");
  });

  it("have the widths of the specification's example, a log of 70,000", () => {
    expect([tileWidth(0, 272, 70000), tileWidth(0, 273, 70000), tileWidth(0, 274, 70000)]).toEqual([256, 112, 0]);
    expect([tileWidth(1, 0, 70000), tileWidth(1, 1, 70000), tileWidth(2, 0, 70000)]).toEqual([256, 17, 1]);
    expect([tileWidth(0, 0, 256), tileWidth(1, 0, 256)]).toEqual([256, 1]);
  });

  it("fall back to the full tile where the partial one is gone", async () => {
    const big = new Lab({ count: 260 });
    const gone = new Tiles(200, async (path) => (path.includes(".p/") ? null : (big.tileAt(path) as never)));
    expect(toHex(await gone.read({ level: 0, index: 3 }))).toBe(big.statements[3]?.leaf.toString("hex"));
    expect((await gone.bundle(3)).entries).toHaveLength(200);
  });

  it("are refused when they are too short or too long", async () => {
    for (const length of [0, 31, 32 * 29, 32 * 31, 32 * 30 + 1]) {
      const tiles = new Tiles(30, async () => new Uint8Array(length));
      await expect(tiles.read({ level: 0, index: 0 })).rejects.toThrow(Refusal);
      await expect(tiles.bundle(0)).rejects.toThrow(Refusal);
    }
  });
});

describe("proof files", () => {
  it("are read, with or without the extra line", () => {
    const text = lab.proof(7);
    expect(parseProof(text).index).toBe(7);
    expect(parseProof(text.replace("index", "extra AA==\nindex")).path).toHaveLength(5);
  });

  it("are refused when cut anywhere", () => {
    const text = lab.proof(7);
    for (let end = 0; end < text.length - 1; ++end) {
      // Cut after a whole signature line a note is a note still: the cosignature is missed later.
      if (text[end - 1] === "\n" && end > text.lastIndexOf("\n\n") + 2) continue;
      expect(() => parseProof(text.slice(0, end)), String(end)).toThrow(Refusal);
    }
  });
});
