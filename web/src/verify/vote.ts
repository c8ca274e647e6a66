// A vote counted again in this browser: who may vote, every ballot's signature, its place and time in the log, the procedure's
// conditions; held against what the node says of it and what was certified. What `comity recount` does with whole logs, here with
// the statements that the node shows: one that it hides from everybody is found by the recount alone.
import type { Edit, ProposalText } from "../api/governance";
import { amended } from "./amend";
import { equal, fromHex, toHex } from "./bytes";
import { parseCheckpoint, type Checkpoint, verifyCosignature, verifyLogSignature } from "./checkpoint";
import { sha256 } from "./digest";
import { isObject } from "./dsse";
import { checkConsistency, checkSigned, checkTime, grown } from "./log";
import type { Keys, Memory } from "./memory";
import { Origins } from "./origin";
import { type Choice, type Elector, evaluate, type Evaluated, type Found, type Procedure, readProcedure, takes } from "./procedure";
import { malformed, Refusal } from "./refusal";
import type { Source } from "./source";
import { checkId, checkSignature, readPayload, seconds } from "./statement";
import { fact, kVoteSteps, Run, type Step, type Verdict } from "./steps";
import { Tiles } from "./tile";
import { inclusionPath, leafHash, rootFromInclusion } from "./tree";

const kAtOnce = 8; // requests
const kMaxPages = 20; // of a list of a thousand each
const kMaxEarlier = 4;
const kMaxVersions = 1000;

// A statement whose id and signature have been checked.
export interface Act {
  id: string;
  type: string;
  author: string;
  issued: number;
  witnessed: number; // seconds; the node's word until "in-time"
  index: number | null; // in this node's log
  key: string; // that signed it
  body: Record<string, unknown>;
}

type Fields = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const items = (page: unknown): Fields[] => (isObject(page) && Array.isArray(page["items"]) ? page["items"].filter(isObject) : []);
const order = (a: Act, b: Act, timed: boolean) =>
  (timed ? a.witnessed - b.witnessed : 0) || a.issued - b.issued || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

async function each<T, R>(list: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = Array<R>(list.length);
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const at = next++;
      results[at] = await work(list[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(kAtOnce, list.length) }, worker));
  return results;
}

const quiet = (): Step => ({ name: "id", state: "running", facts: [] });

// Reads statements of the node, each once, and checks them.
export class Desk {
  private readonly acts = new Map<string, Promise<Act>>();
  private readonly members = new Map<string, Promise<unknown>>();
  readonly source: Source;

  constructor(source: Source) {
    const member = (id: string) => {
      const found = this.members.get(id) ?? source.member(id);
      this.members.set(id, found);
      return found;
    };
    this.source = { ...source, member };
  }

  read(id: string): Promise<Act> {
    const found = this.acts.get(id) ?? this.open(id);
    this.acts.set(id, found);
    return found;
  }

  private async open(id: string): Promise<Act> {
    const answer = await this.source.statement(id);
    const fields = isObject(answer) ? answer : {};
    const envelope = await checkId(quiet(), fields, id);
    const payload = readPayload(envelope);
    const witnessed = seconds(fields["witnessed"], "witnessed");
    const key = await checkSignature(quiet(), envelope, witnessed, this.source);
    const { body } = payload;
    if (!isObject(body)) throw malformed("payload.body");
    const index = fields["index"];
    if (index !== null && !Number.isSafeInteger(index)) throw malformed("index");
    const issued = Date.parse(text(payload["issued"]));
    return {
      id, type: text(payload["type"]), author: text(payload["author"]), issued, witnessed, index: index as number | null, key: key.text, body,
    };
  }

  // The ids of the statements of a type that the node shows, witnessed in that time.
  async listed(type: string, from: number, until: number, author = ""): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = "";
    for (let page = 0; cursor !== null && page < kMaxPages; ++page) {
      const answer = await this.source.statements({ type, limit: "1000", ...(author ? { author } : {}), ...(cursor ? { cursor } : {}) });
      const found = items(answer);
      for (const item of found) {
        const witnessed = seconds(item["witnessed"], "witnessed");
        if (witnessed >= from && witnessed <= until) ids.push(text(item["id"]));
      }
      cursor = isObject(answer) && typeof answer["next"] === "string" ? answer["next"] : null;
    }
    return ids;
  }

  // Those of them that belong to the vote.
  async of(opening: string, type: string, from: number, until = Infinity, author = ""): Promise<Act[]> {
    const acts = await each(await this.listed(type, from, until, author), (id) => this.read(id));
    return acts.filter((act) => act.type === type && act.body["opening"] === opening);
  }
}

