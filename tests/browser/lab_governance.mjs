// The lab's proposals, votes and rule: said into its log like everything else, and counted here in a few plain lines, so that the
// page's count is held to another. The procedures are simple on purpose; each condition is still the documents' (docs/formats.md).
import { sha256 } from "./lab.mjs";

const rfc3339 = (seconds) => new Date(seconds * 1000).toISOString();

export const kProcedure = {
  id: "two-thirds-overall", title: "Two thirds of the votes cast, half of the members, and most governments",
  electorate: { everybody: true }, houses: [{ id: "states", title: "Governments", who: { classes: ["government"] } }], max_proxies: 1,
  quorum: { of: "present", base: "all", at_least: "1/2" },
  adopted: {
    all: [
      { of: "yes", base: "cast", at_least: "2/3" }, { of: "yes", base: "cast", in: "each", more_than: "1/2" },
      { of: "sustained-objections", at_most: 0 },
    ],
  },
};

const kText = (days) => `Article 1\nEvery member names a contact.\n\nArticle 2\nIncidents are told within ${days} days.\n`;
const text = (language, authentic, title, body) => ({ language, authentic, title, text: body });

// One proposal of two versions with a closed vote that adopted it, and one whose vote is open.
export function addGovernance(lab) {
  const say = (...said) => read(lab.say(...said));
  const english = (days) => text("en", true, "Contacts and notice", kText(days));
  const first = say("governance.proposal", "cert-ug", { texts: [english(7)], co_authors: ["wanjiru"] });
  const comment = say("governance.comment", "lake-bank", {
    version: first.id, text: "Seven days is long.", language: "en", quote: "within 7 days", position: "against",
  });
  say("governance.comment", "cert-ug", { version: first.id, text: "So be it.", reply_to: comment.id });
  const second = say("governance.proposal", "wanjiru", {
    previous: first.id, note: "Three days",
    texts: [english(3), text("fr", false, "Contacts et notification", "Article 1\nChaque membre désigne un contact.\n")],
    rule: {
      number: "CN-1", topics: ["security"],
      policy: { clauses: [{ forbid: ["intelligence.share"], title: "Not without a purpose", when: { attribute: "purpose", is: "" }, unless: { attribute: "tlp", at_least: "green" } }] },
    },
  }, { custody: true });
  say("governance.endorsement", "ix-nairobi", { version: second.id, holds: true });
  const open = (version, closes) =>
    say("governance.opening", "cert-ug", { version: version.id, procedure: kProcedure, closes: rfc3339(closes), round: 1 });
  const cast = (opening, author, vote, more = {}) =>
    say("governance.ballot", author, { opening: opening.id, version: opening.body.version, vote, ...more }, { custody: author === "wanjiru" });

  const closed = open(second, lab.now() + 12 * 613);
  cast(closed, "cert-ke", "no");
  cast(closed, "cert-ke", "yes", { reason: "The text is better now" });
  cast(closed, "cert-ug", "yes");
  const objection = cast(closed, "lake-bank", "no", { reason: "Too fast for banks", objection: true });
  cast(closed, "wanjiru", "yes");
  cast(closed, "open-net-watch", "abstain");
  say("governance.proxy", "ix-nairobi", { opening: closed.id, to: "cert-ke" });
  say("governance.answer", "cert-ug", { opening: closed.id, ballot: objection.id, answer: "Banks may ask for more time." });
  while (lab.now() <= Date.parse(closed.body.closes) / 1000) say("governance.endorsement", "east-noc", { version: second.id, holds: true });
  cast(closed, "east-noc", "no");
  const { outcome, counted, ballots } = tally(lab, closed.id);
  say("governance.certification", "cert-ug", { opening: closed.id, outcome, counted, ballots });

  const third = say("governance.proposal", "cert-ug", { texts: [text("en", true, "A drill every spring", "Article 1\nThere is a drill every spring.\n")] });
  const edit = (author, quote, comes) =>
    say("governance.amendment", author, { version: third.id, note: "As in 2025", edits: [{ language: "en", at: third.body.texts[0].text.indexOf(quote), quote, text: comes }] });
  edit("lake-bank", "every spring", "every autumn");
  edit("ix-nairobi", "a drill every", "a rehearsal each");
  const opened = open(third, Date.UTC(2099, 0, 1) / 1000);
  cast(opened, "east-noc", "yes");
  return { proposal: first.id, closed: closed.id, open: opened.id };
}

