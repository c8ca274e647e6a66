// DSSE envelopes (v1.0.2): a payload, its type, signatures over both.
import { type Bytes, concat, fromBase64, utf8 } from "./bytes";
import { sha256 } from "./digest";
import { malformed } from "./refusal";

export const kPayloadType = "application/vnd.comity.statement+json";

export interface Envelope {
  payloadType: string;
  payload: Bytes;
  signatures: { keyid: string; sig: Bytes }[];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function only(value: unknown, names: string[]): Record<string, unknown> {
  if (!isObject(value) || Object.keys(value).some((name) => !names.includes(name))) throw malformed("envelope");
  return value;
}

// Unknown fields are refused, as the node does.
export function parseEnvelope(value: unknown): Envelope {
  const fields = only(value, ["payload", "payloadType", "signatures"]);
  if (typeof fields["payloadType"] !== "string" || !Array.isArray(fields["signatures"])) throw malformed("envelope");
  return {
    payloadType: fields["payloadType"],
    payload: fromBase64(fields["payload"] as string, "envelope"),
    signatures: fields["signatures"].map((entry: unknown) => {
      const signature = only(entry, ["keyid", "sig"]);
      const keyid = signature["keyid"] ?? "";
      if (typeof keyid !== "string") throw malformed("envelope");
      return { keyid, sig: fromBase64(signature["sig"] as string, "envelope") };
    }),
  };
}

// "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload
export function pae(envelope: Envelope): Bytes {
  const type = utf8(envelope.payloadType);
  return concat(
    utf8(`DSSEv1 ${type.length} `),
    type,
    utf8(` ${envelope.payload.length} `),
    envelope.payload,
  );
}

// A statement's id.
export function envelopeId(envelope: Envelope): Promise<Bytes> {
  return sha256(pae(envelope));
}