// What members have certified of a vote after its close, the last of each.
export async function certifications(desk: Desk, opening: string, closes: number): Promise<Act[]> {
  const last = new Map<string, Act>();
  for (const act of await desk.of(opening, "governance.certification", closes + 1)) {
    const before = last.get(act.author);
    if (!before || order(before, act, true) < 0) last.set(act.author, act);
  }
  return [...last.values()];
}

interface Opened {
  act: Act;
  procedure: Procedure;
  version: string;
  proposal: string;
  closes: number;
}

interface Line {
  id: string;
  choice: Choice;
  ballot: string;
  by: string;
  reason: string;
  objects: boolean;
  answered: boolean;
  recused: boolean;
  changes: number;
}

const differs = (what: string, got: unknown, want: unknown) => new Refusal("vote-differs", { what, got: String(got), want: String(want) });
function hold(what: string, got: unknown, want: unknown): void {
  if (got !== want) throw differs(what, got ?? "–", want ?? "–");
}

class VoteCheck {
  private readonly desk: Desk;
  private origins: Origins | undefined;
  private readonly founded = new Map<string, string>(); // key and what it signed -> its member's class
  private electors: { id: string; class: string; groups: string[] }[] = [];
  private ballots: Act[] = [];

  constructor(
    private readonly vote: Fields,
    source: Source,
    private readonly memory: Memory,
    private readonly depth: number,
  ) {
    this.desk = new Desk(source);
  }

  async run(report: (verdict: Verdict) => void): Promise<Verdict> {
    const run = new Run(kVoteSteps, report);
    const { source } = this.desk;
    const opened = await run.step("opening", (step) => this.open(step));
    const electorate = opened && (await run.step("electorate", (step) => this.electorate(step, opened)));
    if (!opened) run.skip("electorate");
    const ballots = opened && (await run.step("ballots", (step) => this.readBallots(step, opened)));
    if (!opened) run.skip("ballots");

    const log = await run.step("checkpoint", async (step) => {
      const checkpoint = parseCheckpoint(await source.checkpoint());
      return { checkpoint, keys: await checkSigned(step, checkpoint, source, this.memory) };
    });
    if (log) {
      await run.step("time", (step) => checkTime(step, log.checkpoint, log.keys));
      await run.step("consistency", (step) => checkConsistency(step, source, this.memory, log.keys, log.checkpoint));
    } else {
      run.skip("time");
      run.skip("consistency");
    }
    const logged = log && ballots && (await run.step("logged", (step) => this.logged(step, opened, log.checkpoint)));
    const timed = log && logged && opened && (await run.step("in-time", (step) => this.inTime(step, opened, log.checkpoint, log.keys, logged)));
    if (!log || !ballots) run.skip("logged");
    if (!timed) run.skipIfWaiting("in-time");

    const counted = opened && electorate && ballots && timed && (await run.step("count", (step) => this.count(step, opened)));
    if (!counted) run.skipIfWaiting("count");
    if (opened && counted) await run.step("certified", (step) => this.certified(step, opened, counted));
    else run.skip("certified");
    return run.verdict();
  }

  // A key counts if it goes back to the charter. Gives the class that its member was admitted with.
  private async origin(act: { author: string; key: string; type: string; witnessed: number }): Promise<string> {
    const name = `${act.key} ${act.type} ${act.witnessed}`;
    const known = this.founded.get(name);
    if (known !== undefined) return known;
    if (!this.origins) {
      const node = await this.desk.source.node();
      const community = isObject(node) && isObject(node["community"]) ? text(node["community"]["id"]) : "";
      const pin = this.memory.pin();
      if (pin && pin.community !== "" && pin.community !== community) {
        throw new Refusal("community-changed", { want: pin.community, got: community });
      }
      this.origins = new Origins(this.desk.source, community);
    }
    const links = await this.origins.trace(act.author, act.key, act);
    if (!links) throw new Refusal("key-unfounded", { author: act.author });
    const stakeholderClass = await this.origins.classOf(act.author, links);
    this.founded.set(name, stakeholderClass);
    return stakeholderClass;
  }

