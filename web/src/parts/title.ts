// What a person knows a STIX object by.
export function titleOf(object: Record<string, unknown>): string {
  for (const name of ["name", "value", "pattern", "relationship_type", "opinion", "key"]) {
    const text = object[name];
    if (typeof text === "string" && text !== "") return text;
  }
  return "";
}
