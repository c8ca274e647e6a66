// Why a check failed: a name that every language has words for (i18n/en.ts, "why-..."), and the values in it.

export type Why =
  | "no-crypto" // the browser offers no WebCrypto here: the page did not come over https or from this machine
  | "no-ed25519"
  | "form" // {what} is malformed
  | "id-differs"
  | "payload-type"
  | "copy-differs"
  | "author-unknown"
  | "no-valid-signature"
  | "key-not-yet"
  | "key-no-more"
  | "key-no-power" // a delegate's, which may not sign this
  | "key-unfounded"
  | "charter-differs"
  | "index-differs"
  | "not-in-log"
  | "tile-differs"
  | "entry-differs"
  | "origin-differs"
  | "log-unsigned"
  | "log-signature"
  | "log-key-changed"
  | "time-key-changed"
  | "community-changed"
  | "other-community"
  | "no-time"
  | "time-signature"
  | "time-before"
  | "rewound"
  | "forked"
  | "inconsistent"
  | "objects-differ"
  | "vote-differs" // of {what} the node says {got}, what was signed gives {want}
  | "certified-differs" // {author} has certified otherwise
  | "time-differs" // {what} was witnessed at another time
  | "unreachable";

export class Refusal extends Error {
  constructor(
    readonly why: Why,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(`${why} ${JSON.stringify(values)}`);
  }
}

// `what` is not as its specification has it.
export function malformed(what: string): Refusal {
  return new Refusal("form", { what });
}