  // A version that names amendments says what they make of the one before, to the letter. That they were adopted, and all that
  // were, is the recount's to find.
  private async checkApplied(before: Act, after: Act): Promise<void> {
    const named = Array.isArray(after.body["amendments"]) ? after.body["amendments"].map(text) : [];
    if (named.length === 0) return;
    const amendments = await each(named, (id) => this.desk.read(id));
    for (const amendment of amendments) {
      hold("type", amendment.type, "governance.amendment");
      hold("amends", amendment.body["version"], before.id);
      await this.origin(amendment);
    }
    const edits = amendments.flatMap(({ body }) => (Array.isArray(body["edits"]) ? (body["edits"] as Edit[]) : []));
    const whole = (list: unknown) => (Array.isArray(list) ? (list as ProposalText[]) : []).map(({ authentic, ...each }) => ({ authentic: authentic ?? true, ...each }));
    let made: ProposalText[];
    try {
      made = amended(whole(before.body["texts"]), edits);
    } catch {
      throw differs("amendments", after.id, "–");
    }
    const byLanguage = (list: ProposalText[]) =>
      JSON.stringify([...list].sort((a, b) => (a.language < b.language ? -1 : 1)).map((each) => [each.language, each.authentic, each.title, each.text]));
    hold("texts", byLanguage(whole(after.body["texts"])), byLanguage(made));
  }

  private async open(step: Step): Promise<Opened> {
    const { vote, desk } = this;
    const act = await desk.read(text(vote["opening"]));
    step.facts.push(fact("chair", "member", act.author), fact("ballot", "statement", act.id));
    hold("type", act.type, "governance.opening");
    await this.origin(act);
    const procedure = readProcedure(act.body["procedure"]);
    const version = text(act.body["version"]);
    const closes = seconds(act.body["closes"], "closes");
    hold("chair", vote["chair"], act.author);
    hold("version", vote["version"], version);
    hold("closes", seconds(vote["closes"], "closes"), closes);
    hold("opened", seconds(vote["opened"], "opened"), act.witnessed);
    hold("procedure", vote["procedure"], procedure.id);
    hold("body", isObject(vote["body"]) ? vote["body"]["id"] : undefined, act.body["body"]);

    // From what is voted on, a version or an amendment to one, back to the first: its author is in the chair.
    let at = await desk.read(version);
    if (at.type === "governance.amendment") {
      hold("amends", vote["amends"], at.body["version"]);
      at = await desk.read(text(at.body["version"]));
    }
    for (let i = 0; typeof at.body["previous"] === "string" && i < kMaxVersions; ++i) {
      const before = await desk.read(at.body["previous"]);
      await this.checkApplied(before, at);
      at = before;
    }
    hold("proposal", vote["proposal"], at.id);
    hold("chair", at.author, act.author);
    step.facts.push(fact("version", "statement", version));
    return { act, procedure, version, proposal: at.id, closes };
  }

  // Who was in the group when the vote was opened: its owner's last word until then.
  private async group(id: string, until: number): Promise<string[]> {
    const [owner = "", name = ""] = id.split("/", 2);
    const acts = await each(await this.desk.listed("governance.group", 0, until, owner), (act) => this.desk.read(act));
    const mine = acts.filter((act) => act.author === owner && act.body["name"] === name).sort((a, b) => order(a, b, true));
    const members = mine[mine.length - 1]?.body["members"];
    return Array.isArray(members) ? members.map(text) : [];
  }

