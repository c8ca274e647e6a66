"""The Open Contracting Partnership's own tools against ours: ocdskit compiles what we merge, libcoveocds validates what we check, Cardinal's
published results are what `comity tender flags` finds.

Run in a virtual environment that has them (./run interop makes one). None of them asks the network for anything: libcoveocds gets the standard's
repository out of ../shared/data/ocds/schema. Cardinal itself is in no registry: its fixtures with their results stand for it. Releases are broken
by a seed: COMITY_SEED replays, and COMITY_CASES says how many. Its last line is "N passed, M failed".
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig
from ocdskit.combine import merge

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import node
from ocds_peer import standard_zip
from report import Report

SEED = int(os.environ.get("COMITY_SEED", "4"))
CASES = int(os.environ.get("COMITY_CASES", "2000"))
DATA = pathlib.Path(os.environ.get("COMITY_SHARED_DATA", "../shared/data")) / "ocds"
# What we say besides the schema; libcoveocds says some of it elsewhere than among its validation errors, or not at all.
BESIDES = {"negative", "duplicate-id", "equal-date"}
BESIDES_OF_DATES = ("lies before the period begins", "is no year of a contract's")
# What libcoveocds holds and we leave open (docs/tenders.md).
LEFT_OPEN = {"uri"}
ABOUT = {"uri": "https://example.org/p", "publisher": {"name": "Interop"}, "publishedDate": "2026-01-01T00:00:00Z", "version": "1.1"}
FLAGS = {
    "R003-threshold-10": ["--days", "10"], "R003-procurement_methods-open+selective": ["--days-method", "open", "--days-method", "selective"],
    "R003-procurement_method_details-x-5-y-10": ["--days-of", "x=5", "--days-of", "y=10"], "R048-minimum_contracting_processes-1": ["--least-processes", "1"],
}


def comity(*words, data=None):
    done = subprocess.run([node.PROGRAM, *words], input=data, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


CONFIG = LibCoveOCDSConfig()
CONFIG.config.update(context="api", standard_zip=standard_zip(DATA / "schema"))


def by_libcove(releases):
    """What it finds fault with, by the release's place in the list; the codes that it finds in no closed codelist, wherever they stand; and the
    places of releases that it fails over itself (0.17 formats some messages with the data in them)."""
    try:
        found = ocds_json_output(json_data={**ABOUT, "releases": releases}, lib_cove_ocds_config=CONFIG)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        if len(releases) == 1:
            return {}, set(), {0}
        half = len(releases) // 2
        (faults, codes, failed), (more, more_codes, more_failed) = by_libcove(releases[:half]), by_libcove(releases[half:])
        return {**faults, **{half + i: why for i, why in more.items()}}, codes | more_codes, failed | {half + i for i in more_failed}
    if found.get("json_deref_error"):
        raise SystemExit(found["json_deref_error"])
    faults = {}
    for error in found["validation_errors"]:
        at = re.match(r"releases/(\d+)", error.get("path", "") or "")
        if at and error.get("type") not in LEFT_OPEN:
            faults.setdefault(int(at[1]), f"{error.get('type')} {error.get('path')}")
    codes = {str(code) for each in found["additional_closed_codelist_values"].values() for code in each["values"]}
    return faults, codes, set()


def by_comity(releases):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "releases.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in releases), encoding="utf-8")
        _, out, err = comity("tender", "check", str(file), "--json")
        if not out:
            raise SystemExit(err)
        faults = {}
        for defect in json.loads(out)["defects"]:
            if defect["kind"] not in BESIDES and not defect["what"].endswith(BESIDES_OF_DATES):
                faults.setdefault(defect["line"] - 1, []).append(defect)
        return faults


def is_code_told_elsewhere(defects, codes):
    """libcoveocds keeps codes apart from the rest, without their places, and passes over empty ones."""
    said = [re.match(r"'(.*)' is none of the closed codelist", each["what"]) for each in defects if each["kind"] == "unknown-code"]
    return len(said) == len(defects) and all(each and (each[1] in codes or not each[1]) for each in said)


def real_releases():
    """Whole releases of real publishers and of the standard's examples, no two of one process, id and date."""
    seen, out = set(), []
    for path in sorted([*(DATA / "real").rglob("*.json"), *(DATA / "examples").rglob("*.json")]):
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if not isinstance(value, dict):
            continue
        found = list(value.get("releases") or [])
        for record in value.get("records") or []:
            found += [each for each in record.get("releases") or [] if "url" not in each]
        for release in found:
            key = json.dumps([release.get("ocid"), release.get("id"), release.get("date")])
            if key not in seen and release.get("ocid") and release.get("date"):
                seen.add(key)
                out.append(release)
    return out


