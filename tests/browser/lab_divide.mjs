// The lab's figures: a few places over a few years by two sources that disagree once. Made up, and the same in every run.
const kYears = Array.from({ length: 14 }, (_, i) => 2010 + i);
const kPlaces = { KEN: "Kenya", UGA: "Uganda", RWA: "Rwanda", TZA: "Tanzania", DEU: "Germany", BRA: "Brazil", IND: "India", TUV: "Tuvalu", NRU: "Nauru", MDV: "Maldives", XKX: "Kosovo", USA: "United States" };

const value = (code, year) => {
  const [start, speed] = [(code.charCodeAt(0) + code.charCodeAt(2)) % 9, 0.18 + (code.charCodeAt(1) % 7) / 40];
  return Math.round(1000 / (1 + Math.exp(start - speed * (year - 2008)))) / 10;
};

export function addDivide(lab) {
  const say = (author, source, publisher, confidence) =>
    lab.say("development.dataset", author, {
      indicator: "internet_users", title: "People who use the Internet", unit: "% of population", source, publisher, licence: "CC0-1.0", edition: "2026",
      confidence, low: 0, high: 100,
    });
  const phones = lab.say("development.dataset", "open-net-watch", {
    indicator: "phone_owners", title: "People who own a telephone", unit: "% of population", source: "watch", publisher: "Open Net Watch", licence: "CC0-1.0", edition: "2026", low: 0, high: 100,
  });
  return [say("africa-union-cyber", "survey", "Continental survey", 90), say("open-net-watch", "watch", "Open Net Watch", 50), phones].map(({ id }) => id);
}

export function answerDivide(lab, what, query, json, problem) {
  const dataset = (i) => {
    const { payload, id } = lab.statements.find((statement) => statement.id === lab.figures[i]);
    const { author, body } = JSON.parse(payload);
    return { ...body, author, statement: id, places: 12, figures: 12 * kYears.length, first_year: kYears[0], last_year: kYears[kYears.length - 1] };
  };
  const datasets = [dataset(0), dataset(1)];
  if (!what) return json({ datasets: [...datasets, dataset(2)], schemes: [], indices: [] });
  if (what === "figures" && query.get("indicator") === "phone_owners") {
    const rows = Object.entries(kPlaces).slice(0, 9).flatMap(([place, name]) => kYears.slice(0, -1).map((year) => {
      const own = Math.round(10 * Math.sqrt(100 * value(place, year))) / 10;
      return { place, name, year, value: own, conflict: false, figures: [{ dataset: 0, value: own, known: "stated" }] };
    }));
    return json({ indicator: "phone_owners", datasets: [dataset(2)], tolerance: 0.51, shared: 0, conflicts: 0, rows });
  }
  const known = ["internet_users", ...(what === "forecast" ? ["phone_owners"] : [])];
  if (!known.includes(query.get("indicator"))) return problem(404, "Not found", "there is no such indicator");
  const cells = Object.entries(kPlaces).flatMap(([place, name]) => kYears.map((year) => {
    const [first, apart] = [value(place, year), place === "RWA" && year === 2020 ? 7 : 0.2];
    return {
      place, name, year, value: first, conflict: apart > 0.51,
      figures: [{ dataset: 0, value: first, known: year === 2023 ? "estimated" : "stated" }, { dataset: 1, value: Math.round(10 * (first + apart)) / 10, known: "stated" }],
    };
  }));
  if (what === "figures") {
    const wanted = (cell) =>
      cell.place === (query.get("place") ?? cell.place) && cell.year === Number(query.get("year") ?? cell.year) && (query.get("conflicts") !== "true" || cell.conflict);
    return json({ indicator: "internet_users", datasets, tolerance: 0.51, shared: cells.length, conflicts: 1, rows: cells.filter(wanted) });
  }
  if (what === "inequality") {
    const rows = kYears.map((year) => {
      const values = cells.filter((cell) => cell.year === year).map((cell) => cell.value).sort((a, b) => a - b);
      const [n, sum] = [values.length, values.reduce((all, each) => all + each, 0)];
      const gini = values.reduce((all, each, i) => all + (2 * (i + 1) - n - 1) * each, 0) / (n * sum);
      return {
        year, places: n, people: null, coverage: null, carried: 0, censored: 0, at_zero: 0, mean: sum / n, gini, gini_mirror: (gini * sum) / (100 * n - sum),
        theil_t: gini / 2, theil_t_parts: null, p10: values[1], p90: values[10], gap: values[10] - values[1], groups: [],
      };
    });
    return json({ unit: "% of population", dataset: datasets[0], weights: null, scheme: null, rule: { carry: 0 }, rows, left_out: [] });
  }
  const [place, until] = [query.get("place"), Number(query.get("until"))];
  const ahead = Array.from({ length: until - 2023 }, (_, i) => 2024 + i);
  const models = ["logistic", "gompertz", "bass"].map((model, i) => ({
    model, parameters: { K: 100 - 10 * i }, at_bound: [], weight: [0.6, 0.3, 0.1][i], target_year: i === 2 ? null : 2031 + i,
    rows: ahead.map((year) => {
      const at = Math.min(100 - 10 * i, value(place, year));
      return { year, value: at, interval: { low: Math.max(0, at - 5), high: Math.min(100, at + 5) } };
    }),
  }));
  return json({
    unit: "% of population", place, dataset: query.get("indicator") === "phone_owners" ? dataset(2) : datasets[0], low: 0, high: 100, target: query.get("target") ? Number(query.get("target")) : null,
    observed: kYears.map((year) => ({ year, value: value(place, year) })), models,
    rows: ahead.map((year, i) => ({ year, low: models[2].rows[i].value, high: models[0].rows[i].value, mean: models[1].rows[i].value })),
    back_test: { until: 2018, figures: 5, scores: [{ name: "logistic", mean_error: 2.5, inside: 0.8 }, { name: "straight line", mean_error: 4, inside: null }] }, left_out: [],
  });
}