  private async electorate(step: Step, { act, procedure }: Opened): Promise<true> {
    const selectors = [procedure.electorate, ...procedure.houses.map(({ who }) => who)];
    const groups = new Map<string, string[]>();
    for (const id of new Set(selectors.flatMap((who) => who.groups))) groups.set(id, await this.group(id, act.witnessed));
    let cursor: string | null = "";
    const members: Fields[] = [];
    for (let page = 0; cursor !== null && page < kMaxPages; ++page) {
      const answer = await this.desk.source.members({ limit: "1000", ...(cursor ? { cursor } : {}) });
      members.push(...items(answer));
      cursor = isObject(answer) && typeof answer["next"] === "string" ? answer["next"] : null;
    }
    for (const member of members) {
      const [id, stakeholderClass] = [text(member["id"]), text(member["class"])];
      if (seconds(member["admitted"], "admitted") > act.witnessed) continue;
      if (member["left"] !== null && seconds(member["left"], "left") <= act.witnessed) continue;
      const mine = [...groups].flatMap(([group, who]) => (who.includes(id) ? [group] : []));
      if (takes(procedure.electorate, id, stakeholderClass, mine)) this.electors.push({ id, class: stakeholderClass, groups: mine });
    }
    this.electors.sort((a, b) => (a.id < b.id ? -1 : 1));
    step.facts.push(fact("electors", "number", this.electors.length));
    if (act.body["body"] !== undefined) {
      step.state = "noted";
      step.remark = "put-to-body";
    }
    const named = this.rollCall().map((line) => text(line["member"]));
    for (const id of named) if (!this.electors.some((elector) => elector.id === id)) throw differs(id, "+", "–");
    for (const { id } of this.electors) if (!named.includes(id)) throw differs(id, "–", "+");
    // Nobody is invented: each has a key that signed acts lead to, of the class that it was admitted in.
    await each(this.electors, async (elector) => {
      const member = await this.desk.source.member(elector.id);
      const keys = isObject(member) && Array.isArray(member["keys"]) ? member["keys"].filter(isObject) : [];
      const first = text(keys[0]?.["key"]);
      hold(`${elector.id}: class`, elector.class, await this.origin({ author: elector.id, key: first, type: "governance.admission", witnessed: 0 }));
    });
    return true;
  }

  private rollCall(): Fields[] {
    const lines = this.vote["roll_call"];
    if (!Array.isArray(lines)) throw malformed("roll_call");
    return lines.filter(isObject);
  }

  private disregarded(): Fields[] {
    const list = this.vote["disregarded"];
    return Array.isArray(list) ? list.filter(isObject) : [];
  }

  // Every ballot that the node tells of, in the tally or in its lists: id, signature, and where the key comes from.
  private async readBallots(step: Step, { act: opening, closes }: Opened): Promise<true> {
    const unsigned = new Set(["foreign", "forged", "revoked-key", "no-power", "outside-term"]);
    const told = this.rollCall().flatMap((line) => (typeof line["ballot"] === "string" ? [line["ballot"]] : []));
    const apart = this.disregarded();
    const listed = await this.desk.listed("governance.ballot", opening.witnessed, closes);
    let hidden = 0;
    let others = 0;
    const open = async (id: string): Promise<Act[]> => {
      try {
        const act = await this.desk.read(id);
        if (act.type !== "governance.ballot" || act.body["opening"] !== opening.id) {
          if (told.includes(id)) throw differs("opening", id, opening.id);
          ++others;
          return [];
        }
        await this.origin(act);
        return [act];
      } catch (error) {
        step.facts.push(fact("ballot", "statement", id));
        throw error;
      }
    };
    const kept = new Set([...told, ...listed]);
    const acts = await each([...kept], open);
    // A ballot that no key makes count is not in the lists; the node may not show it either.
    const set = await each(apart.filter((one) => !kept.has(text(one["ballot"]))), async (one) => {
      if (!unsigned.has(text(one["why"]))) return open(text(one["ballot"]));
      ++hidden;
      return [];
    });
    this.ballots = [...acts, ...set].flat();
    step.facts.push(fact("ballots-read", "number", this.ballots.length));
    if (others > 0) step.facts.push(fact("ballots-others", "number", others));
    if (hidden > 0) {
      step.state = "noted";
      step.remark = "ballots-not-shown";
    }
    return true;
  }