def places(value, at=()):
    yield at, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from places(each, (*at, key))


def broken(release, rng):
    """The release with one thing changed at a place by chance."""
    copy = json.loads(json.dumps(release))
    at = rng.choice([place for place, _ in places(copy) if place])
    parent = copy
    for step in at[:-1]:
        parent = parent[step]
    change = rng.randrange(4)
    if change == 0 and isinstance(parent, dict):
        del parent[at[-1]]
    else:
        parent[at[-1]] = rng.choice([None, "", "x", 7, 7.5, True, {}, [], ["x"], [{}], {"id": "x"}, "2020-01-01T00:00:00Z"])
    return copy


def compare_faults(report, what, releases):
    (theirs, codes, failed), ours = by_libcove(releases), by_comity(releases)
    apart = [i for i in sorted(set(theirs) ^ set(ours)) if i not in failed and (i in theirs or not is_code_told_elsewhere(ours[i], codes))]
    told = f"{what}: {len(releases)} releases, {len(ours)} at fault, as libcoveocds says" + (f" (which fails over {len(failed)})" if failed else "")
    report.check(told, ours and not apart and len(failed) < len(releases) / 20,
                 "; ".join(f"{i}: libcoveocds {theirs.get(i, 'nothing')}, comity {[(d['kind'], d['where']) for d in ours.get(i, [])]}: {json.dumps(releases[i])[:1500]}"
                           for i in apart[:3]))


def main():
    report = Report()
    releases = real_releases()
    compare_faults(report, "real publishers and the standard's examples", releases)

    # Broken one by one; whatever has no ocid, id or date is no release of a process to either.
    rng = random.Random(SEED)
    faults = by_comity(releases)
    small = [(each, i in faults) for i, each in enumerate(releases) if len(json.dumps(each)) < 20_000]
    whole, faulty = ([each for each, fault in small if fault is wanted] for wanted in (False, True))
    for first in range(0, CASES, 500):
        made = [broken(rng.choice(whole if rng.random() < 0.8 else faulty), rng) for _ in range(min(500, CASES - first))]
        for i, each in enumerate(made):
            each["ocid"], each["id"], each["date"] = f"ocds-213czf-{i}", str(i), "2026-01-01T00:00:00Z"
        compare_faults(report, f"broken by seed {SEED}, from {first} on", made)

    # Compiled and versioned, of each process.
    schema = json.loads((DATA / "schema/dereferenced-release-schema.json").read_text(encoding="utf-8"))
    whole = [each for each in releases if each.get("id")]
    by_ocid = {}
    for each in whole:
        by_ocid.setdefault(each["ocid"], []).append(each)
    # Of one date there is no order: ocdskit takes them as they come.
    processes = {ocid: list_ for ocid, list_ in by_ocid.items() if len({each["date"] for each in list_}) == len(list_)}
    text = "".join(json.dumps(each) + "\n" for list_ in processes.values() for each in list_)
    for name, words in (("compiled", []), ("versioned", ["--versioned"])):
        code, out, err = comity("tender", "merge", "-", *words, data=text)
        report.check(f"merge {name}: done", code == 0, err)
        ours = {each["ocid"]: each for each in map(json.loads, out.splitlines())}
        packages = [{**ABOUT, "releases": list_} for list_ in processes.values()]
        theirs = {each["ocid"]: each for each in merge(packages, schema=schema, return_versioned_release=name == "versioned")}
        apart = sorted(ocid for ocid in set(ours) | set(theirs) if ours.get(ocid) != json.loads(json.dumps(theirs.get(ocid))))
        report.check(f"merge {name}: {len(theirs)} processes come to what ocdskit makes of them", not apart and theirs, ", ".join(apart[:5]))

    # Cardinal's published results.
    for path in sorted((DATA / "flags").glob("*.jsonl")):
        expected = json.loads(path.with_suffix(".expected").read_text(encoding="utf-8"))
        rule = path.stem[:4]
        code, out, err = comity("tender", "flags", str(path), "--json", "--no-price-comparison", "NPC", "--exclude", "EXC", *FLAGS.get(path.stem, []))
        found = {}
        for subject, ids in (json.loads(out)["results"] if out else {}).items():
            for key, flags in ids.items():
                if rule in flags:
                    found.setdefault(subject, {})[key] = {rule: flags[rule]}
        report.check(f"flags: {path.stem}: Cardinal's published results", code == 0 and found == expected, err or json.dumps(found))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
