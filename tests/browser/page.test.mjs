// The page as people use it: every room, in every language, with keyboard and small screens; axe-core finds nothing.
import assert from "node:assert/strict";
import { join } from "node:path";
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

const rooms = async () => {
  const { items } = await ask(page, site, "/api/v1/members?limit=1");
  const found = await ask(page, site, "/api/v1/intel/search?type=indicator&limit=1");
  return {
    overview: "#/", members: "#/members", member: `#/members/${items[0].id}`, log: "#/log", statement: `#/statements/${share.id}`, search: "#/search", import: "#/import", collections: "#/collections",
    object: `#/objects/${site.lab?.story ?? found.items[0].id}`,
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
  for (const scheme of ["light", "dark"]) {
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
        for (const summary of await page.locator("details > summary").all()) await summary.evaluate((it) => (it.parentElement.open = true));
        assert.deepEqual(await axe(page), [], `${name} in ${language}, ${scheme}`);
        titles.add(await page.title());
        if (scheme === "dark" ? language === "en" : ["overview", "statement"].includes(name)) await shot(`${name}-${language}-${scheme}`);
      }
      assert.equal(titles.size, 12, "each room has its own title");
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

test("broke no policy and logged no error", () => {
  assert.deepEqual(page.faults, []);
});
