"""Seeded generators for the STIX suites: patterns of the whole grammar, broken ones, and observations they may match."""
import json
import random
import uuid

TYPES = {"file": ["name", "size", "mime_type", "magic_number_hex", "hashes.MD5", "hashes.'SHA-256'", "created", "tags[*]", "tags[0]",
                  "parent_directory_ref.path", "extensions.'x-ext'.n", "is_hidden"],
         "ipv4-addr": ["value", "resolves_to_refs[*].value", "x_score"],
         "process": ["name", "pid", "child_refs[*].name", "child_refs[0].pid"]}
STRINGS = ["a", "b", "ab", "abc", "x.exe", "C:\\\\x", "it\\'s", "198.51.100.7", "é", "10", ""]
NUMBERS = ["0", "1", "2", "7", "-1", "+3", "1.5", "-.5", "2.0", "443"]
TIMES = ["2020-01-01T00:00:00Z", "2020-01-01T00:00:05Z", "2020-01-01T00:00:07.5Z", "2020-01-02T00:00:00.000001Z"]


class Patterns:
    def __init__(self, seed, matching=False):
        self.random = random.Random(seed)
        self.matching = matching  # only what the matcher gives a verdict on, instead of an exception

    def literal(self, ordered=False):
        kinds = ["string"] * 4 + ["number"] * 3 + ["time", "hex", "binary"] + ([] if ordered else ["boolean"])
        kind = self.random.choice(kinds)
        return {"string": lambda: f"'{self.random.choice(STRINGS)}'", "number": lambda: self.random.choice(NUMBERS),
                "time": lambda: f"t'{self.random.choice(TIMES)}'", "hex": lambda: self.random.choice(["h'ffd8'", "h'00'", "h''"]),
                "binary": lambda: self.random.choice(["b'dGVzdA=='", "b'/9g='"]),
                "boolean": lambda: self.random.choice(["true", "false"])}[kind]()

    def of_kind(self, path):
        """A literal that the property may have; a time literal against text that is no time is an exception of the matcher's."""
        if path == "created":
            return f"t'{self.random.choice(TIMES)}'"
        if path in ("size", "pid", "x_score") or path.endswith((".n", ".pid")):
            return self.random.choice(NUMBERS + ["'7'", "true"])
        if path == "is_hidden":
            return self.random.choice(["true", "false", "1", "'true'"])
        if path.endswith("_hex"):
            return self.random.choice(["h'ffd8'", "h'00'", "'\u00ff\u00d8'", "'a'", "1"])
        return self.random.choice([f"'{self.random.choice(STRINGS)}'"] * 3 + ["7", "true", "h'61'"])

    def test(self, kind):
        path = self.random.choice(TYPES[kind])
        pick = self.random.random()
        negated = "NOT " if self.random.random() < 0.2 else ""
        literal = (lambda ordered=False: self.of_kind(path)) if self.matching else self.literal
        if pick < 0.45:
            return f"{kind}:{path} {negated}{self.random.choice(['=', '!=', '==', '<>'])} {literal()}"
        if pick < 0.6:
            value = literal(True)
            if value in ("true", "false"):
                value = "1"
            return f"{kind}:{path} {negated}{self.random.choice(['<', '>', '<=', '>='])} {value}"
        if pick < 0.72:
            values = [f"'{self.random.choice(STRINGS)}'" for _ in range(self.random.randrange(4))] if self.matching and path != "created" \
                else [f"t'{value}'" for value in TIMES[:2]] if self.matching else [self.literal() for _ in range(self.random.randrange(4))]
            return f"{kind}:{path} {negated}IN ({', '.join(values)})"
        if pick < 0.82:
            return f"{kind}:{path} {negated}LIKE '{self.random.choice(['a%', '%b%', '_', '%', 'x._x_', 'a_c', '1%7'])}'"
        if pick < 0.92:
            return f"{kind}:{path} {negated}MATCHES '{self.random.choice(['^a', 'b$', '[a-c]+', '1.8', 'x|b', '^.{2,3}$'])}'"
        if kind == "ipv4-addr":
            operator = self.random.choice(["ISSUBSET", "ISSUPERSET"])
            subnet = self.random.choice(["198.51.100.0/24", "198.51.0.0/16", "203.0.113.0/25"]) if operator == "ISSUBSET" else "198.51.100.7"
            return f"ipv4-addr:value {negated}{operator} '{subnet}'" if operator == "ISSUBSET" or not self.matching else \
                f"ipv4-addr:value {negated}= '{subnet}'"
        if not self.matching:
            return f"{negated}EXISTS {kind}:{path}"
        return f"{kind}:{path} {negated}= {literal()}"

    def comparison(self, depth=0):
        kind = self.random.choice(list(TYPES))
        parts = []
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            if depth < 2 and self.random.random() < 0.15:
                parts.append(f"({self.comparison(depth + 1)})")
            else:
                parts.append(self.test(kind if self.random.random() < 0.9 else self.random.choice(list(TYPES))))
        text = parts[0]
        for part in parts[1:]:
            text += f" {self.random.choice(['AND', 'OR'])} {part}"
        return text

    def qualifiers(self, single):
        text, kinds = "", ["WITHIN", "REPEATS", "START"]
        while kinds and self.random.random() < 0.25:
            kind = self.random.choice(kinds)
            kinds.remove(kind)
            if kind == "WITHIN":
                text += f" WITHIN {self.random.choice(['1', '5', '0.5', '10', '3600'])} SECONDS"
            elif kind == "REPEATS":
                text += f" REPEATS {self.random.choice(['1', '2', '2', '3'])} TIMES"
            else:
                start, stop = sorted(self.random.sample(TIMES, 2))
                text += f" START t'{start}' STOP t'{stop}'"
        return text

    def observation(self, depth=0):
        if depth < 2 and self.random.random() < 0.2:
            return f"({self.expression(depth + 1)}){self.qualifiers(False)}"
        return f"[{self.comparison()}]{self.qualifiers(True)}"

    def expression(self, depth=0):
        text = self.observation(depth)
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
            text += f" {self.random.choice(['AND', 'OR', 'FOLLOWEDBY'])} {self.observation(depth)}"
        return text

    def broken(self, text):
        """Some characters or words of a pattern changed; it may still be one."""
        for _ in range(self.random.choice([1, 1, 2])):
            at = self.random.randrange(len(text) + 1)
            pick = self.random.random()
            if pick < 0.3:
                text = text[:at] + text[at + 1:]
            elif pick < 0.6:
                text = text[:at] + self.random.choice(list("[]()'.:,=<>!*+-\\ ab01t_") + [" AND ", " NOT ", " 5 ", "''", "//", "/*"]) + text[at:]
            else:
                words = text.split(" ")
                one, other = self.random.randrange(len(words)), self.random.randrange(len(words))
                words[one], words[other] = words[other], words[one]
                text = " ".join(words)
        return text