  // Each stands in the log: computed from the log's own tiles, which are the same for everybody.
  private async logged(step: Step, opened: Opened, checkpoint: Checkpoint): Promise<Tiles> {
    const tiles = new Tiles(checkpoint.size, this.desk.source.tile);
    let elsewhere = 0;
    for (const act of [opened.act, ...this.ballots]) {
      if (act.index === null) {
        ++elsewhere;
        continue;
      }
      const leaf = await leafHash(fromHex(act.id, "id"));
      const path = act.index < checkpoint.size ? await inclusionPath(act.index, checkpoint.size, tiles.read) : [];
      const root = act.index < checkpoint.size ? await rootFromInclusion(leaf, act.index, checkpoint.size, path) : null;
      if (!root || !equal(root, checkpoint.root)) {
        step.facts.push(fact("ballot", "statement", act.id));
        throw new Refusal("not-in-log");
      }
    }
    step.facts.push(
      fact("ballots-read", "number", this.ballots.length), fact("size", "number", checkpoint.size), fact("root", "hash", toHex(checkpoint.root)),
      fact("tiles", "text", tiles.fetched.join(" ")),
    );
    if (elsewhere > 0) {
      step.state = "noted";
      step.remark = "other-log";
    }
    return tiles;
  }

  // The time of each is what the log's cosigner states on the first checkpoint that holds it.
  private async inTime(step: Step, opened: Opened, newest: Checkpoint, keys: Keys, tiles: Tiles): Promise<true> {
    const { source } = this.desk;
    const logs = items(await source.logs());
    const own = text(logs.find((log) => log["own"] === true)?.["log"]);
    const acts = [opened.act, ...this.ballots].filter((act) => act.index !== null).sort((a, b) => (a.index as number) - (b.index as number));
    let used = 0;
    for (let at = 0; at < acts.length; ) {
      const page = await source.checkpoints(own, (acts[at] as Act).index as number);
      const notes = isObject(page) && Array.isArray(page["items"]) ? page["items"] : [];
      const before = at;
      for (const note of notes) {
        const checkpoint = parseCheckpoint(text(note));
        const mine: Act[] = [];
        for (; at < acts.length && ((acts[at] as Act).index as number) < checkpoint.size; ++at) mine.push(acts[at] as Act);
        if (mine.length === 0) continue;
        await verifyLogSignature(checkpoint, keys.log);
        const time = await verifyCosignature(checkpoint, keys.cosigner);
        if (checkpoint.size > newest.size || !(await grown(checkpoint, newest, tiles))) {
          throw new Refusal("inconsistent", { seen: checkpoint.size, now: newest.size });
        }
        ++used;
        for (const act of mine) {
          if (act.witnessed === time) continue;
          // Another of the community's logs may have held it before.
          if (act.witnessed > time || logs.length < 2) throw new Refusal("time-differs", { what: act.id.slice(0, 12) });
          step.state = "noted";
          step.remark = "other-log";
        }
        if (at === acts.length) break;
      }
      if (at === before) throw new Refusal("no-time", { key: keys.cosigner.name });
    }
    step.facts.push(fact("checkpoints", "number", used));
    const times = this.ballots.map(({ witnessed }) => witnessed);
    if (times.length > 0) {
      step.facts.push(
        fact("first-ballot", "time", new Date(Math.min(...times) * 1000).toISOString()),
        fact("last-ballot", "time", new Date(Math.max(...times) * 1000).toISOString()),
      );
    }
    if (opened.procedure.witnessed) {
      step.state = "noted";
      step.remark = "witnesses-decide";
    }
    return true;
  }

  private lines({ act: opening, procedure, version, closes }: Opened): Line[] {
    const timed = !procedure.witnessed;
    const outside = new Set(this.disregarded().flatMap((one) => (["late", "open"].includes(text(one["why"])) ? [text(one["ballot"])] : [])));
    const isIn = (act: Act) => act.witnessed >= opening.witnessed && (timed ? act.witnessed <= closes : !outside.has(act.id));
    return this.electors.map(({ id }): Line => {
      const mine = this.ballots.filter((act) => act.author === id && act.body["version"] === version && isIn(act));
      mine.sort((a, b) => order(a, b, timed));
      const last = mine[mine.length - 1];
      const { vote, reason, objection, recused } = last?.body ?? {};
      if (last && !["yes", "no", "abstain", "attending"].includes(text(vote))) throw malformed("ballot.vote");
      return {
        id, choice: last ? (vote as Choice) : "absent", ballot: last?.id ?? "", by: "", reason: text(reason), objects: objection === true,
        answered: false, recused: recused === true, changes: Math.max(0, mine.length - 1),
      };
    });
  }

