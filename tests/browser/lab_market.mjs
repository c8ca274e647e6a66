// The lab's market and clearing house: one process with a red flag and a reply, one call whose bids are open, a few needs and offers, a plan.
const kOcid = "ocds-lab-1";
const second = (time) => new Date(time).toISOString().slice(0, 19) + "Z";

export function addMarket(lab) {
  const say = (type, author, body) => lab.say(`development.${type}`, author, body).id;
  const release = say("release", "cert-ke", {
    release: {
      ocid: kOcid, id: "1", date: "2026-11-01T00:00:00Z", tag: ["tender"], initiationType: "tender",
      tender: { id: "t1", title: "Routers for 120 schools", status: "active", procurementMethod: "open", value: { amount: 100000, currency: "USD" } },
    },
  });
  const call = say("call", "cert-ke", { id: "routers", title: "Routers", process: kOcid, deadline: "2026-11-20T12:00:00Z", open_by: "2026-11-22T12:00:00Z", currency: "USD" });
  const sealed = { call, salt: "CQkJCQkJCQkJCQkJCQkJCQ==", key: "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=", sealed: "AAAA" };
  const bids = ["open-net-watch", "africa-union-cyber"].map((author) => say("bid", author, sealed));
  const reply = say("reply", "cert-ke", { process: `cert-ke/${kOcid}`, flag: "R003", text: "Schools open in February." });
  const need = (author, place, amount, people) => ({
    id: say("need", author, {
      id: "routers", title: "Routers for schools", kind: "equipment", subject: "router", amount, unit: "piece", place, period: { from: "2027-01-01", to: "2027-12-31" },
      beneficiaries: { people },
    }),
    author, place, amount, people,
  });
  const offer = say("offer", "open-net-watch", { id: "routers", title: "Routers", kind: "equipment", subject: "router", amount: 80, unit: "piece", period: { from: "2027-01-01", to: "2027-12-31" } });
  return { release, call, bids, reply, needs: [need("cert-ke", "KEN", 60, 6000), need("africa-union-cyber", "RWA", 60, 600)], offer };
}

export function answerMarket(lab, what, query, json, problem) {
  const { release, call, bids, reply } = lab.market;
  const ref = { ref: "cert-ke/routers", statement: call, title: "Routers", process: `cert-ke/${kOcid}`, deadline: "2026-11-20T12:00:00Z", open_by: "2026-11-22T12:00:00Z" };
  const head = { process: `cert-ke/${kOcid}`, author: "cert-ke", ocid: kOcid, title: "Routers for 120 schools", status: "active", method: "open", value: { amount: 100000, currency: "USD" }, calls: [ref] };
  if (what === "tenders") return json({ rows: [{ ...head, releases: 1, flags: ["R003"], last: { tag: ["tender"], date: "2026-11-01T00:00:00Z", statement: release } }], calls: [] });
  if (what === "tender") {
    if (query.get("process") !== head.process) return problem(404, "Not found", "there is no such process");
    const said = { author: "cert-ke", role: "buyer", flag: "R003", text: "Schools open in February.", evidence: [{ title: "Calendar", url: "https://ke.example/c" }], revision: 0, statement: reply };
    return json({
      ...head, releases: [{ id: "1", date: "2026-11-01T00:00:00Z", tag: ["tender"], witnessed: second("2026-11-01T00:00:09Z"), statement: release, doubled: false, backdated: false }],
      flags: [{
        flag: "R003", title: "Short submission period", question: "Why was there no more time to prepare bids?", method: "tenderPeriod is shorter than 15 whole days", about: "OCID", id: head.process,
        value: 1, compared: 1, fence: null, replies: [said],
      }],
      replies: [said],
    });
  }
  if (what === "call") {
    if (query.get("call") !== call && query.get("call") !== ref.ref) return problem(404, "Not found", "there is no such call");
    const bid = (i, bidder, stand, value) => ({
      bid: bids[i], bidder, revision: 0, witnessed: "2026-11-20T11:00:00Z", stand, why: stand === "valid" ? "" : "nobody has said its key", opened_by: stand === "valid" ? "key" : "", value, note: "", documents: [],
    });
    return json({
      call: { ...ref, author: "cert-ke", currency: "USD", openers: [{ member: "open-net-watch", key: "x" }, { member: "africa-union-cyber", key: "y" }], threshold: 2, witnesses: "", note: "" },
      closed: true, settled: true, waits: [], bids: [bid(1, "africa-union-cyber", "unopened", null), bid(0, "open-net-watch", "valid", { amount: 95000, currency: "USD" })], ranked: [bids[0]],
      faults: ["open-net-watch gave a wrong share of africa-union-cyber's bid"],
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
