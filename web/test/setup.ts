// Node 18 has WebCrypto, but not as a global.
import { webcrypto } from "node:crypto";

if (!globalThis.crypto) Object.defineProperty(globalThis, "crypto", { value: webcrypto });
// Node 20 has no navigator.
if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", { value: { languages: ["en-GB"] } });
