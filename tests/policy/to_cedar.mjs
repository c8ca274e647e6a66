// A policy of ours (docs/formats.md, "Policies") as Cedar policies over the same acts: an act's attributes are its
// context, texts as texts, sets as sets, labels by their place, times as seconds.

const LABELS = ["clear", "green", "amber", "amber+strict", "red"];
const SETS = new Set(["groups", "readers", "reader_groups"]);

const text = (value) => JSON.stringify(value);
const seconds = (time) => Math.floor(Date.parse(time) / 1000);
const both = (parts, sign) => `(${parts.join(` ${sign} `)})`;

export function condition(test) {
  if (test.all) return both(test.all.map(condition), "&&");
  if (test.any) return both(test.any.map(condition), "||");
  if (test.not) return `!${condition(test.not)}`;
  const name = test.attribute;
  const at = `context.${name}`;
  if (SETS.has(name)) {
    const wanted = test.has_any ?? [test.has];
    return `${at}.containsAny([${wanted.map(text).join(", ")}])`;
  }
  if (name === "custody") return `(${at} == ${test.is})`;
  if (name === "at") return "before" in test ? `(${at} < ${seconds(test.before)})` : `(${at} >= ${seconds(test.from)})`;
  const value = name === "tlp" ? (label) => LABELS.indexOf(label) : (number) => number;
  if ("at_least" in test) return `(${at} >= ${value(test.at_least)})`;
  if ("at_most" in test) return `(${at} <= ${value(test.at_most)})`;
  const wanted = test.in ?? [test.is];
  const listed = name === "tlp" ? wanted.map((label) => LABELS.indexOf(label)) : wanted.map(text);
  return `[${listed.join(", ")}].contains(${at})`;
}

const action = (pattern) =>
  pattern.endsWith(".*") ? `action in Action::${text(pattern)}` : `action == Action::${text(pattern)}`;

// Where no policy has closed an action, whatever is not forbidden is permitted.
export function policies(ours) {
  const out = [];
  const closed = ours.flatMap((policy) => policy.closed ?? []);
  const open = closed.map((pattern) => `!(${action(pattern)})`);
  out.push(`permit(principal, action, resource)${open.length ? ` when { ${open.join(" && ")} }` : ""};`);
  for (const policy of ours) {
    for (const clause of policy.clauses) {
      for (const pattern of clause.forbid ?? clause.permit) {
        const when = clause.when ? ` when { ${condition(clause.when)} }` : "";
        const unless = clause.unless ? ` unless { ${condition(clause.unless)} }` : "";
        const scope = `principal, ${action(pattern)}, resource`;
        out.push(`${clause.forbid ? "forbid" : "permit"}(${scope})${when}${unless};`);
      }
    }
  }
  return out.join("\n");
}

const uid = (type, id) => ({ type, id });

export function request(act) {
  const retention = act.retention_days ?? null;
  return {
    principal: uid("Member", act.author),
    action: uid("Action", act.action),
    resource: uid("Log", "log"),
    context: {
      author: act.author,
      class: act.class,
      groups: act.groups,
      tlp: LABELS.indexOf(act.tlp),
      readers: act.readers,
      reader_groups: act.reader_groups,
      custody: act.custody,
      objects: act.objects,
      attachments: act.attachments,
      at: seconds(act.at),
      purpose: act.purpose,
      // More than any number that a policy may name (10^12): JSON's numbers do not reach Cedar's greatest.
      retention_days: retention === null ? Number.MAX_SAFE_INTEGER : retention,
    },
  };
}

// The actions as a hierarchy: "intelligence.share" is in "intelligence.*".
export function entities(actions) {
  const pillars = [...new Set(actions.map((name) => `${name.split(".")[0]}.*`))];
  return [
    ...pillars.map((name) => ({ uid: uid("Action", name), attrs: {}, parents: [] })),
    ...actions.map((name) => ({
      uid: uid("Action", name),
      attrs: {},
      parents: [uid("Action", `${name.split(".")[0]}.*`)],
    })),
  ];
}
