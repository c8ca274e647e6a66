// The page as people use it: every room, in every language, with keyboard and small screens; axe-core finds nothing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { ask, axe, kLanguages, logIn, objectsState, openBrowser, openSite, verdict } from "./browser.mjs";

let site, browser, page, share;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  page = await browser.page();
  await page.goto(site.url);
  const { items } = await ask(page, site, "/api/v1/statements?type=intelligence.share&limit=20");
  share = items.find(({ audience }) => audience.tlp === "clear");
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function shot(name) {
  if (site.shots) await page.screenshot({ path: join(site.shots, `${name}.png`), fullPage: true });
}

// The market's rooms; of a process and a call where there are such.
async function market() {
  const { rows, calls } = await ask(page, site, "/api/v1/market/tenders");
  const call = [...calls, ...rows.flatMap((row) => row.calls)][0];
  return {
    market: "#/market", ...(rows[0] ? { tender: `#/market/${encodeURIComponent(rows[0].process)}` } : {}), ...(call ? { call: `#/calls/${call.statement}` } : {}),
  };
}

const rooms = async () => {
  const { items } = await ask(page, site, "/api/v1/members?limit=1");
  const found = await ask(page, site, "/api/v1/intel/search?type=indicator&limit=1");
  const proposals = (await ask(page, site, "/api/v1/proposals")).items;
  const { id: proposal, votes } = proposals.filter((each) => each.votes.length > 0).pop();
  const rules = await ask(page, site, "/api/v1/rules");
  return {
    proposals: "#/proposals", proposal: `#/proposals/${proposal}`, vote: `#/votes/${votes[0].id}`, rules: "#/rules", rule: `#/rules/${rules.items[0].number}`,
    divide: "#/divide", country: "#/divide/RWA?indicator=internet_users",
    ...(await market()), clearing: "#/clearing", network: "#/network", conformity: "#/conformity",
    overview: "#/", members: "#/members", member: `#/members/${items[0].id}`, log: "#/log", statement: `#/statements/${share.id}`, search: "#/search", import: "#/import", collections: "#/collections",
    object: `#/objects/${site.lab?.story ?? found.items[0].id}`,
    nodes: "#/nodes",
    alerts: "#/alerts", ...(site.lab ? { alert: `#/alerts/${site.lab.alerts.list[0].id}` } : {}),
    elections: "#/elections", ...(site.lab ? { election: `#/elections/${site.lab.governance.proposal}` } : {}),
    consultations: "#/consultations", moderation: "#/moderation", ...(site.lab ? { consultation: `#/consultations/${site.lab.governance.closed}` } : {}),
    bodies: "#/bodies", charter: "#/charter", ...(site.lab ? { body: "#/bodies/steering" } : {}),
    trust: "#/trust", login: "#/login", nowhere: "#/nowhere",
  };
};

async function open(fragment) {
  await page.goto(`${site.url}/${fragment}`);
  await page.waitForSelector("h1");
  await page.waitForFunction(() => !document.querySelector(".loading, [data-verdict=running]"));
}

test("shows the community, its log and its members", async () => {
  await open("#/");
  const node = await ask(page, site, "/api/v1/node");
  assert.equal(await page.textContent("h1"), node.community.name);
  assert.match(await page.title(), new RegExp(`^${node.community.name}`));
  assert.equal((await verdict(page)).whole, "passed");
  assert.equal(await page.locator(".bars li").count(), 6);
  assert.ok((await page.locator("ol.rows > li").count()) > 0);
  await shot("overview");
});

test("maps the nodes: who mirrors and witnesses whom, lags, failures and evidence", async () => {
  await open("#/nodes");
  const { items } = await ask(page, site, "/api/v1/nodes");
  assert.equal(await page.locator(".net-node").count(), items.length);
  assert.equal(await page.locator("tbody tr").count(), items.length);
  assert.equal(await page.locator("line.net-mirrors").count(), items.filter((node) => node.followed && !node.own).length);
  assert.equal(await page.locator("line.net-follow").count(), items.flatMap((node) => node.followed_by.filter(({ key }) => key !== node.key && items.some((other) => other.key === key))).length);
  assert.equal(await page.locator(".net-liar").count(), items.filter((node) => node.evidence > 0).length);
  const evidence = (await ask(page, site, "/api/v1/evidence")).items;
  assert.equal(await page.locator("a[download^=evidence-]").count(), evidence.length);
  if (site.lab) {
    assert.match(await page.textContent("table"), /40 behind/);
    assert.match(await page.textContent("table"), /30 behind/);
    assert.equal(await page.locator("line.net-follow").count(), 1);
    assert.match(await page.textContent("table"), /7 tries failed/);
  }
  await shot("nodes");
});

test("lists the members by class and opens one with its keys", async () => {
  await open("#/members");
  const { items } = await ask(page, site, "/api/v1/members?limit=1000");
  await page.waitForSelector("ul.rows > li");
  assert.equal(await page.locator("ul.rows > li").count(), items.length);
  const chosen = items[0].class;
  await page.click(`.choices a[href$="class=${chosen}"]`);
  await page.waitForURL(new RegExp(`class=${chosen}`));
  await page.waitForFunction((n) => document.querySelectorAll("ul.rows > li").length === n, items.filter((m) => m.class === chosen).length);
  await page.click("ul.rows a");
  await page.waitForSelector(".key");
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1");
  await shot("member");
});

