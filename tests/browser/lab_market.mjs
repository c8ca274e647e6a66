// The lab's market and clearing house: one process with a red flag and a reply, one call whose bids are open, a few needs and offers, a plan.
const kOcid = "ocds-lab-1";

export function addMarket(lab) {
  const say = (type, author, body) => lab.say(`development.${type}`, author, body).id;
  const release = say("release", "cert-ke", {
    release: {
      ocid: kOcid, id: "1", date: "2026-11-01T00:00:00Z", tag: ["tender"], initiationType: "tender",
      tender: { id: "t1", title: "Routers for 120 schools", status: "active", procurementMethod: "open", value: { amount: 100000, currency: "USD" } },
    },
  });
  const call = say("call", "cert-ke", { id: "routers", title: "Routers", process: kOcid, deadline: "2026-11-20T12:00:00Z", open_by: "2026-11-22T12:00:00Z", currency: "USD", openers: ["open-net-watch", "africa-union-cyber"].map((member) => ({ member, key: lab.keys.get(member).text })), threshold: 2 });
  const sealed = { call, salt: "CQkJCQkJCQkJCQkJCQkJCQ==", key: "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=", sealed: "AAAA" };
  const bids = ["open-net-watch", "africa-union-cyber"].map((author) => say("bid", author, sealed));
  const reply = say("reply", "cert-ke", { process: `cert-ke/${kOcid}`, flag: "R003", text: "Schools open in February.", evidence: [{ title: "Calendar", url: "https://ke.example/c" }] });
  const need = (author, place, amount, people) => ({
    id: say("need", author, {
      id: "routers", title: "Routers for schools", kind: "equipment", subject: "router", amount, unit: "piece", place, period: { from: "2027-01-01", to: "2027-12-31" },
      beneficiaries: { people },
    }),
    author, place, amount, people,
  });
  const offer = say("offer", "open-net-watch", { id: "routers", title: "Routers", kind: "equipment", subject: "router", amount: 80, unit: "piece", period: { from: "2027-01-01", to: "2027-12-31" } });
  const commitment = say("commitment", "open-net-watch", {
    id: "k1", need: "africa-union-cyber/routers", offer: "routers", amount: 40, milestones: [{ id: "first", title: "First half", due: "2026-10-31", amount: 20 }, { id: "rest", due: "2027-09-30", amount: 20 }],
    effect: { indicator: "internet_users", place: "RWA", from: 2020 },
  });
  const delivery = (author, amount, evidence) => say("delivery", author, { id: "k1", commitment: "open-net-watch/k1", milestone: "first", amount, day: "2026-10-20", ...(evidence ? { evidence } : {}) });
  const kept = say("commitment", "open-net-watch", { id: "k0", need: "cert-ke/routers", offer: "routers", amount: 5, milestones: [{ id: "all", due: "2026-09-30", amount: 5 }] });
  const promises = { commitment, kept, deliveries: [delivery("open-net-watch", 15, [{ title: "Waybill 17", url: "https://watch.example/w/17" }]), delivery("africa-union-cyber", 12)] };
  return { release, call, bids, reply, promises, closed: new Set(), settled: new Set(), open: null, needs: [need("cert-ke", "KEN", 60, 6000), need("africa-union-cyber", "RWA", 60, 600)], offer };
}

// What was said of the market since, by the page: statements as the log has them, with their bodies.
const saidOf = (lab, type) => lab.statements.map((s) => ({ ...s, ...JSON.parse(s.payload) })).filter((s) => s.type === `development.${type}`);

// Of a file that is one JSON text: releases without an id are no good.
export function checkReleases(text) {
  let releases;
  try {
    const value = JSON.parse(text);
    releases = value.releases ?? [value].flat();
  } catch {
    return { releases: 0, processes: 0, quarantined: 0, more: 0, defects: [{ kind: "broken-json", line: 1, release: "", where: "", what: "is no JSON", mend: "write JSON", quarantined: true }] };
  }
  const bad = releases.filter(({ id }) => !id);
  return {
    releases: releases.length, processes: new Set(releases.map(({ ocid }) => ocid)).size, quarantined: bad.length, more: 0,
    defects: bad.map(() => ({ kind: "missing", line: 1, release: "", where: "id", what: "is missing", mend: "give the release an id", quarantined: true })),
  };
}

// Objects member by member, lists of objects by their ids.
function merged(one, two) {
  if (Array.isArray(one) && Array.isArray(two)) {
    const ids = new Map(one.map((each) => [each.id ?? JSON.stringify(each), each]));
    for (const each of two) ids.set(each.id ?? JSON.stringify(each), merged(ids.get(each.id), each));
    return [...ids.values()];
  }
  if (one?.constructor !== Object || two?.constructor !== Object) return two;
  return { ...one, ...Object.fromEntries(Object.entries(two).map(([name, value]) => [name, merged(one[name], value)])) };
}