const read = (statement) => ({ ...statement, ...JSON.parse(statement.payload) });

function fraction(of) {
  const [above, below = "1"] = String(of).split("/");
  return [Number(above), Number(below)];
}

// A condition that was met or not, with its figures, as the node words them.
function finding(condition, sum) {
  if (condition.all) {
    const parts = condition.all.flatMap((part) => finding(part.in === "each" ? { all: kProcedure.houses.map(({ id }) => ({ ...part, in: id })) } : part, sum));
    return [{ title: "all of", met: parts.every(({ met }) => met), parts }];
  }
  const house = condition.in ?? "";
  const value = sum(condition.of, house);
  const base = condition.base && sum(condition.base, house);
  const [name] = ["at_least", "more_than", "at_most"].filter((each) => condition[each] !== undefined);
  const [num, den] = fraction(condition[name]);
  const limit = ((base ?? 1) * num) / den;
  const met = { at_least: value >= limit, more_than: value > limit, at_most: value <= limit }[name] && !(base === 0 && name !== "at_most");
  const needed = { at_least: Math.ceil(limit), more_than: Math.floor(limit) + 1, at_most: Math.floor(limit) }[name];
  return [{
    title: `${condition.of} ${name} ${condition[name]}`, met, ...(house ? { house } : {}), value, ...(base === undefined ? {} : { base }),
    threshold: den === 1 ? String(num) : `${num}/${den}`, needed,
  }];
}

export function tally(lab, id) {
  const acts = lab.statements.map(read);
  const opening = acts.find((act) => act.id === id && act.type === "governance.opening");
  if (!opening) return null;
  const closes = Date.parse(opening.body.closes) / 1000;
  const mine = (type) => acts.filter((act) => act.type === type && act.body.opening === id);
  const members = [...lab.members.values()].filter(({ admitted }) => Date.parse(admitted) / 1000 <= opening.witnessed).sort((a, b) => (a.id < b.id ? -1 : 1));
  const disregarded = [];
  const apart = (act, why, what) => disregarded.push({ ballot: act.id, author: act.author, why, text: what, witnessed: rfc3339(act.witnessed) });
  const rollCall = members.map(({ id: member, name, class: stakeholderClass }) => {
    const all = mine("governance.ballot").filter(({ author }) => author === member);
    for (const act of all.filter(({ witnessed }) => witnessed > closes)) apart(act, "late", "after the close");
    const within = all.filter(({ witnessed }) => witnessed <= closes);
    for (const act of within.slice(0, -1)) apart(act, "replaced", "another since");
    const line = { member, name, class: stakeholderClass, vote: "absent" };
    const last = within[within.length - 1];
    if (!last) return line;
    const answered = mine("governance.answer").some(({ body, author }) => body.ballot === last.id && author === opening.author);
    return {
      ...line, vote: last.body.vote, ballot: last.id, witnessed: rfc3339(last.witnessed), ...(last.body.reason ? { reason: last.body.reason } : {}),
      ...(last.body.objection ? { objection: answered ? "answered" : "sustained" } : {}), ...(within.length > 1 ? { changes: within.length - 1 } : {}),
    };
  });
  const proxies = mine("governance.proxy").map(({ author, body }) => {
    const [line, holder] = [author, body.to].map((member) => rollCall.find((each) => each.member === member));
    const counted = !line.ballot && Boolean(holder?.ballot);
    if (counted) Object.assign(line, { vote: holder.vote, by: body.to, ...(holder.reason ? { reason: holder.reason } : {}) });
    return { proxy: `${author} -> ${body.to}`, counted };
  });
  const sum = (what, house = "") => {
    const lines = rollCall.filter((line) => house === "" || line.class === "government");
    const count = (...votes) => lines.filter(({ vote }) => votes.includes(vote)).length;
    if (what === "cast") return count("yes", "no");
    if (what === "present") return lines.length - count("absent");
    if (what === "all") return lines.length;
    if (what === "sustained-objections") return lines.filter(({ objection }) => objection === "sustained").length;
    return count(what);
  };
  const row = (house) => ({
    ...(house ? { house } : {}), votes: Object.fromEntries(["yes", "no", "abstain", "attending", "absent"].map((what) => [what, sum(what, house)])),
  });
  const [quorum] = finding(kProcedure.quorum, sum);
  const [adopted] = finding(kProcedure.adopted, sum);
  const ids = rollCall.flatMap(({ ballot }) => (ballot ? [ballot] : [])).sort();
  let first = acts.find((act) => act.id === opening.body.version);
  while (first.body.previous) first = acts.find((act) => act.id === first.body.previous);
  return {
    procedure: kProcedure.id, outcome: !quorum.met ? "no-quorum" : adopted.met ? "adopted" : "rejected", why: "", binds: "all",
    counts: [row(""), row("states")], quorum, adopted, proposal: first.id, version: opening.body.version, opening: id, chair: opening.author,
    opened: rfc3339(opening.witnessed), closes: opening.body.closes, counted: ids.length,
    ballots: sha256(...ids.map((each) => Buffer.from(each, "hex"))).toString("hex"), roll_call: rollCall, disregarded, proxies,
  };
}

