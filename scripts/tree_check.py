#!/usr/bin/env python3
"""What must not be in the tree: paths of somebody's machine, registry hosts, unfinished words, large files."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
MAX_BYTES = 1 << 20

# Each with the files that may hold it (beside this one, which names them all).
RULES = (
    (re.compile(r"(?<![\w.$}/-])/(?:work|root|home)/\w"), "a path of somebody's machine", ()),
    (re.compile(r"\b(?:registry\.npmjs|registry\.yarnpkg|deb\.debian|security\.debian|snapshot\.debian|files\.pythonhosted"
                r"|proxy\.golang|sum\.golang|static\.crates)\.(?:org|com|io)\b"), "a registry's host", ()),
    (re.compile(r"\b(?:TODO|FIXME|XXX|HACK|WIP|TBD)\b"), "an unfinished word", ()),
    (re.compile(r"\bnot (?:yet )?implemented\b|\b[Cc]oming soon\b|\blorem ipsum\b"), "unfinished words", ()),
    (re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE), "a merge conflict", ()),
    (re.compile(r"[ \t]+$", re.MULTILINE), "white space at the end of a line", (r"\.md$", r"^fuzz/corpus/", r"\.snap$", r"^LICENSE$")),
)


def main():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = checked = 0
    for name in sorted(filter(None, listed.split("\0"))):
        path = ROOT / name
        if not path.is_file() or name == "scripts/tree_check.py":
            continue
        checked += 1
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            found += 1
            print(f"{name}: {len(data)} bytes: the tree holds sources, not data")
        if b"\0" in data:
            continue
        text = data.decode("utf-8", errors="replace")
        for pattern, what, exempt in RULES:
            if any(re.search(e, name) for e in exempt):
                continue
            for match in pattern.finditer(text):
                found += 1
                print(f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group(0)!r}")
    print(f"{checked} files checked, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
