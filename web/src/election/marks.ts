// What a voter has put down, as the numbers of a ballot.

// Where candidates are ranked: 1 before 2, 0 for those who are not ranked. Ranks that were left out close up. Nothing where two have the
// same rank and the method takes none such.
export function ranksOf(given: readonly number[], equals: boolean): number[] | null {
  const used = [...new Set(given.filter((rank) => rank > 0))].sort((a, b) => a - b);
  if (!equals && used.length !== given.filter((rank) => rank > 0).length) return null;
  return given.map((rank) => used.indexOf(rank) + 1);
}