function proposals(lab) {
  const acts = lab.statements.map(read);
  const line = (act) => (act.body.previous ? line(acts.find(({ id }) => id === act.body.previous)) : act.id);
  const all = acts.filter(({ type }) => type === "governance.proposal");
  return all.filter(({ body }) => !body.previous).reverse().map((first) => {
    const versions = all.filter((act) => line(act) === first.id);
    const last = versions[versions.length - 1];
    return {
      id: first.id, title: last.body.texts[0].title, author: last.author, proposed: rfc3339(first.witnessed),
      versions: versions.map(({ id, author, witnessed, body }) => ({
        id, author, proposed: rfc3339(witnessed), note: body.note ?? "", texts: body.texts, ...(body.rule ? { rule: body.rule } : {}),
        ...(body.co_authors ? { co_authors: body.co_authors } : {}),
      })),
      votes: acts.filter((act) => act.type === "governance.opening" && versions.some(({ id }) => id === act.body.version)).map((act) => {
        const { outcome, why, closes, opened } = tally(lab, act.id);
        return { id: act.id, version: act.body.version, procedure: kProcedure.id, round: 1, opened, closes, outcome, why };
      }),
    };
  });
}

function discussion(lab, proposal) {
  const acts = lab.statements.map(read);
  const ids = proposal.versions.map(({ id }) => id);
  const said = acts.filter(({ type, body }) => type === "governance.comment" && ids.includes(body.version));
  const newest = proposal.versions[proposal.versions.length - 1].texts;
  const below = (parent, depth) => said.filter(({ body }) => body.reply_to === parent).flatMap(({ id, author, witnessed, body }) => [
    { ...body, id, author, said: rfc3339(witnessed), depth, ...(body.quote ? { stands: newest.some((each) => each.text.includes(body.quote)) } : {}) },
    ...below(id, depth + 1),
  ]);
  const endorsed = new Map(acts.filter(({ type, body }) => type === "governance.endorsement" && ids.includes(body.version)).map((act) => [act.author, act]));
  return {
    proposal: proposal.id, comments: below(undefined, 0),
    endorsements: [...endorsed].filter(([, { body }]) => body.holds).map(([member, { body, witnessed }]) => ({ member, version: body.version, since: rfc3339(witnessed) })),
  };
}

// Two who say that they keep it, and recognise each other's word; a third who doubts one of them. Said once, when first asked for.
function conformity(lab, vote) {
  lab.declared ??= new Map();
  if (!lab.declared.has(vote.id)) {
    const say = (type, author, body) => lab.say(`governance.${type}`, author, { opening: vote.id, ...body }).id;
    const day = "2026-01-31"; // past
    const evidence = [{ title: "Audit 2026", url: "https://ke.example/audit" }];
    const ids = { "cert-ke": say("conformity", "cert-ke", { conforms: "yes", evidence, review_by: day }), "open-net-watch": say("conformity", "open-net-watch", { conforms: "partly", evidence: [] }) };
    const review = (of, by, finding) => ({ by, id: say("review", by, { conformity: ids[of], finding, reason: "Seen on site" }), finding, reason: "Seen on site" });
    lab.declared.set(vote.id, [
      { member: "cert-ke", id: ids["cert-ke"], said: "2026-11-10T00:00:00Z", conforms: "yes", evidence, review_by: day, reviews: [review("cert-ke", "open-net-watch", "confirmed"), review("cert-ke", "africa-union-cyber", "doubted")] },
      { member: "open-net-watch", id: ids["open-net-watch"], said: "2026-11-11T00:00:00Z", conforms: "partly", evidence: [], reviews: [review("open-net-watch", "cert-ke", "confirmed")] },
    ]);
  }
  // What was said since, on the page.
  const before = lab.declared.get(vote.id);
  const since = lab.statements.map(read).filter(({ id, type, body }) => type === "governance.conformity" && body.opening === vote.id && before.every((each) => each.id !== id));
  const last = new Map(since.map(({ id, author, witnessed, body: { opening, ...body } }) => [author, { member: author, id, said: rfc3339(witnessed), evidence: [], ...body, reviews: [] }]));
  return [...before.filter(({ member }) => !last.has(member)), ...last.values()];
}

