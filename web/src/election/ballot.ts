// A secret ballot, made here: sealed to all trustees together, with proofs that it is a valid one, and signed with the voter's credential
// (Belenios' specification 2.0, sections 4.11 to 4.15). belenios-tool verifies it.
import { malformed } from "../verify/refusal";
import { publicCredential, secretOf } from "./credential";
import { challengeOf, type Group, isMember, modulo, power, powerOfInverse, randomBelow, times } from "./group";
import { type Announced, asJson, hashOf, type Manifest, manifestOf } from "./manifest";

interface Sealed {
  alpha: bigint;
  beta: bigint;
}
interface Proof {
  challenge: bigint;
  response: bigint;
}

const sealedForm = ({ alpha, beta }: Sealed) => ({ alpha: alpha.toString(), beta: beta.toString() });
const proofForm = ({ challenge, response }: Proof) => ({ challenge: challenge.toString(), response: response.toString() });

function seal({ group, key }: Manifest, r: bigint, message: bigint): Sealed {
  return { alpha: power(group, group.g, r), beta: times(group, power(group, key, r), message) };
}

// That `sealed`, made with `r`, holds g to the power of one of `values`, and not which (`at` says which it is): only of that one are the
// commitments made before the challenge, the others' are made to fit challenges of their own.
async function proveOneOf({ group, key }: Manifest, context: string, r: bigint, sealed: Sealed, values: readonly number[], at: number): Promise<Proof[]> {
  const { g, q } = group;
  const w = randomBelow(q);
  const proofs: Proof[] = values.map(() => ({ challenge: randomBelow(q), response: randomBelow(q) }));
  const commitments = values.map((value, j) => {
    if (j === at) return `${power(group, g, w)},${power(group, key, w)}`;
    const { challenge, response } = proofs[j] as Proof;
    const a = times(group, power(group, g, response), power(group, sealed.alpha, challenge));
    const opened = times(group, sealed.beta, powerOfInverse(group, g, BigInt(value)));
    return `${a},${times(group, power(group, key, response), power(group, opened, challenge))}`;
  });
  const whole = await challengeOf(group, `prove|${context}|${sealed.alpha},${sealed.beta}|${commitments.join(",")}`);
  const others = proofs.reduce((sum, each, j) => (j === at ? sum : sum + each.challenge), 0n);
  const challenge = modulo(whole - others, q);
  proofs[at] = { challenge, response: modulo(w - r * challenge, q) };
  return proofs;
}

// Each candidate is chosen (1) or not (0), and as many are chosen as the election allows.
async function answerOfChoices(manifest: Manifest, context: string, marks: readonly number[], min: number, max: number) {
  const { group } = manifest;
  const chosen = marks.reduce((sum, mark) => sum + mark, 0);
  if (marks.some((mark) => mark !== 0 && mark !== 1) || chosen < min || chosen > max) throw malformed("ballot");
  const secrets = marks.map(() => randomBelow(group.q));
  const choices = marks.map((mark, i) => seal(manifest, secrets[i] as bigint, mark === 1 ? group.g : 1n));
  const proofs: Proof[][] = [];
  for (const [i, mark] of marks.entries()) {
    proofs.push(await proveOneOf(manifest, context, secrets[i] as bigint, choices[i] as Sealed, [0, 1], mark));
    await new Promise((resolve) => setTimeout(resolve)); // the page stays alive meanwhile
  }
  const sum = choices.reduce((all, each) => ({ alpha: times(group, all.alpha, each.alpha), beta: times(group, all.beta, each.beta) }));
  const allowed = Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const all = `${context}|${choices.map(({ alpha, beta }) => `${alpha},${beta}`).join(",")}`;
  const overall = await proveOneOf(manifest, all, modulo(secrets.reduce((one, other) => one + other, 0n), group.q), sum, allowed, chosen - min);
  return { choices: choices.map(sealedForm), individual_proofs: proofs.map((each) => each.map(proofForm)), overall_proof: overall.map(proofForm) };
}

const kBits = 8n; // of a number, and of the padding by which they make a member of the group

function encoded(group: Group, marks: readonly number[]): bigint {
  if (marks.some((mark) => !Number.isInteger(mark) || mark < 0 || mark >= 1 << Number(kBits))) throw malformed("ballot");
  const numbers = marks.reduce((all, mark) => (all << kBits) + BigInt(mark), 0n) << kBits;
  for (let padding = 0n; padding < 1n << kBits; ++padding) {
    if (isMember(group, numbers + padding)) return numbers + padding;
  }
  throw malformed("ballot"); // one in 2^256
}

// Of each candidate a number: its rank or its grade.
async function answerOfNumbers(manifest: Manifest, context: string, marks: readonly number[]) {
  const { group, key } = manifest;
  const [r, w] = [randomBelow(group.q), randomBelow(group.q)];
  const choices = seal(manifest, r, encoded(group, marks));
  const challenge = await challengeOf(group, `raweg|${context}|${key},${choices.alpha},${choices.beta}|${power(group, group.g, w)}`);
  return { choices: sealedForm(choices), proof: proofForm({ challenge, response: modulo(w - r * challenge, group.q) }) };
}

// `marks`: of each candidate whether it is chosen (1, 0); where ballots are shuffled, its rank (0: none) or grade. Precondition: the credential
// is one that parseCredential() has read or credentialOf() has made. What it sealed with is forgotten.
export async function makeBallot(election: Announced, credential: string, marks: readonly number[]): Promise<string> {
  if (marks.length !== election.candidates.length) throw malformed("ballot");
  const manifest = await manifestOf(election);
  const { group } = manifest;
  const own = await publicCredential(group, credential, election.uuid);
  const context = `${manifest.hash}|${own}`;
  const answer = election.method
    ? await answerOfNumbers(manifest, context, marks)
    : await answerOfChoices(manifest, context, marks, election.min ?? 0, election.max ?? 1);
  const unsigned = { election_uuid: election.uuid, election_hash: manifest.hash, credential: own, answers: [answer] };
  const hash = await hashOf(asJson(unsigned));
  const w = randomBelow(group.q);
  const challenge = await challengeOf(group, `sig|${hash}|${power(group, group.g, w)}`);
  const response = modulo(w - (await secretOf(group, credential, election.uuid)) * challenge, group.q);
  return asJson({ ...unsigned, signature: { hash, proof: proofForm({ challenge, response }) } });
}