const seconds = (time) => new Date(time * 1000).toISOString().slice(0, 19) + "Z";
const callRef = ({ id, author, body }) => ({ ref: `${author}/${body.id}`, statement: id, title: body.title, process: `${author}/${body.process}`, deadline: body.deadline, open_by: body.open_by });

function processesOf(lab) {
  const processes = new Map();
  for (const { id, author, witnessed, body: { release } } of saidOf(lab, "release")) {
    const process = `${author}/${release.ocid}`;
    const one = processes.get(process) ?? { process, author, ocid: release.ocid, compiled: {}, releases: [] };
    one.compiled = merged(one.compiled, release);
    one.releases.push({ id: release.id, date: release.date, tag: release.tag, witnessed: seconds(witnessed), statement: id, doubled: false, backdated: false });
    processes.set(process, one);
  }
  const calls = saidOf(lab, "call").map(callRef);
  return [...processes.values()].map((one) => {
    const { title = "", status = "", procurementMethod = "", value = null } = one.compiled.tender ?? {};
    const replies = new Map();
    for (const { id, author, body } of saidOf(lab, "reply").filter(({ body }) => body.process === one.process)) {
      replies.set(`${author} ${body.flag}`, body.withdrawn ? null : {
        author, role: author === one.author ? "buyer" : "other", flag: body.flag, text: body.text, evidence: body.evidence ?? [], revision: body.revision ?? 0, statement: id,
      });
    }
    return { ...one, title, status, method: procurementMethod, value, calls: calls.filter(({ process }) => process === one.process), replies: [...replies.values()].filter((reply) => reply) };
  });
}

// What the sealed bids of a call come to; `lab.market.open` (lab_bids.mjs) opens them.
function openingOf(lab, { id, author, body }) {
  const { closed, settled, open } = lab.market;
  const all = saidOf(lab, "bid").filter((bid) => bid.body.call === id);
  const last = new Map(all.map((bid) => [bid.author, bid.id]));
  const openings = saidOf(lab, "opening").filter((each) => each.body.call === id);
  const bids = all.map((bid) => {
    const found = bid.body.withdrawn ? null : open?.(body, bid, openings);
    const stand = last.get(bid.author) !== bid.id ? "replaced" : bid.body.withdrawn ? "withdrawn" : found ? "valid" : settled.has(id) ? "unopened" : "sealed";
    return {
      bid: bid.id, bidder: bid.author, revision: bid.body.revision ?? 0, witnessed: seconds(bid.witnessed), stand, why: "", opened_by: found?.by ?? "",
      value: found?.content.value ?? null, note: found?.content.note ?? "", documents: found?.content.documents ?? [],
    };
  });
  return {
    call: { ...callRef({ id, author, body }), author, currency: body.currency ?? "", openers: body.openers ?? [], threshold: body.threshold ?? 0, witnesses: "", note: body.note ?? "" },
    closed: closed.has(id), settled: settled.has(id), waits: [], bids, faults: [],
    ranked: bids.filter(({ stand }) => stand === "valid").sort((a, b) => a.value.amount - b.value.amount).map(({ bid }) => bid),
  };
}

export function answerMarket(lab, what, query, json, problem) {
  const all = processesOf(lab);
  const flagged = ({ compiled }) => compiled.tender !== undefined; // by the lab, each that asks for something
  if (what === "tenders") {
    const rows = all.map(({ compiled, replies, releases, ...head }) => ({ ...head, releases: releases.length, flags: flagged({ compiled }) ? ["R003"] : [], last: releases[releases.length - 1] }));
    return json({ rows, calls: [] });
  }
  if (what === "tender") {
    const found = all.find(({ process }) => process === query.get("process"));
    if (!found) return problem(404, "Not found", "there is no such process");
    const flag = {
      flag: "R003", title: "Short submission period", question: "Why was there no more time to prepare bids?", method: "tenderPeriod is shorter than 15 whole days", about: "OCID", id: found.process,
      value: 1, compared: 1, fence: null, replies: found.replies,
    };
    return json({ ...found, flags: flagged(found) ? [flag] : [] });
  }
  if (what === "reply") {
    const [process, name, member] = ["process", "flag", "member"].map((each) => query.get(each));
    const last = saidOf(lab, "reply").filter(({ author, body }) => author === member && body.process === process && body.flag === name).pop();
    return json({ revision: last ? (last.body.revision ?? 0) : null, statement: last?.id ?? null });
  }
  if (what === "call" || what === "bids") {
    const call = saidOf(lab, "call").find(({ id, author, body }) => [id, `${author}/${body.id}`].includes(query.get("call")));
    if (!call) return problem(404, "Not found", "there is no such call");
    if (what === "bids") {
      const rows = saidOf(lab, "bid").filter(({ body }) => body.call === call.id).map(({ id, author, body }) => ({ author, statement: id, bid: body }));
      return json({ call: call.body, author: call.author, statement: call.id, rows });
    }
    if (call.id !== lab.market.call) return json(openingOf(lab, call));
    // The lab's own, whose seals hold nothing.
    const bid = (i, bidder, stand, value) => ({
      bid: lab.market.bids[i], bidder, revision: 0, witnessed: "2026-11-20T11:00:00Z", stand, why: stand === "valid" ? "" : "nobody has said its key", opened_by: stand === "valid" ? "key" : "", value, note: "", documents: [],
    });
    return json({
      ...openingOf(lab, call), closed: true, settled: true, ranked: [lab.market.bids[0]], faults: ["open-net-watch gave a wrong share of africa-union-cyber's bid"],
      bids: [bid(1, "africa-union-cyber", "unopened", null), bid(0, "open-net-watch", "valid", { amount: 95000, currency: "USD" })],
    });
  }
  return problem(404, "Not found", "the market does not tell that");
}