test("explores the log: filters, pages on, opens by prefix", async () => {
  await open("#/log");
  const before = await page.locator("ol.rows > li").count();
  const { items } = await ask(page, site, "/api/v1/statements?limit=1000");
  assert.equal(before, Math.min(50, items.length));
  if (items.length > 50) {
    await page.click("text=Show more");
    await page.waitForFunction((n) => document.querySelectorAll("ol.rows > li").length > n, before);
  }
  await page.selectOption(".filters select >> nth=0", "governance.charter");
  await page.waitForFunction(() => document.querySelectorAll("ol.rows > li").length === 1);
  assert.match(page.url(), /type=governance.charter/);
  await page.fill("#open-id", "xyz");
  await page.press("#open-id", "Enter");
  await page.waitForSelector("#open-id[aria-invalid=true]");
  await page.fill("#open-id", share.id.slice(0, 10));
  await page.press("#open-id", "Enter");
  await page.waitForURL(/statements/);
  assert.equal((await verdict(page)).whole, "passed");
  await shot("log");
});

test("verifies a statement step by step, and its objects, and again from the tiles", async () => {
  await open(`#/statements/${share.id}`);
  const first = await verdict(page);
  assert.equal(first.whole, "passed");
  assert.deepEqual(Object.keys(first.steps), ["id", "signature", "origin", "inclusion", "checkpoint", "time", "consistency"]);
  assert.equal(await objectsState(page), "passed");
  await page.check(".check input");
  await page.waitForFunction(() => document.querySelector("[data-step=inclusion] .how")?.textContent.includes("tiles"));
  assert.equal((await verdict(page)).whole, "passed");
  await shot("statement");
  await page.evaluate(() => scrollTo(0, 0));
  if (site.shots) await page.screenshot({ path: join(site.shots, "page.png") }); // what a reader sees first: the picture for README.md
  await page.uncheck(".check input");
});

