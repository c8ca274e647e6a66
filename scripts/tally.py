#!/usr/bin/env python3
"""Counts what a test runner printed: writes "PASSED FAILED SKIPPED".

    tally.py junit FILE   of ctest --output-junit: each test counts as many as its program says it ran
    tally.py text FILE    of any runner below
"""
import re
import sys
import xml.etree.ElementTree

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# (passed, failed, skipped) of each runner's own last words; None where it has no such word.
RUNNERS = (
    # GoogleTest
    (r"^\[  PASSED  \] (\d+) test", r"^\[  FAILED  \] (\d+) tests?, listed below", r"^\[  SKIPPED \] (\d+) test"),
    # node --test
    (r"^(?:#|ℹ) pass (\d+)", r"^(?:#|ℹ) fail (\d+)", r"^(?:#|ℹ) skipped (\d+)"),
    # vitest
    (r"^\s*Tests\s.*?(\d+) passed", r"^\s*Tests\s.*?(\d+) failed", r"^\s*Tests\s.*?(\d+) skipped"),
    # our own scripts: "3 passed, 0 failed"
    (r"^(\d+) passed, \d+ failed", r"^\d+ passed, (\d+) failed", r"^\d+ passed, \d+ failed, (\d+) skipped"),
)


# Python's unittest counts what it ran, and of these what went wrong.
UNITTEST = re.compile(r"^Ran (\d+) tests? in [^\n]*\n+(?:OK|FAILED)(?: \(([^)]*)\))?", re.MULTILINE)


def of_unittest(ran, said):
    wrong = {"failures": 0, "errors": 0, "unexpected successes": 0, "skipped": 0}
    for part in filter(None, said.split(", ")):
        name, number = part.split("=")
        wrong[name] = int(number)
    skipped = wrong.pop("skipped")
    failed = sum(number for name, number in wrong.items() if name != "expected failures")
    return int(ran) - failed - skipped, failed, skipped


def count(output):
    """(passed, failed, skipped), or None where no runner is recognised."""
    output = COLOUR.sub("", output)
    runs = [of_unittest(*match) for match in UNITTEST.findall(output)]
    for runner in RUNNERS:
        found = [re.findall(pattern, output, re.MULTILINE) for pattern in runner]
        if found[0] or found[1]:
            runs.append(tuple(sum(map(int, numbers)) for numbers in found))
    return tuple(map(sum, zip(*runs))) if runs else None


def junit(path):
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        if status in ("disabled", "notrun"):
            # A program that was not built or a fixture that did not come up is a failure, a disabled test is not.
            if status == "notrun" and case.find("skipped") is None:
                failed += 1
            else:
                skipped += 1
            continue
        p, f, s = count(case.findtext("system-out") or "") or ((1, 0, 0) if status == "run" else (0, 1, 0))
        if status != "run" and f == 0:
            f = 1  # it crashed, hung or was stopped before it could say so
        passed, failed, skipped = passed + p, failed + f, skipped + s
    return passed, failed, skipped


def main():
    kind, path = sys.argv[1:]
    if kind == "junit":
        result = junit(path)
    else:
        with open(path, encoding="utf-8", errors="replace") as file:
            result = count(file.read()) or (0, 0, 0)
    print(*result)


if __name__ == "__main__":
    main()