export function answerClearing(lab, what, query, json, problem) {
  const { needs, offer } = lab.market;
  const period = { from: "2027-01-01", to: "2027-12-31" };
  const names = { KEN: "Kenya", RWA: "Rwanda" };
  if (what === "needs")
    return json({
      rows: needs.map(({ id, author, place, amount, people }) => ({
        ref: `${author}/routers`, author, statement: id, id: "routers", title: "Routers for schools", kind: "equipment", amount, unit: "piece", period, place, name: names[place],
        beneficiaries: { people }, promised: 0, chosen: 0, left: amount, fitting: 1,
      })),
    });
  if (what === "offers")
    return json({ rows: [{ ref: "open-net-watch/routers", author: "open-net-watch", statement: offer, id: "routers", title: "Routers", kind: "equipment", amount: 80, unit: "piece", period, promised: 0, chosen: 0, left: 80, fitting: 2 }] });
  if (what === "commitments") {
    const { commitment, kept, deliveries } = lab.market.promises;
    const head = (id, need, amount, more) => ({ id, ref: `open-net-watch/${id}`, author: "open-net-watch", offer: "open-net-watch/routers", need, amount, unit: "piece", choice: "accepted", ...more });
    const milestone = (id, title, due, amount, delivered, received, state, days_late) => ({ id, title, due, amount, delivered, received, seen: 0, state, days_late });
    const rows = [
      head("k0", "cert-ke/routers", 5, { statement: kept, delivered: 5, received: 5, overdue: false, disagree: false, milestones: [milestone("all", "", "2026-09-30", 5, 5, 5, "received", 0)], deliveries: [], effect: null }),
      head("k1", "africa-union-cyber/routers", 40, {
        statement: commitment, delivered: 15, received: 12, overdue: true, disagree: true,
        milestones: [milestone("first", "First half", "2026-10-31", 20, 15, 12, "overdue", 31), milestone("rest", "", "2027-09-30", 20, 0, 0, "due", 0)],
        deliveries: [
          { author: "open-net-watch", statement: deliveries[0], said: "delivered", milestone: "first", amount: 15, day: "2026-10-20", evidence: [{ title: "Waybill 17", url: "https://watch.example/w/17" }] },
          { author: "africa-union-cyber", statement: deliveries[1], said: "received", milestone: "first", amount: 12, day: "2026-10-20" },
        ],
        effect: { indicator: "internet_users", place: "RWA", from: 2020, expected: null, dataset: lab.figures[0], before: 26.5, after: 34.2, after_year: 2023, change: 7.7, elsewhere: 5.1, places: 11 },
      }),
    ];
    return json({ at: "2026-12-01", rows: rows.filter(({ overdue }) => query.get("overdue") !== "true" || overdue) });
  }
  if (what === "plan") {
    const fair = query.get("fairness") === "share";
    const given = fair ? [40, 40] : [60, 20];
    const ids = needs.map(({ author }) => `${author}/routers`);
    return json({
      format: "comity-plan/1", fairness: query.get("fairness"), keep: 1, method: "linear program", value: given[0] * 100 + given[1] * 10, bound: given[0] * 100 + given[1] * 10, gap: 0,
      people: given[0] * 100 + given[1] * 10, groups: fair ? [{ id: "all", weight: 1, size: 1, floor: 4400, reached: 4400, missed: 0, price: 0 }] : [],
      needs: needs.map(({ amount, people }, i) => ({ id: ids[i], amount, lot: 1, value: people, weight: 1, groups: fair ? ["all"] : [], given: given[i], price: 0, about: {} })),
      offers: [{ id: "open-net-watch/routers", amount: 80, given: 80, price: 100, about: {} }], pairs: [[0, 0, 1], [1, 0, 1]],
      assignments: ids.map((need, i) => ({ need, offer: "open-net-watch/routers", amount: given[i], people: given[i] * (i ? 10 : 100) })), levels: [], schemes: [], left_out: [], taken: [],
      curve: fair ? [0, 0.5, 1].map((keep) => ({ keep, value: 6200 - 1800 * keep, bound: 6300 - 1800 * keep, reached: { all: 1 } })) : [],
    });
  }
  return problem(404, "Not found", "there is no such answer");
}
