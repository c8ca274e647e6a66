// Figures to classes of a map and to places on an axis.
export const kSteps = 6;

// The limits between classes: equal steps where a figure has bounds, else so that as many places are in each.
export function limitsOf(values: readonly number[], low?: number, high?: number): number[] {
  if (low !== undefined && high !== undefined && high > low) {
    return Array.from({ length: kSteps - 1 }, (_, i) => low + ((high - low) * (i + 1)) / kSteps);
  }
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const limits = Array.from({ length: kSteps - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / kSteps)] as number);
  return limits.filter((limit, i) => i === 0 || limit > (limits[i - 1] as number));
}

export function stepOf(value: number, limits: readonly number[]): number {
  return limits.filter((limit) => value >= limit).length;
}

// Round numbers from at most the least to at least the greatest.
export function ticksOf(least: number, greatest: number, wanted = 5): number[] {
  const span = greatest - least || Math.abs(greatest) || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999) ?? 10 * power;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil((least + span) / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
