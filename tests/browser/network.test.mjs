// Planning networks on the page: files in, a map, the curve, the order and the reasons out.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, fitsPhone, kLanguages, logIn, openBrowser, openSite } from "./browser.mjs";

// Towns of Rwanda; the last can't be reached with what is asked for.
const kPlaces = "id,name,people,lat,lon\nkgl,Kigali,1132686,-1.9441,30.0619\nkbg,Kibagabaga,20000,-1.93,30.11\nhye,Huye,89600,-2.5967,29.7394\nrub,Rubavu,149209,-1.6777,29.2386\n";
const kNodes = "id,technology,lat,lon\npop,fibre,-1.95,30.06\nmast,cellular,-1.93,30.1\n";
const costs = (mbps) => ({ fixed_costs: 0, annual_bandwidth_cost_per_mbps: mbps });
const kCosts = {
  scenario: { years_opex: 5, bandwidth_demand: 20 },
  fiber: { capex: { cost_per_km: 7500, fixed_costs: 0 }, opex: { ...costs(6.09), cost_per_km: 100 }, constraints: { maximum_connection_length: 20000, maximum_bandwithd: 2000, required_power: 500 } },
  satellite: { capex: { fixed_costs: 515 }, opex: costs(6), constraints: { maximum_bandwithd: 150, required_power: 200 } },
  cellular: { capex: { fixed_costs: 534 }, opex: costs(120), constraints: { maximum_range: 8000, maximum_bandwithd: 100, required_power: 10 } },
  electricity: { capex: { solar_cost_per_watt: 3 }, opex: { cost_per_kwh: 0.087 } },
  p2p: { capex: { fixed_costs: 2000, tower_fixed_costs: 2500 }, opex: costs(240), constraints: { maximum_range: 50000, maximum_bandwithd: 100, required_power: 10 } },
};

let site, browser, page;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  page = await browser.page();
  page.setDefaultTimeout(20_000);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

async function ask({ places = kPlaces, budget = "60000", without = [] } = {}) {
  await page.setInputFiles("#network-places", file("places.csv", places));
  await page.setInputFiles("#network-nodes", file("nodes.csv", kNodes));
  await page.setInputFiles("#network-costs", file("costs.json", JSON.stringify(kCosts)));
  await page.fill("#network-budget", budget);
  for (const each of ["fibre", "cellular", "p2p", "satellite"]) await page.setChecked(`input[name=technology][value=${each}]`, !without.includes(each));
  const answer = page.waitForResponse((response) => response.url().endsWith("/api/v1/network/plan"));
  await page.click("form.card button[type=submit]");
  return (await answer).json();
}

async function open() {
  await page.goto("about:blank");
  await page.goto(`${site.url}/#/network`);
  await page.waitForSelector("h1");
  await page.waitForFunction(() => !document.querySelector(".loading"));
}

test("is for who has an account", async () => {
  await open();
  assert.equal(await page.locator("#network-places").count(), 0);
  assert.ok((await page.locator("main a[href='#/login']").count()) === 1);
  await logIn(page, site);
});

test("shows places, nodes and lines by technology, the curve, the order, and why others are not reached", async () => {
  await open();
  const { plan } = await ask({ without: ["satellite", "p2p"] });
  await page.waitForSelector(".site-map svg");
  assert.equal(await page.locator("[data-site]").count(), plan.sites.length);
  assert.equal(await page.locator("[data-node]").count(), 2);
  assert.equal(await page.locator(".site-map > svg [data-edge]").count(), plan.rows.length, "each comes from somewhere");
  assert.ok((await page.locator(".site-map .site-land").count()) > 0, "the country's outline");
  assert.equal(await page.locator("#network-rows tbody tr").count(), plan.rows.length);
  assert.equal(await page.locator("section[aria-labelledby=curve] circle").count(), plan.rows.length + 1);
  const left = plan.sites.filter(({ technology }) => technology === null);
  assert.ok(left.length >= 2);
  assert.equal(await page.locator("#network-left tbody tr").count(), left.length);
  assert.match(await page.textContent("#network-left"), /Rubavu.*too far.*too far/s);
  if (site.shots) await page.screenshot({ path: join(site.shots, "network.png"), fullPage: true });
  assert.deepEqual(await axe(page), []);
});

test("reaches all by satellite where there is money, and says what the budget leaves", async () => {
  await open();
  const all = (await ask({ without: ["fibre", "cellular", "p2p"] })).plan;
  assert.equal(all.rows.length, 4);
  await page.waitForFunction(() => document.querySelectorAll("#network-rows tbody tr").length === 4);
  assert.equal(await page.locator("#network-left").count(), 0);
  const some = (await ask({ without: ["fibre", "cellular", "p2p"], budget: "2500" })).plan;
  assert.equal(some.rows.length, 2);
  await page.waitForSelector("#network-left");
  assert.match(await page.textContent("#network-left"), /beyond the budget/);
});

test("plans nothing of a table with a defect, unless told to leave its rows out", async () => {
  await open();
  const bad = `${kPlaces}bad,Bad,-5,-2,30\n`;
  assert.equal((await ask({ places: bad })).plan, null);
  await page.waitForSelector("section[aria-labelledby=network-defects] [data-defect]");
  assert.match(await page.textContent("section[aria-labelledby=network-defects]"), /places 6/);
  assert.deepEqual(await axe(page), []);
  await page.check("input[name=skip]");
  assert.equal((await ask({ places: bad })).plan.places, 4);
  await page.waitForSelector(".site-map svg");
});

test("is accessible in every language, light and dark, and fits a screen of 360 pixels", async () => {
  for (const [language, direction] of Object.entries(kLanguages)) {
    await page.evaluate((chosen) => localStorage.setItem("comity.language", chosen), language);
    await page.emulateMedia({ colorScheme: language === "ar" ? "dark" : "light", reducedMotion: "reduce" });
    await open();
    await ask({ without: ["satellite"] });
    await page.waitForSelector(".site-map svg");
    assert.equal(await page.getAttribute("html", "dir"), direction);
    assert.deepEqual(await axe(page), [], language);
    await fitsPhone(page, language);
  }
});

test("broke no policy and logged no error", () => {
  assert.deepEqual(page.faults, []);
});