// Edits of English texts alone; what stays and what does not, as three pieces.
function amendments(lab, proposal) {
  const acts = lab.statements.map(read);
  const all = acts.filter(({ type, body }) => type === "governance.amendment" && proposal.versions.some(({ id }) => id === body.version));
  const shown = all.map(({ id, author, witnessed, body }) => {
    const { title, text: before } = proposal.versions.find((version) => version.id === body.version).texts[0];
    const [{ at, quote = "", text: comes = "" }] = body.edits;
    const clash = ({ body: { edits: [other] } }) => at < other.at + (other.quote ?? "").length && other.at < at + quote.length;
    return {
      id, author, proposed: rfc3339(witnessed), ...body, votes: [], untouched: [], state: "proposed",
      conflicts: all.filter((other) => other.id !== id && clash(other)).map((other) => other.id),
      changes: [{
        language: "en", title: [{ change: "same", text: title }],
        text: [
          { change: "same", text: before.slice(0, at) }, { change: "removed", text: quote }, { change: "added", text: comes },
          { change: "same", text: before.slice(at + quote.length) },
        ].filter((piece) => piece.text !== ""),
      }],
    };
  });
  const newest = proposal.versions[proposal.versions.length - 1];
  return { proposal: proposal.id, amendments: shown, result: { version: newest.id, amendments: [], fallen: [], content: "0".repeat(64), texts: newest.texts } };
}

function rules(lab) {
  return proposals(lab).flatMap((proposal) => proposal.votes.filter(({ outcome, closes }) => outcome === "adopted" && Date.parse(closes) < Date.now()).flatMap((vote) => {
    const version = proposal.versions.find(({ id }) => id === vote.version);
    if (!version.rule) return [];
    const { number, topics } = version.rule;
    const item = {
      number, version: 1, title: version.texts[0].title, topics, state: "in-force", author: version.author, procedure: vote.procedure, vote: vote.id,
      text: version.id, adopted: vote.closes, in_force: vote.closes, acts: true, binds: "all",
    };
    return [{ ...item, texts: version.texts, rule: version.rule, conformity: conformity(lab, vote), versions: [item] }];
  }));
}

// A secret election that was counted. Its pieces are none: the page shows them to nobody, and belenios-tool is not asked.
function election(lab) {
  const at = rfc3339(lab.statements[0].witnessed);
  const [first, second] = [lab.governance.closed, lab.governance.open];
  const elector = (member, name, kind, ballot) => ({ member, name, class: kind, credential: "17", ...(ballot ? { ballot, ballot_text: "{}", witnessed: at } : {}) });
  return {
    id: lab.governance.proposal, title: "Chair 2027", author: "cert-ug", announced: at, opens: at, closes: at, phase: "counted", seats: 1, min: 0, max: 1, uuid: "4ufkuhPBX7yksE",
    group: "BELENIOS-2048", electorate: { everybody: true }, candidates: ["Amina W.", "Bo L."], counted: 2, ballots: "0".repeat(64), disregarded: [],
    trustees: [{ member: "cert-ke", key: "{}", factors: "{}" }, { member: "lake-bank", key: "{}", factors: "{}" }],
    electors: [elector("cert-ke", "CERT-KE", "government", first), elector("cert-ug", "CERT-UG", "government", second), elector("lake-bank", "Lake Bank", "company")],
    results: [{ member: "cert-ug", id: first, votes: [0, 2], counted: 2, ballots: "0".repeat(64) }],
  };
}