  // As many to one holder as the procedure lets it, the first first.
  private async proxies(lines: Line[], { act: opening, procedure, closes }: Opened): Promise<void> {
    const most = procedure.maxProxies;
    if (most === null) return;
    const timed = !procedure.witnessed;
    const last = new Map<string, Act>();
    for (const act of await this.desk.of(opening.id, "governance.proxy", opening.witnessed, closes)) {
      await this.origin(act);
      const before = last.get(act.author);
      if (!before || order(before, act, timed) < 0) last.set(act.author, act);
    }
    const held = new Map<string, number>();
    for (const act of [...last.values()].sort((a, b) => order(a, b, timed))) {
      const line = lines.find(({ id }) => id === act.author);
      const holder = lines.find(({ id }) => id === act.body["to"]);
      if (!line || !holder || line === holder || line.ballot || !holder.ballot || (held.get(holder.id) ?? 0) >= most) continue;
      held.set(holder.id, (held.get(holder.id) ?? 0) + 1);
      Object.assign(line, { choice: holder.choice, by: holder.id, reason: holder.reason });
    }
  }

  private async ofTheChair(type: string, { act: opening, closes }: Opened): Promise<Act[]> {
    const acts = await this.desk.of(opening.id, type, opening.witnessed, closes, opening.author);
    for (const act of acts) await this.origin(act);
    return acts.filter(({ author }) => author === opening.author).sort((a, b) => order(a, b, true));
  }

  private async earlier({ act: opening, procedure }: Opened): Promise<Map<string, boolean>> {
    const outcomes = new Map<string, boolean>();
    const given = isObject(opening.body["earlier"]) ? opening.body["earlier"] : {};
    for (const id of procedure.earlier) {
      const vote = await this.desk.source.vote(text(given[id]));
      if (!isObject(vote) || this.depth >= kMaxEarlier) throw malformed("opening.earlier");
      const verdict = await new VoteCheck(vote, this.desk.source, this.memory, this.depth + 1).run(() => {});
      const failed = verdict.steps.find(({ state }) => state === "failed");
      if (failed) throw new Refusal(failed.why ?? "form", failed.values);
      outcomes.set(id, vote["outcome"] === "adopted");
    }
    return outcomes;
  }

  private async count(step: Step, opened: Opened): Promise<Counted> {
    const { procedure, act: opening } = opened;
    const lines = this.lines(opened);
    await this.proxies(lines, opened);
    if (lines.some(({ objects }) => objects)) {
      for (const act of await this.ofTheChair("governance.answer", opened)) {
        for (const line of lines) if (line.objects && line.ballot === act.body["ballot"]) line.answered = true;
      }
    }
    const declarations = new Map<string, boolean>();
    for (const act of await this.ofTheChair("governance.declaration", opened)) {
      declarations.set(text(act.body["declares"]), act.body["holds"] !== false);
    }
    const weights = isObject(opening.body["weights"]) ? opening.body["weights"] : {};
    const electors = lines.map((line, i): Elector => {
      const elector = this.electors[i] as { id: string; class: string; groups: string[] };
      return {
        id: line.id, choice: line.choice, reasoned: line.reason !== "", objects: line.objects, answered: line.answered, recused: line.recused,
        houses: procedure.houses.filter(({ who }) => takes(who, elector.id, elector.class, elector.groups)).map(({ id }) => id),
        weights: Object.fromEntries(
          procedure.weights.map(({ id, of }) => {
            const table = of ?? weights[id];
            const weight = isObject(table) ? table[line.id] : undefined;
            if (!Number.isSafeInteger(weight)) throw malformed(`weights.${id}`);
            return [id, BigInt(weight as number)];
          }),
        ),
      };
    });
    const round = typeof opening.body["round"] === "number" ? opening.body["round"] : 1;
    const parameters = isObject(opening.body["parameters"]) ? opening.body["parameters"] : {};
    const result = evaluate(procedure, electors, { declarations, earlier: await this.earlier(opened), parameters, round });
    const ids = lines.flatMap(({ ballot, by }) => (ballot && !by ? [ballot] : [])).sort();
    const digest = toHex(await sha256(...ids.map((id) => fromHex(id, "id"))));
    const overall = result.counts[0]?.votes;
    step.facts.push(
      fact("votes-yes", "number", Number(overall?.yes ?? 0)), fact("votes-no", "number", Number(overall?.no ?? 0)),
      fact("votes-abstain", "number", Number(overall?.abstain ?? 0)), fact("ballots-counted", "number", ids.length),
      fact("ballots-digest", "hash", digest),
    );
    this.compare(lines, result, ids.length, digest);
    return { outcome: result.outcome, counted: ids.length, ballots: digest };
  }