test("searches what was shared, and narrows it", async () => {
  await open("#/search");
  const { items } = await ask(page, site, "/api/v1/intel/search?limit=1000");
  await page.waitForSelector("ol.found > li");
  assert.equal(await page.locator("ol.found > li").count(), Math.min(50, items.length));
  await page.selectOption(".filters select >> nth=0", "indicator");
  await page.waitForURL(/type=indicator/);
  await page.fill("#search-q", items.find(({ type }) => type === "indicator").id);
  await page.press("#search-q", "Enter");
  await page.waitForFunction(() => document.querySelectorAll("ol.found > li").length === 1);
  await shot("search");
  await page.click("ol.found a");
  await page.waitForURL(/#\/objects\/indicator--/);
  await page.waitForSelector("#readers");
});

test("shows an object: its proof, what changed, what it is related to and who can see it", async () => {
  await open((await rooms()).object);
  await page.waitForSelector("[data-object-proof=passed]");
  assert.equal((await verdict(page)).whole, "passed");
  assert.ok((await page.locator("#readers ~ .stack .tag").count()) > 0);
  if (site.lab?.story) {
    await page.locator("summary", { hasText: "What changed" }).click();
    assert.match(await page.textContent("table.diff"), /confidence.*40.*80/s);
    await page.waitForSelector("svg.graph a.node");
    const before = await page.getAttribute("svg.graph", "viewBox");
    await page.click(".graph-tools button >> nth=0");
    assert.notEqual(await page.getAttribute("svg.graph", "viewBox"), before);
    await page.click(".graph-tools button >> nth=2");
    assert.equal(await page.getAttribute("svg.graph", "viewBox"), before);
    await page.selectOption("section[aria-labelledby=graph] select", "3");
    await page.waitForSelector("svg.graph .node-unknown");
    await shot("object");
    await page.locator("svg.graph a.node", { hasText: "malware" }).click();
    await page.waitForURL(/#\/objects\/malware--/);
  }
});

test("shows warnings as they come, with their evidence, and acknowledges them", async (t) => {
  if (!site.lab) return t.skip("needs the lab's warnings");
  await open("#/alerts");
  assert.equal(await page.locator("[data-alert]").count(), 2);
  assert.match(await page.textContent("section[aria-labelledby=drills]"), /National CERT Uganda.*0\.2 s.*95\.3 s/s);
  await page.selectOption(".filters select", "high");
  await page.waitForURL(/severity=high/);
  await page.waitForFunction(() => document.querySelectorAll("[data-alert]").length === 1);
  await page.check(".filters input[type=checkbox]");
  await page.waitForURL(/open=true/);
  await shot("alerts");
  // Another comes while one looks.
  const { list } = site.lab.alerts;
  const said = site.lab.say("intelligence.alert", "cert-ke", { title: "Now", severity: "critical" }, { audience: { tlp: "green" } });
  list.unshift({ ...list[0], id: said.id, title: "198.51.100.7, met 3 times in your own logs", severity: "critical" });
  for (const tell of site.lab.heard) tell(site.lab.listed(said));
  await page.waitForSelector(`[data-alert="${said.id}"]`);
  assert.match(await page.textContent("[role=status]"), /new warning/);
  await page.click("[data-alert]:last-child a");
  await page.waitForSelector("#evidence");
  assert.match(await page.textContent("section[aria-labelledby=evidence]"), /login\.bank\.example\.net/);
  assert.equal(await page.locator("#acknowledge-note").count(), 0, "for who is logged in");
  await logIn(page, site);
  await open(`#/alerts/${list[1].id}`);
  await page.fill("#acknowledge-note", "On it");
  await page.click("section[aria-labelledby=answers] button[type=submit]");
  await page.waitForSelector("[data-acknowledged=cert-ke]");
  assert.match(await page.textContent("[data-acknowledged=cert-ke]"), /On it/);
  await shot("alert");
});

test("keeps rules that were tried on the last month", async (t) => {
  if (!site.lab) return t.skip("needs the lab's rules");
  await open("#/alert-rules");
  await page.fill("#rule-name", "ours");
  await page.click("button[value=keep]");
  await page.waitForSelector("section[aria-labelledby=rule-new] .problem, section[aria-labelledby=rules-kept] [data-rule]");
  await page.fill("#rule-name", "bank");
  await page.fill("#rule-domains", "bank.example.net\n\n other.example ");
  await page.selectOption("#rule-severity", "high");
  await page.click("button[value=try]");
  await page.waitForSelector("[data-trial='1']");
  assert.match(await page.textContent("section[aria-labelledby=trial]"), /login\.bank\.example\.net/);
  await page.click("button[value=keep]");
  await page.waitForSelector("[data-rule=bank]");
  assert.match(await page.textContent("[data-rule=bank]"), /bank\.example\.net.*other\.example/s);
  assert.deepEqual(site.lab.alerts.rules.at(-1).domains, ["bank.example.net", "other.example"]);
  await shot("alert-rules");
  assert.deepEqual(await axe(page), []);
  await page.click("[data-rule=bank] button");
  await page.waitForFunction(() => !document.querySelector("[data-rule=bank]"));
  await page.click(".top-end button");
  await page.waitForSelector(".top-end a.button");
});

test("shows who has seen an object, over time", async (t) => {
  if (!site.lab) return t.skip("needs the lab's sightings");
  await open(`#/objects/${site.lab.story}`);
  await page.waitForSelector("#sightings");
  assert.equal(await page.locator("section[aria-labelledby=sightings] .bars").first().locator("li").count(), 3);
  assert.match(await page.textContent("section[aria-labelledby=sightings]"), /7 times.*only let themselves be counted.*, of 9 counted over all nodes/s);
  await page.waitForSelector("section[aria-labelledby=sightings] .seen-map [data-place=KEN][tabindex]");
  assert.deepEqual(await axe(page), []);
});

test("shows what was seen of late, by day, by region and on a map", async (t) => {
  if (!site.lab) return t.skip("needs the lab's sightings");
  await open("#/alerts");
  const card = page.locator("section[aria-labelledby=seen-lately]");
  await card.waitFor();
  assert.equal(await card.locator(".bars").count(), 2);
  assert.match(await card.locator(".bars").nth(1).textContent(), /Africa\s*2/);
  const kenya = card.locator(".seen-map [data-place=KEN][tabindex]");
  await kenya.waitFor();
  assert.equal(await kenya.getAttribute("aria-label"), "Kenya: members: 1");
  assert.equal(await card.locator("ol.values a").count(), 1);
  await shot("seen-lately");
  assert.deepEqual(await axe(page), []);
});

test("lists proposals with their state, who proposed them, and when they close", async () => {
  await open("#/proposals");
  const { items } = await ask(page, site, "/api/v1/proposals");
  assert.equal(await page.locator(".proposals > li").count(), items.length);
  // What closed votes came to is asked for one by one, after the list is there.
  await page.locator(".proposals [data-state=counting]").first().waitFor({ state: "detached" });
  const states = await page.$$eval(".proposals [data-state]", (tags) => tags.map(({ dataset }) => dataset.state));
  assert.ok(states.includes("adopted"), states.join());
  await shot("proposals");
});

test("shows a proposal: its texts, what changed, what is said of which passage", async () => {
  await open((await rooms()).proposal);
  assert.ok((await page.locator(".legal-line").count()) > 1);
  if (site.lab) {
    assert.match(await page.textContent("table.sides"), /within 7 days.*within 3 days/s);
    assert.equal(await page.locator("table.sides del").count(), 1);
    assert.match(await page.textContent(".thread blockquote.gone"), /within 7 days/);
    assert.equal(await page.locator(".thread .depth-1").count(), 1);
    await page.locator(".choice", { hasText: "Français" }).click();
    assert.equal(await page.getAttribute(".legal", "lang"), "fr");
    assert.match(await page.textContent("section[aria-labelledby=text] .tag"), /Translation/);
  }
  await shot("proposal");
});

test("shows a consultation: what was asked, said, hidden by whom, and answered; and the record of moderation", async (t) => {
  if (!site.lab) return t.skip("the lab's");
  await open("#/consultations");
  await page.click(".consultations a");
  await page.waitForSelector("#say-text");
  const shown = await page.textContent("main");
  assert.match(shown, /What does it cost you\?/);
  assert.match(shown, /A teacher in Kisumu.*Against.*Who pays\?/s);
  assert.match(shown, /Hidden by a moderator\..*It names a child/s);
  assert.match(shown, /Article 3 says who pays\./);
  assert.equal(await page.locator("[data-shown=false] .said").count(), 0, "what is hidden is not shown");
  await open("#/moderation");
  assert.match(await page.textContent(".moderation"), /Hidden.*It names a child.*Account suspended.*amina@cert-ke/s);
});

test("shows a body: its mandate, who holds its seats, what became of it", async (t) => {
  if (!site.lab) return t.skip("the lab's");
  await open("#/bodies");
  assert.match(await page.textContent(".bodies"), /Steering committee.*Committee.*Standing.*2 of 3 seats held/s);
  await page.click(".bodies a");
  await page.waitForSelector("#organ-seats");
  const shown = await page.textContent("main");
  assert.match(shown, /It steers\./);
  assert.match(shown, /amina speaks for it/);
  assert.match(shown, /vacant/);
  assert.match(shown, /Without effect: steering is not above steering/);
  assert.match(shown, /found bodies under it/);
  await page.click("text=A drill every spring");
  await page.waitForFunction(() => location.hash.startsWith("#/votes/"));
});

test("shows a secret election: who was elected, who has voted, and how to verify it", async (t) => {
  if (!site.lab) return t.skip("the lab's");
  await open("#/elections");
  assert.match(await page.textContent(".elections"), /Chair.*2 of 3 have voted.*Counted/s);
  await page.click(".elections a:has-text('Chair 2027')");
  await page.waitForSelector("#candidates");
  assert.match(await page.locator("#candidates tbody tr").first().textContent(), /Bo L\..*2.*Elected/s);
  assert.match(await page.textContent("section[aria-labelledby=election-result]"), /comity recount/);
  await shot("election");
});

test("shows a vote's tally: conditions with figures, roll call as picture and table, the certificate", async () => {
  const { vote: fragment } = await rooms();
  await open(fragment);
  const vote = await ask(page, site, `/api/v1/votes/${fragment.split("/").pop()}`);
  assert.equal(await page.getAttribute("[data-outcome]", "data-outcome"), vote.outcome);
  assert.equal(Number(await page.textContent("[data-choice=yes] .figure")), vote.counts[0].votes.yes);
  assert.equal(await page.locator("#roll-call-table tbody tr").count(), vote.roll_call.length);
  assert.equal(await page.locator(".hemicycle .seat").count(), vote.roll_call.length);
  assert.ok((await page.locator(".condition[data-met=true] .condition-bar").count()) > 0);
  if (site.lab) {
    await page.waitForSelector(".vote-map [data-place=KEN]");
    assert.equal(await page.getAttribute(".vote-map [data-place=KEN]", "data-vote"), "yes");
    assert.equal(await page.getAttribute(".vote-map [data-place=UGA]", "data-vote"), "mixed");
    await page.locator(".vote-map [data-place=UGA][tabindex]").focus();
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /Uganda.*: Yes.*: No/);
  }
  const { whole, steps } = await verdict(page);
  assert.equal(whole, "passed", JSON.stringify(steps));
  assert.deepEqual(Object.keys(steps), ["opening", "electorate", "ballots", "checkpoint", "time", "consistency", "logged", "in-time", "count", "certified"]);
  assert.equal(steps.certified, "passed");
  await page.waitForSelector("[data-certified=true]");
  await shot("vote");
});

test("shows the rulebook of a day, and a rule in words", async () => {
  await open("#/rules");
  const { items } = await ask(page, site, "/api/v1/rules");
  assert.equal(await page.locator(".rules > li").count(), items.length);
  await page.fill("input[type=date]", "2020-01-01");
  await page.waitForURL(/at=2020-01-01/);
  await page.waitForFunction(() => document.querySelectorAll(".rules > li").length === 0);
  await open((await rooms()).rule);
  assert.match(await page.textContent(".policy"), /Forbids:.*where.*unless/s);
  await page.click(".history a[href*='#/votes/']");
  await page.waitForSelector("[data-outcome=adopted]");
});

test("shows the world, a year chosen by keyboard, and where each figure is from", async () => {
  await open("#/divide?indicator=internet_users&year=2015");
  await page.waitForSelector("[data-year='2015']");
  await page.waitForSelector(".world svg .spot");
  const { rows } = await ask(page, site, "/api/v1/divide/figures?indicator=internet_users&year=2015");
  const codes = new Set(await page.$$eval("[data-code]", (items) => items.map(({ dataset }) => dataset.code)));
  for (const { place } of rows) assert.ok(codes.has(place), `${place} is on the map`);
  const kenya = await page.getAttribute("path[data-code=KEN]", "class");
  assert.match(kenya, /step-[0-5]/);
  await page.focus("input[type=range]");
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/year=2016/);
  await page.waitForSelector("[data-year='2016']");
  await page.locator("section[aria-labelledby=map] > details > summary").click();
  assert.equal(await page.locator("#figures tbody tr").count(), (await ask(page, site, "/api/v1/divide/figures?indicator=internet_users&year=2016")).rows.length);
  await page.locator("#figures .cite summary").first().click();
  assert.match(await page.textContent("#figures .cite[open]"), /2016.*CC/s);
  await page.locator("#figures .cite[open] a[href*='#/statements/']").first().click();
  await page.waitForURL(/#\/statements\//);
  assert.equal((await verdict(page)).whole, "passed");
  await open("#/divide?indicator=internet_users");
  await page.locator("summary", { hasText: "Where sources disagree" }).click();
  await page.waitForFunction(() => !document.querySelector(".loading"));
  const { conflicts } = await ask(page, site, "/api/v1/divide/figures?indicator=internet_users&conflicts=true");
  assert.ok((await page.textContent("section[aria-labelledby=sources]")).includes(String(conflicts)));
  await page.locator("section[aria-labelledby=inequality] > details > summary").first().click();
  // What sources say against each other, and what is computed, opens where it is from as any figure does.
  for (const section of ["sources", "inequality"]) {
    if (section === "sources" && conflicts === 0) continue;
    const figure = page.locator(`section[aria-labelledby=${section}] table .cite`).first();
    await figure.locator("summary").click();
    assert.match(await figure.textContent(), /\b20\d\d\b.*CC/s);
    assert.ok((await figure.locator("a[href*='#/statements/']").count()) > 0, section);
  }
  await shot("divide");
  await page.locator("path[data-code=KEN]").click({ force: true });
  await page.waitForURL(/#\/divide\/KEN/);
});

test("sets two indicators side by side, each point with its source", async (t) => {
  await open("#/divide?indicator=internet_users");
  const others = page.locator("section[aria-labelledby=scatter] select");
  if ((await others.count()) === 0) return t.skip("one indicator only");
  await others.selectOption({ index: 1 });
  await page.waitForSelector("section[aria-labelledby=scatter] circle");
  const points = await page.locator("section[aria-labelledby=scatter] circle").count();
  await page.locator("section[aria-labelledby=scatter] summary", { hasText: "The figures as a table" }).click();
  assert.equal(await page.locator("section[aria-labelledby=scatter] tbody tr").count(), points);
  await page.locator("section[aria-labelledby=scatter] .cite summary").first().click();
  assert.match(await page.textContent("section[aria-labelledby=scatter] .cite[open]"), /CC/);
  await shot("scatter");
});

test("shows tenders, what sealed bids came to, and replies beside red flags", async (t) => {
  const { tender, call } = await market();
  await open("#/market");
  if (!tender) return t.skip("nothing has been published here");
  const { rows } = await ask(page, site, "/api/v1/market/tenders");
  assert.equal(await page.locator("#tenders tbody tr").count(), rows.length);
  await shot("market");
  await open(tender);
  const told = await ask(page, site, `/api/v1/market/tender?process=${rows[0].process}`);
  assert.equal(await page.locator("#red-flags > li").count(), told.flags.length);
  for (const flag of told.flags) {
    for (const reply of flag.replies) assert.ok((await page.textContent(`[data-flag=${flag.flag}]`)).includes(reply.text));
  }
  await shot("tender");
  if (!call) return;
  await open(call);
  const opening = await ask(page, site, `/api/v1/market/call?call=${call.split("/").pop()}`);
  assert.deepEqual((await page.$$eval("#sealed-bids tbody tr", (all) => all.map(({ dataset }) => dataset.stand))).sort(), opening.bids.map(({ stand }) => stand).sort());
  await shot("call");
  await page.locator("#sealed-bids tbody a[href*='#/statements/']").first().click();
  await page.waitForURL(/#\/statements\//);
  assert.equal((await verdict(page)).whole, "passed");
});

test("shows who declares to keep which rule, and who recognises whom", async (t) => {
  await open("#/conformity");
  const table = await ask(page, site, "/api/v1/conformity?within=90");
  assert.equal(await page.locator("[data-conforms]").count(), table.declarations.length);
  if (table.declarations.length === 0) return t.skip("nobody has declared anything here");
  assert.equal(await page.locator("#recognition-matrix tbody tr").count(), table.members.length);
  assert.equal(await page.locator("[data-mutual]:not([data-mutual=''])").count(), table.recognition.filter(({ mutual }) => mutual.length > 0).length);
  assert.equal(await page.locator("#due-list > li").count(), table.due.length);
  if (site.lab) {
    assert.equal(await page.locator("[data-mutual]:not([data-mutual=''])").count(), 2);
    assert.match(await page.textContent("#due-list [data-due=overdue]"), /Overdue since.*31 January 2026.*cert-ke/s);
    assert.equal(await page.locator("[data-review=overdue]").count(), 1);
  }
  await shot("conformity");
  await page.locator("[data-conforms] a[href*='#/statements/']").first().click();
  await page.waitForURL(/#\/statements\//);
  assert.equal((await verdict(page)).whole, "passed");
});

test("shows needs and offers, a plan with the price of fairness, and why not me", async (t) => {
  await open("#/clearing");
  const needs = (await ask(page, site, "/api/v1/clearing/needs")).rows;
  assert.equal(await page.locator("#need-list > li").count(), needs.length);
  if (needs.length === 0) return t.skip("nobody needs anything here");
  await page.waitForSelector("#why-not tbody tr");
  const plan = await ask(page, site, "/api/v1/clearing/plan?fairness=share&curve=true");
  assert.equal(await page.locator("section[aria-labelledby=plan] circle").count(), plan.curve.length);
  await page.locator("section[aria-labelledby=plan] select").last().selectOption(plan.needs[plan.needs.length - 1].id);
  assert.ok((await page.locator("#why-not tbody tr").count()) > 0);
  await page.locator("section[aria-labelledby=plan] select").first().selectOption("none");
  await page.waitForFunction(() => document.querySelectorAll("section[aria-labelledby=plan] circle").length === 0);
  await shot("clearing");
});

test("shows what was promised: milestones, what both sides say, what is overdue, what it moved", async (t) => {
  await open("#/clearing");
  await page.waitForSelector("section[aria-labelledby=promises]");
  const made = (await ask(page, site, "/api/v1/clearing/commitments")).rows;
  assert.equal(await page.locator("#promise-list > li").count(), made.length);
  if (made.length === 0) return t.skip("nobody has promised anything here");
  const late = made.filter(({ overdue }) => overdue);
  // What is overdue stands first, with by how much.
  assert.equal(await page.locator("#promise-list > li[data-overdue=true]").count(), late.length);
  assert.equal(await page.locator("#promise-list > li").first().getAttribute("data-overdue"), String(late.length > 0));
  assert.equal(await page.locator("#promise-list tr[data-state]").count(), made.reduce((sum, { milestones }) => sum + milestones.length, 0));
  if (site.lab) {
    const first = page.locator("#promise-list > li").first();
    assert.match(await first.locator("tr[data-state=overdue]").textContent(), /First half.*20.*15.*12.*31 days late/s);
    assert.match(await first.textContent(), /different amounts/);
    assert.match(await first.locator("[data-effect]").textContent(), /26\.5 in 2020, 34\.2 in 2023.*7\.7.*11 other places is 5\.1/s);
    await first.locator("summary").click();
    assert.deepEqual(await first.locator("[data-said]").evaluateAll((all) => all.map((each) => each.dataset.said)), ["delivered", "received"]);
    assert.equal(await first.locator("[data-said=delivered] a[href='https://watch.example/w/17']").count(), 1);
  }
  await shot("promises");
  await page.check("section[aria-labelledby=promises] input[type=checkbox]");
  await page.waitForFunction((n) => document.querySelectorAll("#promise-list > li").length === n, late.length);
});

test("shows a country: its figures over the years, and a forecast with its spread", async () => {
  await open((await rooms()).country);
  assert.match(await page.textContent("h1"), /Rwanda/);
  await page.waitForSelector(".line-logistic");
  await page.waitForSelector(".chart path.band");
  await shot("country");
});

test("asks for a country's figures a dozen indicators at a time, however many there are", async (t) => {
  const asked = new Set();
  const settled = async (count) => {
    for (let turn = 0; asked.size < count && turn < 100; ++turn) await page.waitForTimeout(50);
    assert.equal(asked.size, count);
  };
  t.after(async () => {
    await page.unroute("**/api/v1/divide");
    await page.unroute("**/api/v1/divide/figures?*");
  });
  const { datasets } = await ask(page, site, "/api/v1/divide");
  const many = Array.from({ length: 30 }, (_, i) => ({ ...datasets[0], indicator: `made_up_${i + 100}` }));
  const answer = (body) => ({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
  await page.route("**/api/v1/divide", (route) => route.fulfill(answer({ datasets: many, schemes: [], indices: [] })));
  await page.route("**/api/v1/divide/figures?*", (route) => {
    asked.add(new URL(route.request().url()).searchParams.get("indicator"));
    return route.fulfill(answer({ indicator: "", datasets: [datasets[0]], tolerance: 0.51, shared: 0, conflicts: 0, rows: [] }));
  });
  await open("#/divide/KEN");
  await page.waitForSelector("main button");
  await settled(12);
  assert.match(await page.textContent("main button"), /18/);
  await page.click("main button");
  await page.waitForFunction(() => /\b6\b/.test(document.querySelector("main button")?.textContent ?? ""));
  await page.click("main button");
  await page.waitForFunction(() => !document.querySelector("main button"));
  await settled(30);
});

test("verifies the charter", async () => {
  const { items } = await ask(page, site, "/api/v1/statements?type=governance.charter");
  await open(`#/statements/${items[0].id}`);
  assert.equal((await verdict(page)).whole, "passed");
  await shot("charter");
});

test("says what is wrong in the node's words", async () => {
  await open(`#/statements/${"f".repeat(64)}`);
  const answer = await page.request.get(`${site.url}/api/v1/statements/${"f".repeat(64)}`);
  assert.equal(answer.status(), 404);
  const { title } = await answer.json();
  assert.ok((await page.textContent(".problem")).includes(title));
  page.faults = page.faults.filter((fault) => !/404/.test(fault));
});

test("is used by keyboard alone", async () => {
  await page.goto("about:blank");
  await open("#/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "content");
  assert.match(page.url(), /#\/$/);
});

test("fits a screen of 360 pixels in every room and language", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const language of Object.keys(kLanguages)) {
    await page.evaluate((chosen) => localStorage.setItem("comity.language", chosen), language);
    await page.reload();
    for (const [name, fragment] of Object.entries(await rooms())) {
      await open(fragment);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} in ${language} is ${wide} pixels too wide`);
      if (name === "statement" && ["en", "ar"].includes(language)) await shot(`narrow-${language}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
});

for (const [language, direction] of Object.entries(kLanguages)) {
  // Colours are the same in all languages: dark is looked at in one of each direction.
  for (const scheme of ["en", "ar"].includes(language) ? ["light", "dark"] : ["light"]) {
    test(`is accessible in ${language}, ${scheme}: axe-core finds nothing in any room`, async () => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(site.url);
      await page.selectOption(".language select", language);
      await page.waitForFunction((dir) => document.documentElement.dir === dir, direction);
      const titles = new Set();
      for (const [name, fragment] of Object.entries(await rooms())) {
        await open(fragment);
        assert.equal(await page.getAttribute("html", "lang"), language);
        assert.equal(await page.getAttribute("html", "dir"), direction);
        // All that is folded, and of figures one: they are all alike, and many.
        for (const summary of await page.locator("details:not(.cite) > summary").all()) await summary.evaluate((it) => (it.parentElement.open = true));
        for (const cite of await page.locator("details.cite").all()) if (await cite.evaluate((it) => (it.open = it === document.querySelector(".cite")))) break;
        await page.waitForFunction(() => !document.querySelector(".loading"));
        assert.deepEqual(await axe(page), [], `${name} in ${language}, ${scheme}`);
        titles.add(await page.title());
        if (scheme === "dark" ? language === "en" : ["overview", "statement"].includes(name)) await shot(`${name}-${language}-${scheme}`);
      }
      assert.equal(titles.size, Object.keys(await rooms()).length, "each room has its own title");
    });
  }
}

test("refuses a wrong password, logs in, shows more, logs out", async () => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(site.url);
  await page.selectOption(".language select", "en");
  await page.goto(`${site.url}/#/login`);
  await page.fill("#account", site.account);
  await page.fill("#password", "not the password");
  await page.click("form button[type=submit]");
  await page.waitForSelector(".problem");
  page.faults = page.faults.filter((fault) => !/401/.test(fault));
  await logIn(page, site);
  assert.equal((await page.textContent(".who")).trim(), site.account);
  await page.reload();
  await page.waitForSelector(".who"); // the cookie holds
  if (site.lab) {
    await open("#/import");
    await page.fill("#import-text", "evil[.]example\nnot an indicator\nworse.example\n");
    await page.click("form.card button[type=submit]");
    await page.waitForSelector("#preview");
    assert.match(await page.textContent("section[aria-labelledby=import-not-understood]"), /2.*not an indicator/s);
    assert.deepEqual(await axe(page), [], "the preview of an import");
    await shot("import");
    const key = (name) => ({ name: "member.key", mimeType: "text/plain", buffer: Buffer.from(site.lab.keys.get(name).secretText) });
    await page.setInputFiles("#import-key", key("cert-ug"));
    await page.click("section form button[type=submit]");
    await page.waitForSelector(".problem"); // another member's key
    await page.setInputFiles("#import-key", key("cert-ke"));
    await page.click("section form button[type=submit]");
    await page.waitForSelector("section.notice a");
    await page.click("section.notice a");
    assert.equal((await verdict(page)).whole, "passed");
    assert.equal(await objectsState(page), "passed");
  }
  await open("#/log");
  await shot("log-member");
  await page.click(".top-end button");
  await page.waitForSelector(".top-end a.button");
});

// A vote that is open, with a key that may vote in it: the lab's own, or one on the demo's node, opened by command line.
function openVote() {
  if (site.lab) {
    const { lab } = site;
    return {
      id: lab.governance.open, member: "cert-ke", key: lab.keys.get("cert-ke").secretText,
      other(vote) {
        const { version } = JSON.parse(lab.statements.find(({ id }) => id === lab.governance.open).payload).body;
        const said = lab.say("governance.ballot", "lake-bank", { opening: lab.governance.open, version, vote });
        for (const tell of lab.heard) tell(lab.listed(said));
        return "lake-bank";
      },
    };
  }
  if (!process.env.COMITY_DATA) return null;
  const top = resolve(import.meta.dirname ?? ".", "../..");
  const data = resolve(top, process.env.COMITY_DATA);
  const comity = (...args) => {
    const text = execFileSync(process.env.COMITY_PROGRAM ?? "comity", [...args, "--json"], { cwd: top, env: { ...process.env, COMITY_DATA: data }, stdio: ["ignore", "pipe", "ignore"] });
    return JSON.parse(text);
  };
  const proposal = comity("proposal", "new", "--text", "en=scripts/demo/rule.txt", "--title", "en=A vote in the browser", "--as", "clearwater").id;
  const closes = new Date(Date.now() + 3_600_000).toISOString();
  const { id } = comity("proposal", "open", proposal, "--procedure", "scripts/demo/quick.json", "--closes", closes, "--as", "clearwater");
  return {
    id, member: "cert-meridia", key: readFileSync(join(data, "keys/cert-meridia.key"), "utf8"),
    other(vote) {
      comity("vote", proposal, vote, "--as", "northlight");
      return "northlight";
    },
  };
}

test("a ballot signed in the browser counts, can be changed, and others' come by themselves", async (t) => {
  const vote = openVote();
  if (!vote) return t.skip("needs the keys of the node's members");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.evaluate(() => localStorage.setItem("comity.language", "en"));
  await page.goto("about:blank");
  await logIn(page, site);
  await open(`#/votes/${vote.id}`);
  assert.equal((await verdict(page)).whole, "passed");
  assert.deepEqual(await axe(page), [], "casting a ballot");
  const yes = async () => Number(await page.textContent("[data-choice=yes] .figure"));
  const before = await yes();
  const file = (text) => ({ name: "member.key", mimeType: "text/plain", buffer: Buffer.from(text) });
  const sign = async (text = vote.key) => {
    await page.setInputFiles("#cast-key", file(text));
    await page.click("section[aria-labelledby=cast] button[type=submit]");
  };
  await page.check("input[name=vote][value=yes]");
  await sign("no key at all");
  await page.waitForSelector("section[aria-labelledby=cast] .problem");
  await page.fill("#cast-reason", "We can keep it");
  await sign();
  await page.waitForSelector(`[data-member=${vote.member}][data-vote=yes]`);
  assert.equal(await yes(), before + 1);
  assert.match(await page.textContent(`[data-member=${vote.member}]`), /We can keep it/);
  await page.waitForFunction(() => document.querySelector("[data-verdict]")?.dataset.verdict === "passed");
  await shot("ballot");

  await page.check("input[name=vote][value=no]");
  await page.check("input[name=objection]");
  await page.fill("#cast-reason", "Article 2 is unclear");
  await sign();
  await page.waitForSelector(`[data-member=${vote.member}][data-vote=no]`);
  assert.equal(await yes(), before);
  assert.match(await page.textContent("section[aria-labelledby=not-counted]"), /another ballot since/);

  const other = vote.other("abstain");
  await page.waitForSelector(`[data-member=${other}][data-vote=abstain]`); // nobody has asked for it
  await page.waitForFunction(() => document.querySelector("[data-verdict]")?.dataset.verdict !== "running");
  assert.equal((await verdict(page)).whole, "passed");
  assert.equal(await page.evaluate((secret) => JSON.stringify([localStorage, sessionStorage]).includes(secret.slice(-20).trim()), vote.key), false);
});

test("a comment on a passage and an endorsement are signed in the browser", async (t) => {
  const vote = openVote();
  if (!vote) return t.skip("needs the keys of the node's members");
  const { proposal } = await ask(page, site, `/api/v1/votes/${vote.id}`);
  await open(`#/proposals/${proposal}`);
  const comments = await page.locator("section[aria-labelledby=discussion] .thread > li").count();
  await page.locator(".line-tools button:first-child").last().click();
  const quote = await page.inputValue("#comment-quote");
  assert.ok(quote.length > 5);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "comment-text");
  await page.fill("#comment-text", "Who pays for it?");
  await page.fill("#comment-quote", "what nobody wrote");
  const key = { name: "member.key", mimeType: "text/plain", buffer: Buffer.from(vote.key) };
  await page.setInputFiles("#comment-key", key);
  await page.click("section[aria-labelledby=discussion] button[type=submit]");
  await page.waitForSelector("section[aria-labelledby=discussion] .problem");
  await page.fill("#comment-quote", quote);
  await page.selectOption("#comment-position", "against");
  await page.click("section[aria-labelledby=discussion] button[type=submit]");
  await page.waitForFunction((n) => document.querySelectorAll("section[aria-labelledby=discussion] .thread > li").length === n, comments + 1);
  assert.match(await page.textContent("section[aria-labelledby=discussion] .thread > li:last-child"), /Against.*Who pays for it/s);
  const amendments = await page.locator("[data-amendment]").count();
  await page.locator(".line-tools button", { hasText: "Amend" }).last().click();
  await page.waitForFunction(() => document.activeElement?.id === "amend-text");
  const line = await page.inputValue("#amend-quote");
  await page.setInputFiles("#amend-key", key);
  await page.click("section[aria-labelledby=amendments] button[type=submit]");
  await page.waitForSelector("section[aria-labelledby=amendments] .problem"); // nothing is changed
  await page.fill("#amend-text", `${line} And every autumn.`);
  await page.fill("#amend-note", "Twice is better");
  await page.click("section[aria-labelledby=amendments] button[type=submit]");
  await page.waitForFunction((n) => document.querySelectorAll("[data-amendment]").length === n, amendments + 1);
  const amended = page.locator("[data-amendment]").last();
  assert.match(await amended.locator("table.sides ins").last().textContent(), /And every autumn/);
  assert.match(await amended.textContent(), /Proposed.*Twice is better/s);
  if (site.lab) assert.match(await amended.textContent(), /Cannot be applied together with/);
  assert.deepEqual(await axe(page), [], "amendments");
  await shot("amendments");
  await page.locator("section[aria-labelledby=endorsements] summary").click();
  await page.setInputFiles("#endorse-key", key);
  await page.click("section[aria-labelledby=endorsements] button[type=submit]");
  await page.waitForSelector(`section[aria-labelledby=endorsements] .values a[href$='${vote.member}']`);
  await page.click(".top-end button");
  await page.waitForSelector(".top-end a.button");
});

test("broke no policy and logged no error", () => {
  assert.deepEqual(page.faults, []);
});
