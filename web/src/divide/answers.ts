// What the node answers of figures (/api/v1/divide...).
export interface Dataset {
  indicator: string;
  title?: string;
  unit: string;
  source: string;
  publisher?: string;
  licence: string;
  edition: string;
  revision?: number;
  confidence?: number;
  url?: string;
  note?: string;
  low?: number;
  high?: number;
  author: string;
  statement: string;
  places: number;
  figures: number;
  first_year: number;
  last_year: number;
}

export interface Divide {
  datasets: Dataset[];
  schemes: { scheme: string; title: string; source: string; edition: string; author: string; statement: string; groups: { id: string; title: string; members: number }[] }[];
  indices: { id: string; title: string; edition: string; source: string; indicators: string[]; complete: boolean; statement: string | null }[];
}

export type Known = "stated" | "estimated" | "provisional" | "projected" | "below";

export interface Cell {
  place: string;
  name: string;
  year: number;
  value: number;
  conflict: boolean;
  figures: { dataset: number; value: number; known: Known }[];
}

export interface Figures {
  indicator: string;
  datasets: Dataset[];
  tolerance: number;
  shared: number;
  conflicts: number;
  rows: Cell[];
}

interface Parts {
  within: number;
  between: number;
}

export interface Inequality {
  unit: string;
  dataset: Dataset;
  weights: Dataset | null;
  scheme: { scheme: string; edition: string; statement: string } | null;
  rule: { carry: number };
  rows: {
    year: number;
    places: number;
    people: number | null;
    coverage: number | null;
    carried: number;
    censored: number;
    at_zero: number;
    mean: number;
    gini: number;
    gini_mirror: number | null;
    theil_t: number;
    theil_t_parts: Parts | null;
    p10: number;
    p90: number;
    gap: number;
    groups: { group: string; places: number; mean: number }[];
  }[];
  left_out: { year: number; why: string }[];
}

interface Interval {
  low: number;
  high: number;
}

export interface Forecast {
  unit: string;
  place: string;
  dataset: Dataset;
  low: number;
  high: number | null;
  target: number | null;
  observed: { year: number; value: number }[];
  models: {
    model: "logistic" | "gompertz" | "bass";
    parameters: Record<string, number>;
    at_bound: string[];
    weight: number;
    target_year: number | null;
    rows: { year: number; value: number; interval: Interval }[];
  }[];
  rows: { year: number; low: number; high: number; mean: number }[];
  back_test: { until: number; figures: number; scores: { name: string; mean_error: number; inside: number | null }[] } | null;
  left_out: string[];
}

// What an indicator is called: by its title if a source gives one.
export function nameOf(dataset: Dataset): string {
  return dataset.title || dataset.indicator.replaceAll("_", " ");
}
