// Alerts, rules and sightings of the lab: enough for the page's board, its rules and its drill results.
const kOwn = "cert-ke"; // whose people log in

const acknowledgement = (lab, author, after_ms, more = {}) => ({
  id: lab.statements[1].id, author, witnessed: new Date(lab.start * 1000).toISOString(), after_ms, automatic: false, note: "", ...more,
});

function makeAlert(lab, title, more) {
  const { id } = lab.say("intelligence.alert", kOwn, { title, severity: more.severity }, { audience: { tlp: "green" } });
  return {
    id, author: kOwn, issued: new Date(lab.now() * 1000).toISOString(), witnessed: new Date(lab.now() * 1000).toISOString(), audience: { tlp: "green" }, title,
    rule: "ours", drill: false, escalates: null, acknowledge_by: null, evidence: [], measures: [], more: 0, open: true, acknowledgements: [], ...more,
  };
}

export function addAlerts(lab) {
  const share = lab.statements.find(({ objects }) => objects.length > 0);
  const object = JSON.parse(share.objects[0]).id;
  return {
    rules: [],
    list: [
      makeAlert(lab, "login.bank.example.net, shared by cert-ug", {
        severity: "high", acknowledge_by: new Date((lab.now() + 3600) * 1000).toISOString(), measures: ["Call the office", "Search your own logs for it"],
        evidence: [{ statement: share.id, objects: [object], values: ["login.bank.example.net"] }],
      }),
      makeAlert(lab, "Quarterly drill", {
        severity: "low", rule: null, drill: true, open: false, awaited: ["lake-bank"],
        acknowledgements: [acknowledgement(lab, "cert-ug", 240, { automatic: true }), acknowledgement(lab, "cert-ug", 95_300, { note: "Heard" })],
      }),
    ],
  };
}

export function answerAlerts(lab, [room, id, what], { query, method, body, account, json, problem }) {
  const { alerts } = lab;
  if (room === "alerts" && what === "acknowledgement") {
    const alert = alerts.list.find((each) => each.id === id);
    const said = lab.say("intelligence.acknowledgement", kOwn, { alert: id }, { audience: { tlp: "green" } });
    alert.acknowledgements.push(acknowledgement(lab, kOwn, 61_000, { id: said.id, note: body.note ?? "" }));
    alert.open = false;
    for (const tell of lab.heard) tell(lab.listed(said));
    return json({ id: said.id, alert: id }, 201);
  }
  if (room === "alerts" && id) {
    const alert = alerts.list.find((each) => each.id === id);
    return alert ? json(alert) : problem(404, "Not found", "there is no such alert");
  }
  if (room === "alerts") {
    const order = ["low", "medium", "high", "critical"];
    const least = order.indexOf(query.get("severity") ?? "low");
    const items = alerts.list.filter(({ severity, open }) => order.indexOf(severity) >= least && (query.get("open") !== "true" || open));
    return json({ items, next: null });
  }
  if (!account) return problem(401, "Not logged in", "this needs an account");
  if (room === "alert-trials") {
    const words = [...body.networks, ...body.domains, ...body.words];
    if (words.length === 0 && !body.scans) return problem(400, "Invalid", "rule watches for nothing");
    const { evidence, title } = alerts.list.find((each) => each.evidence.length > 0 && each.title.startsWith("login"));
    const [{ statement, objects, values }] = evidence;
    return json({ days: Number(query.get("days")), statements: 1, objects: 1, items: [{ statement, object: objects[0], title, values }], more: false });
  }
  if (method === "DELETE") {
    alerts.rules = alerts.rules.filter(({ name }) => name !== id);
    return { status: 204, type: "", body: "" };
  }
  if (method === "POST") {
    if (alerts.rules.some(({ name }) => name === body.name)) return problem(409, "Conflict", `there is a rule ${body.name} already`);
    alerts.rules.push(body);
    return json(body, 201);
  }
  return json({ items: alerts.rules, next: null });
}

export function answerSightings(lab, id, json) {
  const time = (day) => new Date((lab.start + day * 86_400) * 1000).toISOString();
  const seen = id === lab.story;
  return json({
    id, count: seen ? 7 : 0, sighted_by: seen ? 2 : 0, false_by: 0, first_seen: seen ? time(0) : null, last_seen: seen ? time(9) : null,
    members: seen ? ["cert-ug", "lake-bank"].map((member, i) => ({ member, count: 3 + i, first_seen: time(i), last_seen: time(9) })) : [],
    days: seen ? [1, 4, 9].map((day, i) => ({ day: time(day).slice(0, 10), members: i + 1 })) : [],
    private: [{ week: time(0).slice(0, 10), members: seen ? 6 : null, among: seen ? 9 : null }], private_rule: { least: 5, noise: 1 }, own: [], ...where(seen),
  });
}

const where = (seen) => ({
  regions: seen ? [{ region: "africa", members: 2 }] : [], places: seen ? [{ place: "KEN", members: 1 }, { place: "UGA", members: 1 }] : [],
});

export function answerSightingsOverview(lab, query, json) {
  const day = (n) => new Date((lab.start + n * 86_400) * 1000).toISOString().slice(0, 10);
  return json({
    since: new Date((lab.now() - Number(query.get("days")) * 86_400) * 1000).toISOString(), objects: 3, sighted_by: 2,
    days: [1, 4, 9].map((n, i) => ({ day: day(n), members: 1 + (i % 2), objects: i + 1 })),
    members: [{ member: "cert-ug", objects: 3 }, { member: "lake-bank", objects: 1 }], seen: [{ id: lab.story, members: 2 }], more: false, ...where(true),
  });
}
