// SHA-256 and Ed25519, by the browser's own WebCrypto.
import { type Bytes, concat } from "./bytes";
import { Refusal } from "./refusal";

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (!found) throw new Refusal("no-crypto");
  return found;
}

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await subtle().digest("SHA-256", concat(...parts)));
}

export async function verifyEd25519(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  let imported: CryptoKey;
  try {
    imported = await subtle().importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("no-ed25519");
  }
  return signature.length === 64 && (await subtle().verify("Ed25519", imported, signature, message));
}
