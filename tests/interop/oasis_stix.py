"""The STIX libraries of OASIS against ours: stix2-patterns, stix2-matcher, stix2-validator, stix2.

Run in a virtual environment that has them (./run interop makes one). Differential and seeded: COMITY_SEED replays, and
COMITY_CASES says how many. Its last line is "N passed, M failed".

Where we differ, and why that is right, is said in JUSTIFIED and in docs/stix.md: a difference that none of these
explains is a failure.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import stix2
import stix2matcher.matcher
import stix2validator
from stix2patterns.validator import run_validator

import node
from report import Report
from stix_words import Observations, Patterns

SEED = int(os.environ.get("COMITY_SEED", "21"))
CASES = int(os.environ.get("COMITY_CASES", "2000"))
SHARED = pathlib.Path(os.environ.get("COMITY_SHARED_DATA", "../shared/data"))

# Of patterns: (who takes it, what the pattern has, why).
JUSTIFIED = [
    ("theirs", re.compile(r"REPEATS\s+\+?0\s+TIMES"), "the count of REPEATS MUST be positive (section 9.3)"),
    ("theirs", re.compile(r"WITHIN\s+\+?(0|0?\.0+)\s*SECONDS"), "the seconds of WITHIN MUST be positive (section 9.3)"),
    ("theirs", re.compile(r"t'\d{4}-(02-(29|3\d)|(04|06|09|11)-31)"), "there is no such day"),
    ("ours", re.compile(r"hashes"), "stix2-patterns looks at the form of hashes whatever the operator; a pattern with LIKE 'ab%' is one"),
]


def ours(patterns, spec):
    """The set of indices that our parser takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(patterns) + "\n")
        file.flush()
        run = subprocess.run([node.PROGRAM, "intel", "pattern", "check", file.name, "--spec", spec, "--json"], capture_output=True, text=True, check=False)
    answer = json.loads(run.stdout)
    assert answer["checked"] == len(patterns), answer["checked"]
    return set(range(len(patterns))) - {one["line"] - 1 for one in answer["wrong"]}


def theirs(pattern, spec):
    try:
        return "taken" if not run_validator(pattern, spec) else "refused"
    except Exception as error:  # pylint: disable=broad-except
        return f"{type(error).__name__}"  # an index below 0 ends it so


def patterns_agree(report, spec):
    words = Patterns(SEED)
    patterns = []
    for index in range(CASES):
        pattern = words.expression()
        patterns.append(pattern if index % 3 == 0 else words.broken(pattern))
    patterns = [one for one in patterns if one.strip()]
    taken = ours(patterns, spec)
    differences, explained, crashed = [], {}, 0
    for index, pattern in enumerate(patterns):
        verdict = theirs(pattern, spec)
        if verdict not in ("taken", "refused"):
            crashed += 1
            continue
        if (verdict == "taken") == (index in taken):
            continue
        who = "theirs" if verdict == "taken" else "ours"
        why = next((text for side, has, text in JUSTIFIED if side == who and has.search(pattern)), None)
        if who == "ours" and theirs(pattern.replace("hashes", "hashez"), spec) != "taken":
            why = None
        if why:
            explained[why] = explained.get(why, 0) + 1
        else:
            differences.append((who, pattern))
    for why, count in explained.items():
        print(f"      {count} differ because {why}")
    if crashed:
        print(f"      stix2-patterns itself failed on {crashed}")
    report.check(f"STIX {spec}: stix2-patterns and we agree on {len(patterns)} patterns, {len(taken)} of them well formed",
                 not differences, f"{len(differences)} differ, as {differences[:3]}")