// Keys of trustees with their proofs, as belenios-tool made them.
const kTrusteeKeys = [
  '{"pok":{"challenge":"27329108644926571855345120098802115021758966037778940235961782348158583044243","response":"70213640181556338818303980896314174725946665218169443724911453780328258163200"},"public_key":"20589367217936922536788097310117648397669915068890504097483527028678717575224970924124715987860878729278184652168503981084681445444800190007165532836854464336392568421559507354147746860156563844191183280156158223889639483601260285830271552813695218505594479543695078087311521304057822878271480929724166810364692351720435469815804159888351736482351744108968210502880784644456913240663256298986286173608965104271921879140547230831044999002112990734803949383354284942259606760708124952455883433337044279456627322630910148554452066453795698367007878627925403888895108172667614293414232348114729867770947276777972077602074"}',
  '{"pok":{"challenge":"48939157809108224671957287913251018707363575715654261385900192705961791922319","response":"43019126141521577333067413409980422417054569313858166349597096534045444910079"},"public_key":"12159995283885059722954237764711514527323853444042737574186411607579828863846026562639260392603281180534364267648389559457562225095851983439945242748442040721586009872889118941637124691908066188520368220391025433370210626550867746542356249308472592964445355411441613794231042835509860210177800616949211400366401730697787656788022721450550546464288203108600971391603673865796195925697687438044489925105014011724775992055719775357365566360375863174329471858567502816530328778035385384830583764267474174180178928680861563257016191564684302672997150611142678918741731291103477137173952765079480134131730268383260591611070"}',
];

// An election that takes credentials, then ballots (lab.governance.polls says which), as they were said.
function polls(lab) {
  const at = rfc3339(lab.statements[0].witnessed);
  const said = (type, member) =>
    lab.statements.map((each) => ({ id: each.id, ...JSON.parse(each.payload) })).filter((each) => each.type === type && each.author === member && each.body.election === lab.governance.open).at(-1);
  const electors = [["cert-ke", "CERT-KE", "government"], ["lake-bank", "Lake Bank", "company"], ["open-net-watch", "Open Net Watch", "civil"], ["savanna-telecom", "Savanna Telecom", "company"]].map(([member, name, kind]) => {
    const [credential, ballot] = [said("governance.credential", member), said("governance.secret-ballot", member)];
    return { member, name, class: kind, ...(credential ? { credential: credential.body.key } : {}), ...(ballot ? { ballot: ballot.id, ballot_text: ballot.body.ballot, witnessed: at } : {}) };
  });
  return {
    id: lab.governance.open, title: "Board", author: "cert-ug", announced: at, opens: at, closes: at, seats: 1, uuid: "5gvkuhPBX7yksF", electorate: { everybody: true },
    phase: "registration", min: 0, max: 1, group: "BELENIOS-2048", candidates: ["Amina W.", "Bo L.", "Chandra"], counted: electors.filter(({ ballot }) => ballot).length,
    ballots: "0".repeat(64), disregarded: [], trustees: ["cert-ke", "lake-bank"].map((member, i) => ({ member, key: kTrusteeKeys[i] })), electors, results: [],
    ...lab.governance.polls,
  };
}

// A committee that stands, with a seat of each kind and an act that had no effect. Its votes are none: the page shows what it is told.
function body(lab) {
  const at = rfc3339(lab.statements[0].witnessed);
  const [founded, put] = [lab.governance.closed, lab.governance.open];
  return {
    id: "steering", name: "Steering committee", kind: "committee", powers: ["bodies"], decides_by: "majority", founded: at, since: at, state: "standing",
    until: "2036-12-31T00:00:00Z",
    seats: [
      { seat: "chair", member: "cert-ke", person: "amina", from: at, until: "2035-12-31T00:00:00Z", held: true }, { seat: "vice", member: "lake-bank", held: true }, { seat: "spare", held: false },
    ],
    texts: [{ language: "en", authentic: true, title: "Steering committee", text: "Article 1\nIt steers.\n" }],
    procedure: { id: "majority", title: "A majority", electorate: { members: ["cert-ke", "lake-bank"] } }, bodies: [],
    acts: [
      { act: "found", vote: founded, text: lab.governance.proposal, proposed_by: "cert-ug", adopted: at },
      { act: "dissolve", vote: put, text: lab.governance.proposal, proposed_by: "cert-ug", adopted: at, by: "steering", void: "steering is not above steering" },
    ],
    votes: [{ id: put, version: lab.governance.proposal, procedure: "majority", round: 1, opened: at, closes: at, body: "steering", title: "A drill every spring" }],
  };
}

