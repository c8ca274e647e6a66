// A plan of the lab's: a mast serves who is within 8 km of it, who is further along the fibre gets that, others a satellite, as far as the budget goes.
const kCosts = { fibre: 20000, cellular: 12538.35, p2p: 28504.35, satellite: 1202 };

const tableOf = (text) => {
  const [head, ...lines] = text.trim().split("\n").map((line) => line.split(","));
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
};
const kmOf = (a, b) => Math.hypot(a.latitude - b.latitude, a.longitude - b.longitude) * 111.2;

export function planNetwork({ places, nodes = "technology,lat,lon", budget, technologies, skip = false }) {
  const all = tableOf(places).map((row, i) => ({ place: row.id, name: row.name ?? "", people: Number(row.people), latitude: Number(row.lat), longitude: Number(row.lon), connected: 0, line: i + 2 }));
  const defects = all.filter(({ people }) => people < 0).map(({ line }) => ({ kind: "out-of-bounds", file: "places", line, what: "fewer people than 0", mend: "write how many there are" }));
  if (defects.length > 0 && !skip) return { defects, plan: null };
  const known = tableOf(nodes).map((row, i) => ({ id: row.id ?? String(i + 2), technology: row.technology, latitude: Number(row.lat), longitude: Number(row.lon) }));
  const plan = { budget, years: 5, places: 0, countable: 0, spent: 0, reached: 0, bound: 0, rows: [], sites: [], nodes: known };
  for (const { line: _, ...site } of all.filter(({ people }) => people >= 0)) {
    const options = technologies.map((technology) => {
      const near = known.filter((node) => node.technology === technology).map((node) => ({ node, km: kmOf(node, site) })).sort((a, b) => a.km - b.km)[0];
      const obstacle = technology === "satellite" ? "" : !near ? "no-node" : near.km > (technology === "fibre" ? 20 : 8) ? "too-far" : "";
      return { technology, km: near?.km ?? null, capex: 0, opex: 0, lifetime: kCosts[technology], obstacle, from: near?.node.id ?? null };
    });
    const best = options.filter(({ obstacle, lifetime }) => !obstacle && plan.spent + lifetime <= budget)[0];
    plan.places += 1;
    plan.countable += site.people;
    plan.bound += site.people;
    if (best) {
      plan.spent += best.lifetime;
      plan.reached += site.people;
      const { obstacle: __, ...cost } = best;
      plan.rows.push({ place: site.place, name: site.name, ...cost, from_place: false, people: site.people, per_thousand: (site.people / best.lifetime) * 1000, spent: plan.spent, reached: plan.reached });
    }
    plan.sites.push({ ...site, technology: best?.technology ?? null, options: options.map(({ from: ___, ...option }) => option) });
  }
  return { defects, plan };
}