def published(report):
    """The examples that stix2-patterns brings from the specification."""
    import stix2patterns
    folder = pathlib.Path(stix2patterns.__file__).parent / "test"
    for spec, name in (("2.0", "v20"), ("2.1", "v21")):
        lines = [line for line in (folder / name / "spec_examples.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
        refused = [lines[i] for i in set(range(len(lines))) - ours(lines, spec)]
        report.check(f"STIX {spec}: the {len(lines)} examples of the specification are taken", not refused, f"{refused[:1]}")


def our_match(pattern, document, folder, spec):
    path = folder / "observed.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    run = subprocess.run([node.PROGRAM, "intel", "pattern", "match", pattern, str(path), "--spec", spec, "--json"], capture_output=True, text=True,
                         check=False)
    if not run.stdout:
        return run.stderr.strip()
    assert (run.returncode == 0) == json.loads(run.stdout)["match"]
    return json.loads(run.stdout)["match"]


def matches_agree(report, spec):
    words, things = Patterns(SEED + 1, matching=True), Observations(SEED + 2)
    matched = exceptions = 0
    differences = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for _ in range(CASES):
            pattern = words.expression()
            observed = [things.observed() for _ in range(things.random.randrange(1, 5))]
            document = observed if spec == "2.0" else things.bundle21(observed)
            try:
                found = bool(stix2matcher.matcher.match(pattern, observed if spec == "2.0" else [document], stix_version=spec))
            except stix2matcher.matcher.MatcherException:
                exceptions += 1  # a set of several kinds, an address that is none: it gives no verdict
                continue
            except Exception:  # pylint: disable=broad-except
                exceptions += 1  # faults of its own: START in 2.0, bytes that are no UTF-8 under LIKE
                continue
            matched += found
            answer = our_match(pattern, document, folder, spec)
            if answer != found:
                differences.append((pattern, "they match" if found else "they do not", answer, json.dumps(document)))
    report.check(f"STIX {spec}: stix2-matcher and we agree on {CASES - exceptions} patterns over observations, {matched} of them matches",
                 not differences, f"{len(differences)} differ, as {differences[:1]}")
    report.check(f"STIX {spec}: enough of each verdict", matched > CASES / 20 and CASES - exceptions - matched > CASES / 20, f"{matched}, {exceptions}")


def emitted(report):
    """What our node emits is valid to stix2-validator, and stix2 reads it."""
    with node.Node() as served:
        text = "45.83.64.1\n2a00:1450:4001::7\nbad.example.net\nhttps://bad.example.net/x?y=z\nmallory@example.org\n" \
               "d41d8cd98f00b204e9800998ecf8427e\n" + "a" * 64 + "\n185.220.101.0/24\n"
        statement = served.share("list.txt", text, "--tlp", "green")
        objects = [json.loads(item) if isinstance(item, str) else item
                   for item in json.loads(served.comity("statement", "show", statement, "--objects", "--json"))]
    objects = [item.get("object", item) for item in objects]
    report.check("a list of 8 lines gives objects", len(objects) >= 8, f"{len(objects)}")
    options = stix2validator.ValidationOptions(version="2.1")
    for one in objects:
        result = stix2validator.validate_instance(one, options)
        report.check(f"stix2-validator passes {one['type']} {one.get('name', '')}", result.is_valid, f"{[str(e) for e in result.errors][:1]}")
        try:
            stix2.parse(one, allow_custom=True)
        except Exception as error:  # pylint: disable=broad-except
            report.check(f"stix2 reads {one['type']}", False, f"{error}")
    report.check("stix2 reads them all", True)


def mutated(report):
    """Real objects with one thing changed: who takes them, we or stix2-validator."""
    bundle = SHARED / "stix/capec-2.1.json"
    if not bundle.exists():
        print(f"      no {bundle}: not compared on real objects")
        return
    import random
    chance = random.Random(SEED + 3)
    real = json.loads(bundle.read_text(encoding="utf-8"))["objects"]
    options = stix2validator.ValidationOptions(version="2.1", disabled="all")
    changed = []
    for _ in range(min(CASES // 4, 500)):
        one = json.loads(json.dumps(chance.choice(real)))
        key = chance.choice(list(one))
        change = chance.choice(["drop", "number", "text", "list", "boolean", "object", "none"])
        if change == "drop":
            del one[key]
        elif change != "none":
            one[key] = {"number": 7, "text": "x", "list": [], "boolean": True, "object": {}}[change]
        changed.append((key, change, one))
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "objects": [one for _, _, one in changed]}, file)
        file.flush()
        run = subprocess.run([node.PROGRAM, "intel", "validate", file.name, "--json"], capture_output=True, text=True, check=False)
    wrong = {verdict["index"]: verdict["error"] for verdict in json.loads(run.stdout)[0]["verdicts"]}
    differences = []
    for index, (key, change, one) in enumerate(changed):
        try:
            valid = stix2validator.validate_instance(one, options).is_valid
        except Exception:  # pylint: disable=broad-except
            valid = False  # without type or id it has no answer
        if valid != (index not in wrong) and not explained_object(key, change, one, valid):
            differences.append((key, change, one.get("type"), valid, wrong.get(index)))
    report.check(f"stix2-validator and we agree on {len(changed)} real objects, most of them with one thing changed", not differences,
                 f"{len(differences)} differ, as {differences[:5]}")


def explained_object(key, change, one, valid):
    """Differences that are as they should be."""
    if key == "spec_version" and change == "drop":
        return True  # we keep it as STIX 2.0; it holds it to 2.1
    if key.startswith("x_") and change in ("list", "object"):
        return True  # empty lists and dictionaries of custom properties: we take what is custom as it is
    if key == "definition" or (key == "created" and one.get("type") == "marking-definition"):
        return False
    del valid
    return False


def main():
    report = Report()
    published(report)
    for spec in ("2.1", "2.0"):
        patterns_agree(report, spec)
        matches_agree(report, spec)
    mutated(report)
    emitted(report)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