  private compare(lines: Line[], result: Evaluated, counted: number, digest: string): void {
    const { vote } = this;
    const told = new Map(this.rollCall().map((line) => [text(line["member"]), line]));
    for (const line of lines) {
      const node = told.get(line.id) ?? {};
      hold(line.id, node["vote"], line.choice);
      hold(`${line.id}: ballot`, text(node["ballot"]), line.ballot);
      hold(`${line.id}: by`, text(node["by"]), line.by);
      hold(`${line.id}: reason`, text(node["reason"]), line.reason);
      hold(`${line.id}: objection`, text(node["objection"]), line.objects ? (line.answered ? "answered" : "sustained") : "");
      hold(`${line.id}: recused`, node["recused"] === true, line.recused);
    }
    const rows = Array.isArray(vote["counts"]) ? vote["counts"].filter(isObject) : [];
    for (const { house, table, votes } of result.counts) {
      const row = rows.find((each) => text(each["house"]) === house);
      const figures = row?.[table === "" ? "votes" : `by_${table}`];
      for (const [word, n] of Object.entries(votes)) hold([house, word].filter(Boolean).join(" "), isObject(figures) ? figures[word] : "–", Number(n));
    }
    for (const name of ["quorum", "postponed", "adopted"] as const) {
      const found = result[name];
      if (found) compareFinding(name, vote[name], found);
      else hold(name, vote[name] === undefined, true);
    }
    hold("outcome", vote["outcome"], result.outcome);
    hold("counted", vote["counted"], counted);
    hold("ballots", vote["ballots"], digest);
  }

  private async certified(step: Step, opened: Opened, counted: Counted): Promise<void> {
    const acts = await certifications(this.desk, opened.act.id, opened.closes);
    if (acts.length === 0) {
      step.state = "noted";
      step.remark = Date.now() / 1000 <= opened.closes ? "still-open" : "not-certified";
    }
    for (const act of acts) {
      await this.origin(act);
      step.facts.push(fact("certifier", "member", act.author));
      const said = [act.body["outcome"], act.body["counted"], act.body["ballots"]].join(" ");
      const own = [counted.outcome, counted.counted, counted.ballots].join(" ");
      if (said !== own) throw new Refusal("certified-differs", { author: act.author, got: said.slice(0, 40), want: own.slice(0, 40) });
    }
  }
}

interface Counted {
  outcome: string;
  counted: number;
  ballots: string;
}

function compareFinding(what: string, told: unknown, found: Found): void {
  if (!isObject(told)) throw differs(what, "–", found.met);
  hold(what, told["met"], found.met);
  for (const name of ["value", "base", "needed"] as const) {
    const own = found[name];
    hold(`${what}: ${name}`, told[name], own === undefined ? undefined : Number(own));
  }
  hold(`${what}: threshold`, told["threshold"], found.threshold);
  const parts = Array.isArray(told["parts"]) ? told["parts"] : [];
  hold(`${what}: parts`, parts.length, found.parts.length);
  for (const [i, part] of found.parts.entries()) compareFinding(`${what}.${i + 1}`, parts[i], part);
}

// `vote`: /api/v1/votes/{id} as it is being shown.
export function verifyVote(vote: unknown, source: Source, memory: Memory, report: (verdict: Verdict) => void): Promise<Verdict> {
  return new VoteCheck(isObject(vote) ? vote : {}, source, memory, 0).run(report);
}