class Observations:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def string(self):
        return self.random.choice(STRINGS).replace("\\\\", "\\").replace("\\'", "'")

    def objects(self):
        """{name: object} as 2.0 has them; every reference leads to one of them."""
        found = {"0": {"type": "directory", "path": self.string()}, "1": {"type": "ipv4-addr", "value": "198.51.100.7"}}
        for index in range(2, 2 + self.random.randrange(1, 4)):
            kind = self.random.choice(list(TYPES))
            one = {"type": kind}
            if kind == "file":
                one.update(name=self.string(), size=self.random.choice([0, 1, 7, 443, 1.5]), tags=[self.string() for _ in range(self.random.randrange(1, 3))],
                           created=self.random.choice(TIMES), magic_number_hex=self.random.choice(["ffd8", "00", "FFD8"]),
                           hashes={"MD5": self.string(), "SHA-256": self.string()}, parent_directory_ref="0",
                           is_hidden=self.random.choice([True, False]), extensions={"x-ext": {"n": self.random.choice([1, 2.0, -1])}})
            elif kind == "process":
                one.update(name=self.string(), pid=self.random.choice([1, 2, 7]))
                others = [name for name, other in found.items() if other["type"] == "process"]
                if others:
                    one["child_refs"] = others
            else:
                one.update(value=self.random.choice(["198.51.100.7", "198.51.100.200", "203.0.113.9"]), x_score=self.random.choice([1, 2.5, 443]))
                if self.random.random() < 0.4:
                    one["resolves_to_refs"] = ["1"]
            found[str(index)] = {key: value for key, value in one.items() if key == "type" or self.random.random() < 0.85}
        return found

    def observed(self):
        first = self.random.randrange(8)
        return {"type": "observed-data", "id": f"observed-data--{uuid.UUID(int=self.random.getrandbits(128), version=4)}",
                "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z",
                "first_observed": f"2020-01-01T00:00:0{first}Z", "last_observed": f"2020-01-01T00:00:{first + self.random.randrange(12):02}Z",
                "number_observed": self.random.choice([1, 1, 1, 2, 3]), "objects": self.objects()}

    def bundle21(self, observed):
        """The same observations as 2.1 has them."""
        objects = []
        for one in observed:
            ids = {name: f"{value['type']}--{uuid.UUID(int=self.random.getrandbits(128), version=4)}" for name, value in one["objects"].items()}
            for name, value in one["objects"].items():
                value = json.loads(json.dumps(value))
                for key in value:
                    if key.endswith("_ref"):
                        value[key] = ids[value[key]]
                    elif key.endswith("_refs"):
                        value[key] = [ids[ref] for ref in value[key]]
                objects.append({"id": ids[name], "spec_version": "2.1", **value})
            shell = {key: value for key, value in one.items() if key != "objects"}
            objects.append({"spec_version": "2.1", **shell, "object_refs": list(ids.values())})
        return {"type": "bundle", "id": f"bundle--{uuid.UUID(int=self.random.getrandbits(128), version=4)}", "objects": objects}