// A charter as founded, an amendment that stands, and one that amends nothing.
function charter(lab) {
  const at = rfc3339(lab.statements[0].witnessed);
  const named = [{ id: kProcedure.id, title: kProcedure.title }];
  const amendment = (vote, more) => ({ vote, text: lab.governance.proposal, proposed_by: "cert-ug", adopted: at, since: at, ...more });
  return [
    { version: 1, state: "ended", since: at, charter: lab.community, name: "Lake network", purpose: "To warn each other" },
    amendment(lab.governance.closed, {
      version: 2, state: "in-force", title: "By two thirds", changes: ["purpose", "procedures.charter"], name: "Lake network", purpose: "To warn and to assist each other",
      procedures: { charter: named },
    }),
    amendment(lab.governance.open, { state: "void", title: "By the chair alone", changes: ["procedures.rules"], void: "no body amends the charter" }),
  ];
}

// A round that is open to everybody, with a comment of each kind.
function round(lab) {
  const at = rfc3339(lab.statements[0].witnessed);
  const [first, second] = [lab.governance.closed, lab.governance.open];
  const hide = { id: second, by: "lake-bank", at, act: "hide", reason: "It names a child", rule: "CN-1", comment: second };
  return {
    id: first, version: lab.governance.proposal, title: "Contacts and notice", author: "cert-ug", announced: at, question: "What does it cost you?", open_to: "public", opens: at,
    closes: "2036-12-31T00:00:00Z", state: "open", moderation: "after", code: "CN-1", shown: 2, hidden: 1,
    comments: [
      { id: first, public: true, author: "cert-ke", said: at, shown: true, name: "A teacher in Kisumu", text: "Who pays?", position: "against" },
      { id: second, public: true, author: "cert-ke", said: at, shown: false, moderated: hide },
      { id: lab.governance.proposal, public: false, author: "lake-bank", said: at, shown: true, text: "Three days will do.", language: "en", quote: "within 3 days" },
    ],
    summary: { id: first, said: at, text: "Who cannot pay need not.", answers: [{ comments: [first], answer: "Article 3 says who pays." }] },
    acts: [{ ...hide, consultation: first }, { id: first, by: "cert-ke", at, act: "suspend", account: "amina@cert-ke", reason: "Its token was stolen" }],
  };
}

// A member's officers as it has named them last, in force at once, and what they have asked for: of each key, whom the first officer is.
export function recoveryOf(lab, id) {
  const mine = (type) => lab.statements.map(read).filter((act) => act.type === `governance.${type}` && act.author === id);
  const named = mine("recovery").pop();
  if (!named) return undefined;
  const vetoed = mine("recovery-veto");
  const requests = mine("recovery-request").map(({ body, witnessed }) => {
    const no = vetoed.find((each) => each.body.key === body.key);
    const asked = { key: body.key, asked_by: [{ person: named.body.officers?.[0]?.person ?? "", asked: rfc3339(witnessed) }] };
    return no ? { ...asked, vetoed: rfc3339(no.witnessed) } : { ...asked, takes_effect: "2036-12-31T00:00:00Z" };
  });
  return { registered: [{ officers: [], ...named.body, from: rfc3339(named.witnessed) }], requests };
}

