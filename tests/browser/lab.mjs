// A small community with a real log, made in memory: true keys, signatures, tiles and proofs, written from the formats and
// not from the page's code, so that the page's verification is held to a second implementation. Tests forge its answers.
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from "node:crypto";
import { addAlerts, answerAlerts, answerSightings, answerSightingsOverview } from "./lab_alerts.mjs";
import { addDivide, answerDivide } from "./lab_divide.mjs";
import { addMarket, answerClearing, answerMarket } from "./lab_market.mjs";
import { addGovernance, answer as answerGovernance, recoveryOf } from "./lab_governance.mjs";

const kPayloadType = "application/vnd.comity.statement+json";
const kPkcs8 = Buffer.from("302e020100300506032b657004220420", "hex"); // what stands before the 32 bytes of an Ed25519 seed

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (entry) => sha256(Buffer.from([0]), entry);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

export function pae(type, payload) {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `),
    payload,
  ]);
}

// A key that is the same in every run.
export function makeKey(name, type = 1, seed = name) {
  const secret = createPrivateKey({ key: Buffer.concat([kPkcs8, sha256(`seed ${type} ${seed}`)]), format: "der", type: "pkcs8" });
  const bytes = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
  const typed = Buffer.concat([Buffer.from([type]), bytes]);
  const id = sha256(name, "\n", typed).subarray(0, 4);
  return {
    name,
    id,
    seed: sha256(`seed ${type} ${seed}`),
    text: `${name}+${id.toString("hex")}+${typed.toString("base64")}`,
    secretText: `PRIVATE+KEY+${name}+${id.toString("hex")}+${Buffer.concat([Buffer.from([type]), sha256(`seed ${type} ${seed}`)]).toString("base64")}`,
    sign: (message) => sign(null, message, secret),
  };
}

export function treeHash(leaves) {
  if (leaves.length === 0) return sha256("");
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

export function inclusion(index, leaves) {
  if (leaves.length <= 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return index < k
    ? [...inclusion(index, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...inclusion(index - k, leaves.slice(k)), treeHash(leaves.slice(0, k))];
}

const kFounders = [
  ["cert-ke", "Computer Incident Response Team Kenya", "government"],
  ["africa-union-cyber", "Continental Cyber Experts Group", "international"],
  ["savanna-telecom", "Savanna Telecom", "company"],
  ["ix-nairobi", "Internet Exchange Nairobi", "technical"],
  ["open-net-watch", "Open Net Watch", "civil"],
  ["wanjiru", "Wanjiru Kamau", "citizen"],
];
const kNewcomers = [
  ["cert-ug", "National CERT Uganda", "government"],
  ["lake-bank", "Lake Region Bank", "company"],
  ["east-noc", "Eastern Operators' Group", "technical"],
];

const rfc3339 = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

const kGroups = [{ id: "cert-ke/partners", members: ["africa-union-cyber", "ix-nairobi"] }];

export class Lab {
  constructor({ origin = "log.example/east", count = 300, start = Date.UTC(2026, 10, 2, 8) / 1000, governance = count >= 60 } = {}) {
    this.origin = origin;
    this.logKey = makeKey(origin);
    this.cosigner = makeKey(`${origin}/time`, 4);
    this.keys = new Map();
    this.members = new Map();
    this.statements = [];
    this.nonces = 0;
    this.hashes = new Map();
    this.start = start;
    this.heard = []; // called with what is said from now on
    this.accounts = new Map([["amina@cert-ke", { password: "a quiet morning by the lake", member: "cert-ke", staff: true }]]);

    const member = ([id, name, stakeholderClass]) => {
      this.keys.set(id, makeKey(id));
      return { id, name, class: stakeholderClass, keys: [{ key: this.keys.get(id).text, custody: stakeholderClass === "citizen" }] };
    };
    const founders = kFounders.map(member);
    const charter = this.say("governance.charter", "cert-ke", {
      name: "East African Cyber Cooperation",
      purpose: "We warn each other of attacks, answer emergencies together, and decide together how we do it. Whoever shares our aims may join us.",
      admission: { sponsors: 2 },
      members: founders,
    }, { community: "0".repeat(64), signers: founders.map(({ id }) => id) });
    this.community = charter.id;
    for (const founder of founders) this.admit(founder, charter.witnessed);
    for (const newcomer of kNewcomers.map(member)) {
      this.say("governance.admission", "cert-ke", { member: newcomer });
      this.admit(newcomer, this.say("governance.admission", "ix-nairobi", { member: newcomer }).witnessed);
    }
    const second = makeKey("cert-ke", 1, "the second key of cert-ke");
    const added = this.say("governance.key-addition", "cert-ke", { key: { key: second.text, custody: false } });
    this.members.get("cert-ke").keys.push({ key: second.text, custody: false, from: rfc3339(added.witnessed), until: null });
    this.keys.set("cert-ke", second);
    this.say("governance.group", "cert-ke", { name: "responders", members: ["cert-ke", "cert-ug", "savanna-telecom"] });
    this.shareStory();
    if (governance) {
      this.governance = addGovernance(this);
      this.figures = addDivide(this);
      this.market = addMarket(this);
      this.alerts = addAlerts(this);
    }
    const authors = [...this.members.keys()];
    for (let i = 0; this.statements.length < count; ++i) {
      const objects = Array.from({ length: 3 }, (_, k) => Buffer.from(JSON.stringify({
        type: "indicator", spec_version: "2.1",
        id: `indicator--00000000-0000-4000-8000-${String(i * 3 + k).padStart(12, "0")}`,
        created: rfc3339(this.now()), modified: rfc3339(this.now()), valid_from: rfc3339(this.now()),
        pattern_type: "stix", pattern: `[ipv4-addr:value = '198.51.100.${(i * 3 + k) % 256}']`, confidence: 50 + (i % 50) + 0.5,
      })));
      this.say("intelligence.share", authors[i % authors.length], {
        title: `Addresses that scan for open resolvers, list ${i + 1}`,
        description: "Seen on our own sensors within a day. Block at the edge; tell us of false hits.",
        objects: { count: objects.length, root: treeHash(objects.map(leafHash)).toString("hex") },
      }, { objects, audience: i % 7 === 3 ? { tlp: "green" } : { tlp: "clear" } });
    }
  }

  // Malware, an indicator of it in two versions and by two members, and how they hang together.
  shareStory() {
    const time = rfc3339(this.now());
    const id = (type, n) => `${type}--00000000-0000-4000-8000-f0000000000${n}`;
    const common = (type, n, modified) => ({ type, spec_version: "2.1", id: id(type, n), created: time, modified });
    const indicator = (modified, more) => ({
      ...common("indicator", 1, modified), name: "Lake Kit download", valid_from: time, pattern_type: "stix",
      pattern: "[domain-name:value = 'lake-kit.example']", ...more,
    });
    const say = (author, values) => {
      const objects = values.map((value) => Buffer.from(JSON.stringify(value)));
      this.say("intelligence.share", author, { objects: { count: objects.length, root: treeHash(objects.map(leafHash)).toString("hex") } }, { objects });
    };
    say("cert-ke", [
      { ...common("malware", 2, time), name: "Lake Kit", is_family: true, description: "A phishing kit that copies the pages of banks." },
      indicator(time, { confidence: 40 }),
      { ...common("relationship", 3, time), relationship_type: "indicates", source_ref: id("indicator", 1), target_ref: id("malware", 2) },
      { ...common("report", 4, time), name: "Lake Kit, week 45", published: time, object_refs: [id("malware", 2), id("tool", 9)] },
    ]);
    const later = rfc3339(this.now());
    say("cert-ke", [indicator(later, { confidence: 80, labels: ["phishing"] })]);
    say("cert-ug", [indicator(later, { confidence: 80, labels: ["phishing"] })]);
    this.story = id("indicator", 1);
  }

  // Each line a domain; one with a space in it is none.
  understand(text, audience) {
    const lines = text.split("\n").map((line, i) => ({ line: i + 1, text: line.trim() })).filter(({ text: line }) => line !== "");
    const good = lines.filter(({ text: line }) => !line.includes(" "));
    const objects = good.map(({ text: value }) => ({ type: "domain-name", spec_version: "2.1", id: `domain-name--${randomUUID()}`, value: value.replaceAll("[.]", ".") }));
    const left = lines.filter(({ text: line }) => line.includes(" ")).map((line) => ({ ...line, why: "is no indicator" }));
    return {
      preview: {
        kind: "list", title: "", objects: objects.length, kinds: { domain: objects.length }, repeated: 0, left_out: [], not_understood: left, columns: [], lost: [],
        understood: good.map(({ line, text: value }) => ({ line, kind: "domain", value })), unchanged: 0, renewed: 0, revoked: [],
        statements: [{ audience, objects: objects.length }],
      },
      statements: objects.length ? [{ audience, objects }] : [],
    };
  }

  // A submission: signed by a key of its author, and binding its objects; else null.
  take({ envelope, objects }) {
    const payload = Buffer.from(envelope.payload, "base64");
    const { author, body, community } = JSON.parse(payload);
    const raw = objects.map((object) => Buffer.from(JSON.stringify(object)));
    const key = this.keys.get(author);
    const [{ keyid, sig }] = envelope.signatures;
    const good = community === this.community && keyid === key.id.toString("hex") && sig === key.sign(pae(kPayloadType, payload)).toString("base64") &&
      (raw.length === 0 ? body.objects === undefined : body.objects.root === treeHash(raw.map(leafHash)).toString("hex"));
    if (!good) return null;
    const id = sha256(pae(kPayloadType, payload));
    const witnessed = this.now();
    this.statements.push({ id: id.toString("hex"), index: this.size, witnessed, payload, objects: raw, leaf: leafHash(id), entry: id, envelope });
    for (const tell of this.heard) tell(this.listed(this.statements[this.size - 1]));
    return { id: id.toString("hex"), index: this.size - 1, witnessed: rfc3339(witnessed), origin: this.origin };
  }

  // Every copy of every object that the viewer may read, the newest first.
  copies(viewer) {
    return this.statements.filter((s) => this.readable(s, viewer)).flatMap((s) => {
      const { author, audience } = JSON.parse(s.payload);
      return s.objects.map((raw, position) => ({
        raw: raw.toString(), object: JSON.parse(raw), sharer: author, statement: s.id, position, audience,
        added: new Date(s.witnessed * 1000 + position).toISOString().replace("Z", "000Z"),
      }));
    }).reverse();
  }

  intel(what, id, part, query, viewer, json, page, problem) {
    const all = this.copies(viewer);
    const head = ({ object, sharer, statement, position, added, audience }) => ({ sharer, statement, position, added, audience, object });
    const confidence = ({ object }) => ({
      stated: object.confidence ?? null, now: Math.floor(object.confidence ?? 50), sighted_by: 0, sightings: 0, false_by: 0, members: [], more: false,
    });
    if (what === "search") {
      const seen = new Set();
      return page(all.filter(({ object }) => !seen.has(object.id) && seen.add(object.id))
        .filter(({ raw, object, sharer, audience }) =>
          raw.includes(query.get("q") ?? "") && object.type === (query.get("type") || object.type) &&
          sharer === (query.get("source") || sharer) && audience.tlp === (query.get("tlp") || audience.tlp))
        .map((copy) => ({
          id: copy.object.id, type: copy.object.type, name: copy.object.name ?? "", version: copy.object.modified, ...head(copy), confidence: confidence(copy),
        })));
    }
    const copies = all.filter(({ object }) => object.id === id);
    if (copies.length === 0) return problem(404, "Not found", `there is no object ${id} that you may read`);
    if (part === "readers") {
      const may = (why) => ({ may: true, why, group: null });
      return json({
        id, copies: copies.map((copy) => ({
          ...head(copy), object: undefined, version: copy.object.modified, yours: viewer !== null,
          you: [{ ...may("public"), member: viewer && this.accounts.get(viewer).member }],
          ...(viewer === null ? {} : {
            public: may("public"), persons: [],
            members: [...this.members.values()].map((m) => ({ member: m.id, name: m.name, staff: may("public"), clients: may("public") })),
          }),
        })),
      });
    }
    if (part === "related") {
      const last = new Map(all.reverse().map(({ object }) => [object.id, object]));
      const edges = [...last.values()].flatMap((object) =>
        object.type === "relationship"
          ? [{ from: object.source_ref, to: object.target_ref, kind: object.relationship_type, via: object.id }]
          : (object.object_refs ?? []).map((to) => ({ from: object.id, to, kind: "object_refs", via: null })));
      const steps = new Map([[id, 0]]);
      for (let step = 0; step < Number(query.get("depth") ?? 1); ++step) {
        for (const [at, distance] of [...steps]) {
          if (distance !== step) continue;
          for (const { from, to } of edges.filter((edge) => edge.from === at || edge.to === at)) {
            for (const end of [from, to]) if (!steps.has(end)) steps.set(end, step + 1);
          }
        }
      }
      return json({
        root: id, more: false, edges: edges.filter(({ from, to }) => steps.has(from) && steps.has(to)),
        nodes: [...steps].map(([node, distance]) => ({
          id: node, type: node.split("--")[0], name: last.get(node)?.name ?? "", distance, known: last.has(node),
        })),
      });
    }
    const versions = [...new Set(copies.map(({ object }) => object.modified))];
    return json({
      id, type: copies[0].object.type, name: copies[0].object.name ?? "", confidence: confidence(copies[0]), correlated: [],
      versions: versions.map((version) => ({
        version, revoked: false, spec_version: "2.1", copies: copies.filter(({ object }) => object.modified === version).map(head).reverse(),
      })),
    });
  }

  now() {
    return this.start + this.statements.length * 613;
  }

  admit({ id, name, class: stakeholderClass, keys }, witnessed) {
    this.members.set(id, {
      id, name, class: stakeholderClass, admitted: rfc3339(witnessed), left: null,
      keys: keys.map((key) => ({ ...key, from: rfc3339(witnessed), until: null })),
    });
  }

  // Signs a statement and appends it.
  say(type, author, body, { audience = { tlp: "clear" }, community = this.community, signers = [author], objects = [], custody = false } = {}) {
    const witnessed = this.now();
    const payload = Buffer.from(JSON.stringify({
      v: 1, community, type, author, issued: rfc3339(witnessed - 2).replace("Z", ".250Z"),
      nonce: sha256(`nonce ${this.nonces++}`).toString("base64url").slice(0, 22), ...(custody ? { custody } : {}), audience, body,
    }));
    const message = pae(kPayloadType, payload);
    const id = sha256(message);
    const statement = {
      id: id.toString("hex"), index: this.statements.length, witnessed, payload, objects, leaf: leafHash(id), entry: id,
      envelope: {
        payload: payload.toString("base64"), payloadType: kPayloadType,
        signatures: signers.map((name) => {
          const key = this.keys.get(name);
          return { keyid: key.id.toString("hex"), sig: key.sign(message).toString("base64") };
        }),
      },
    };
    this.statements.push(statement);
    return statement;
  }

  get size() {
    return this.statements.length;
  }

  // The hash over entries [start, end): remembered, for entries never change.
  range(start, end) {
    if (end - start <= 1) return end === start ? sha256("") : this.statements[start].leaf;
    const name = `${start}-${end}`;
    if (!this.hashes.has(name)) {
      let k = 1;
      while (k * 2 < end - start) k *= 2;
      this.hashes.set(name, nodeHash(this.range(start, start + k), this.range(start + k, end)));
    }
    return this.hashes.get(name);
  }

  root(size = this.size) {
    return this.range(0, size);
  }

  // The inclusion path of an entry, leaf to root.
  path(index, start, end) {
    if (end - start <= 1) return [];
    let k = 1;
    while (k * 2 < end - start) k *= 2;
    const middle = start + k;
    return index < middle
      ? [...this.path(index, start, middle), this.range(middle, end)]
      : [...this.path(index, middle, end), this.range(start, middle)];
  }

  // The checkpoint of the log at a size; `root` to forge.
  checkpoint(size = this.size, root = this.root(size)) {
    const text = `${this.origin}\n${size}\n${root.toString("base64")}\n`;
    const time = this.start + (size - 1) * 613; // that of its last entry
    const stated = Buffer.alloc(8);
    stated.writeBigUInt64BE(BigInt(time));
    const line = (key, ...parts) => `\u2014 ${key.name} ${Buffer.concat([key.id, ...parts]).toString("base64")}\n`;
    const cosigned = this.cosigner.sign(Buffer.from(`cosignature/v1\ntime ${time}\n${text}`));
    return `${text}\n${line(this.logKey, this.logKey.sign(Buffer.from(text)))}${line(this.cosigner, stated, cosigned)}`;
  }

  proof(index, size = this.size) {
    const path = this.path(index, 0, size).map((hash) => hash.toString("base64") + "\n").join("");
    return `c2sp.org/tlog-proof@v1\nindex ${index}\n${path}\n${this.checkpoint(size)}`;
  }

  // The hashes of a tile, each the root of 256^level leaves; null where the log has no such tile of this width.
  tile(level, index, width, size = this.size) {
    const span = 256 ** level;
    const hashes = [];
    for (let i = 0; i < width; ++i) {
      const first = (index * 256 + i) * span;
      if (first + span > size) return null;
      hashes.push(this.range(first, first + span));
    }
    return Buffer.concat(hashes);
  }

  bundle(index, width, size = this.size) {
    const entries = this.statements.slice(0, size).slice(index * 256, index * 256 + width);
    if (entries.length !== width) return null;
    return Buffer.concat(entries.flatMap(({ entry }) => [Buffer.from([0, 32]), entry]));
  }

  tileAt(path, size = this.size) {
    const match = /^tile\/(entries|[0-9]+)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]+))?$/.exec(path);
    if (!match) return null;
    const index = Number(match[2].replace(/[x/]/g, ""));
    const width = Number(match[3] ?? 256);
    return match[1] === "entries" ? this.bundle(index, width, size) : this.tile(Number(match[1]), index, width, size);
  }

  // May this viewer (a session's account; null: anonymous) read the statement? clear and green are all that is here.
  readable(statement, viewer) {
    const { audience, author } = JSON.parse(statement.payload);
    if (audience.tlp === "clear" || viewer === null) return audience.tlp === "clear";
    const { member } = this.accounts.get(viewer);
    const inside = kGroups.filter(({ id }) => audience.groups?.includes(id)).flatMap(({ members }) => members);
    return audience.tlp === "green" || author === member || [...(audience.members ?? []), ...inside].includes(member) || (audience.persons?.includes(viewer) ?? false);
  }

  listed(statement) {
    const { type, author, issued, audience } = JSON.parse(statement.payload);
    return { id: statement.id, type, author, issued, witnessed: rfc3339(statement.witnessed), index: statement.index, audience };
  }

  // What a node answers to GET: { status, type, body }.
  answer(path, query = new URLSearchParams(), viewer = null) {
    const json = (body, status = 200) => ({ status, type: "application/json", body: JSON.stringify(body) });
    const problem = (status, title, detail) => ({
      status, type: "application/problem+json",
      body: JSON.stringify({ type: "about:blank", title, status, detail, instance: "request-1" }),
    });
    const page = (items) => {
      const limit = Math.min(1000, Number(query.get("limit") ?? 100));
      const start = Number(query.get("cursor") ?? 0);
      return json({ items: items.slice(start, start + limit), next: start + limit < items.length ? String(start + limit) : null });
    };
    if (path.startsWith("/log/")) {
      if (path === "/log/checkpoint") return { status: 200, type: "text/plain; charset=utf-8", body: this.checkpoint() };
      const tile = this.tileAt(path.slice(5));
      return tile ? { status: 200, type: "application/octet-stream", body: tile } : problem(404, "Not found", "there is no such tile");
    }
    const [room, id, what, position, proof] = path.replace("/api/v1/", "").split("/").map(decodeURIComponent);
    if (room === "node") {
      const { name, purpose } = JSON.parse(this.statements[0].payload).body;
      return json({
        version: "0.1.0", members: this.members.size,
        community: { id: this.community, name, purpose, founded: rfc3339(this.statements[0].witnessed) },
        log: { origin: this.origin, key: this.logKey.text, cosigner_key: this.cosigner.text },
      });
    }
    if (room === "log") {
      return json({
        origin: this.origin, size: this.size, root: this.root().toString("hex"), checkpoint: this.checkpoint(),
        key: this.logKey.text, cosigner_key: this.cosigner.text, witnessed: rfc3339(this.now()),
      });
    }
    if (room === "members" && id) {
      const member = this.members.get(id);
      const recovery = recoveryOf(this, id);
      return member ? json(recovery ? { ...member, recovery } : member) : problem(404, "Not found", `there is no member '${id}'`);
    }
    if (room === "members") {
      const wanted = query.get("class");
      const all = [...this.members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      return page(all.filter((member) => !wanted || member.class === wanted));
    }
    // Four nodes: this one, one that lags, one that nobody reaches, one that has lied and that the second follows, too.
    if (room === "nodes") {
      const at = rfc3339(this.now());
      return page([...this.members.keys()].sort().slice(0, 4).map((member, i) => ({
        member, origin: `${member}.example/log`, key: `${this.logKey.text}${i}`, cosigner_key: this.cosigner.text, witness_key: i < 2 ? `${this.cosigner.text}${i}` : null,
        url: `https://${member}.example`, retired: false, announced: at, statement: this.statements[0].id, own: i === 0, followed: i > 0,
        size: 100, applied: i === 1 ? 60 : 100, missing: i === 1 ? 2 : 0, withheld: i === 1 ? 3 : 0, contact: i === 2 ? null : at, failures: i === 2 ? 7 : 0, evidence: i === 3 ? 1 : 0,
        followed_by: i === 3 ? [{ member: [...this.members.keys()].sort()[1], key: `${this.logKey.text}1`, size: 100, applied: 70, missing: 0, contact: at, failures: 0, heard: at }] : [],
        witnessed_by: i === 2 ? [] : [{ witness: "w.example/w+0+x", member: [...this.members.keys()].sort()[(i + 1) % 4], size: 90, time: at },
          { witness: "somebody.example/w+0+x", member: null, size: 80, time: at }],
      })));
    }
    if (room === "evidence") {
      const liar = [...this.members.keys()].sort()[3];
      return page([{
        id: "ab".repeat(32), kind: "split-view", origin: `${liar}.example/log`, log: this.logKey.text, cosigner: null, proves: "two roots",
        found: rfc3339(this.now()), published: [{ statement: this.statements[0].id, author: "cert-ke" }],
      }]);
    }
    if (room === "groups") return page(kGroups);
    if (room === "collections") {
      const everybody = { tlp: "clear" };
      return page([{
        id: "b1c9a7f6-6a0e-4f0b-9d5e-2f6d6e0a4b11", root: "drills", alias: "exercise", title: "Exercise", description: "Nothing here is real",
        filter: { types: ["indicator"] }, audience: everybody, owner: "cert-ke", statement: this.statements[0].id, seen_by: everybody,
      }]);
    }
    const governed = answerGovernance(this, [room, id, what], query, json, page, problem);
    if (governed) return governed;
    if (room === "divide") return answerDivide(this, id, query, json, problem);
    if (room === "market") return answerMarket(this, id, query, json, problem);
    if (room === "clearing") return answerClearing(this, id, query, json, problem);
    if (this.alerts && ["alerts", "alert-rules", "alert-trials"].includes(room)) {
      return answerAlerts(this, [room, id, what], { query, method: "GET", account: viewer, json, problem });
    }
    if (room === "intel" && position === "sightings") return answerSightings(this, what, json);
    if (room === "sightings") return answerSightingsOverview(this, query, json);
    if (room === "intel") return this.intel(id, what, position, query, viewer, json, page, problem);
    if (room === "statements" && !id) {
      const [type, author] = [query.get("type"), query.get("author")];
      const found = this.statements.filter((s) => this.readable(s, viewer)).map((s) => this.listed(s))
        .filter((s) => (!type || s.type === type) && (!author || s.author === author));
      return page(query.get("order") === "asc" ? found : found.reverse());
    }
    if (room === "statements") {
      const found = this.statements.filter((s) => this.readable(s, viewer) && s.id.startsWith(id));
      if (!/^[0-9a-f]{8,64}$/.test(id)) return problem(400, "Invalid", "an id is 8 to 64 hexadecimal digits");
      if (found.length !== 1) return problem(404, "Not found", `there is no statement '${id}'`);
      const s = found[0];
      if (what === "proof") return { status: 200, type: "text/plain; charset=utf-8", body: this.proof(s.index) };
      if (what === "envelope") return json(s.envelope);
      if (what === "objects" && proof === "proof") {
        const leaves = s.objects.map(leafHash);
        return json({
          position: Number(position), count: leaves.length, root: treeHash(leaves).toString("hex"),
          hashes: inclusion(Number(position), leaves).map((hash) => hash.toString("hex")),
        });
      }
      if (what === "objects") {
        const first = query.has("cursor") ? Number(query.get("cursor")) + 1 : 0;
        return {
          status: 200, type: "application/json",
          body: `{"items":[${s.objects.map((raw, k) => `{"position":${k},"object":${raw}}`).slice(first).join(",")}],"next":null}`,
        };
      }
      return json({
        id: s.id, index: s.index, witnessed: rfc3339(s.witnessed), effective: true,
        statement: JSON.parse(s.payload), envelope: s.envelope,
      });
    }
    return problem(404, "Not found", `there is nothing at ${path}`);
  }
}