// GET below /api/v1, of the rooms that are here; undefined: of none.
export function answer(lab, [room, id, what], query, json, page, problem) {
  const none = () => problem(404, "Not found", "there is no such thing");
  const starting = (list) => list.find((each) => each.id.startsWith(id));
  if (room === "votes") {
    const vote = tally(lab, id);
    return vote ? json(vote) : none();
  }
  if (room === "places") {
    return page([
      { member: "cert-ke", region: "africa", place: "KEN" }, { member: "cert-ug", region: "africa", place: "UGA" }, { member: "lake-bank", region: "africa", place: "UGA" },
      { member: "wanjiru", region: "africa" },
    ]);
  }
  if (room === "moderation") return page(round(lab).acts);
  if (room === "consultations") {
    const { acts, ...one } = round(lab);
    const { comments, summary, ...item } = one;
    return id ? (one.id.startsWith(id) ? json(one) : none()) : page([item]);
  }
  if (room === "bodies") {
    const one = body(lab);
    const { texts, procedure, bodies, acts, votes, ...item } = one;
    return id ? (id === one.id ? json(one) : none()) : page([item]);
  }
  if (room === "charter") return page(charter(lab));
  if (room === "elections") {
    const all = [election(lab), polls(lab)];
    const one = all.find((each) => id && each.id.startsWith(id));
    if (id) return one ? json(one) : none();
    return page(all.map((each) => ({ ...each, electors: each.electors.length, registered: 3, results: each.results.length })));
  }
  if (room === "conformity") {
    const all = rules(lab).map(({ conformity: said, ...rule }) => ({ rule, said }));
    const meant = all.filter(({ rule }) => !query.get("topic") || rule.topics.includes(query.get("topic")));
    const declarations = meant.flatMap(({ rule, said }) => said.map((each) => ({
      ...each, rule: rule.number, title: rule.title, review_by: each.review_by ?? null, state: each.review_by ? "overdue" : "current", reviews: each.reviews.map((review) => ({ ...review, until: null, holds: true })),
    })));
    const says = (member, by, finding) => declarations.filter((each) => each.member === member && each.reviews.some((review) => review.by === by && review.finding === finding)).map(({ rule }) => rule);
    const pairs = new Map(declarations.flatMap(({ member, reviews }) => reviews.map(({ by }) => [`${member} ${by}`, [member, by]])));
    return json({
      at: rfc3339(lab.now()), topics: [...new Set(all.flatMap(({ rule }) => rule.topics))].sort(), rules: meant.map(({ rule }) => rule), members: [...new Set(declarations.map(({ member }) => member))].sort(), declarations,
      recognition: [...pairs.values()].map(([member, by]) => ({
        member, by, confirmed: says(member, by, "confirmed"), doubted: says(member, by, "doubted"), lapsed: [],
        mutual: says(member, by, "confirmed").filter((rule) => says(by, member, "confirmed").includes(rule)),
      })),
      due: declarations.filter(({ state }) => state === "overdue").map(({ rule, title, member, id, review_by: day, state }) => ({ day, state, what: "declaration", rule, title, member, by: null, id })),
    });
  }
  if (room === "rules") {
    const all = rules(lab).filter(({ in_force: since }) => !query.get("at") || Date.parse(since) <= Date.parse(query.get("at")));
    if (!id) return page(all);
    const rule = all.find(({ number }) => number === id);
    return rule ? json(rule) : none();
  }
  if (room === "logs" && !id) {
    const checkpoint = lab.checkpoint();
    return page([{
      log: sha256(lab.logKey.text).toString("hex"), origin: lab.origin, key: lab.logKey.text, cosigner_key: lab.cosigner.text, size: lab.size, checkpoint, own: true,
    }]);
  }
  if (room === "logs" && what === "checkpoints") {
    const after = Number(query.get("after") ?? 0);
    const sizes = Array.from({ length: Math.min(500, lab.size - after) }, (_, i) => after + i + 1);
    return json({ items: sizes.map((size) => lab.checkpoint(size)), next: null });
  }
  if (room !== "proposals") return undefined;
  const all = proposals(lab);
  if (!id) return page(all);
  const proposal = starting(all);
  if (!proposal) return none();
  if (what === "discussion") return json(discussion(lab, proposal));
  if (what === "amendments") return json(amendments(lab, proposal));
  if (what === "diff") {
    // Line by line is enough here.
    const [from, to] = ["from", "to"].map((name) => proposal.versions.find((each) => each.id === query.get(name)));
    const lines = (version) => version.texts[0].text.split(/(?<=\n)/);
    const [before, after] = [lines(from), lines(to)];
    const changes = before.flatMap((line, i) =>
      line === after[i] ? [{ change: "same", text: line }] : [{ change: "removed", text: line }, ...(after[i] ? [{ change: "added", text: after[i] }] : [])]);
    return json({ proposal: proposal.id, from: from.id, to: to.id, language: "en", title: [{ change: "same", text: to.texts[0].title }], text: changes });
  }
  if (what === "impact") return json({ proposal: id, rule: "CN-1", days: 90, acts: 12, allowed_before: 12, allowed_after: 12, flipped: 0, flips: [], concerns: [] });
  return json(proposal);
}
