#!/usr/bin/env python3
"""Holds the documents to what they tell of: links lead somewhere, every configuration key and every room is described."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TREE = re.compile(r"`((?:src|tests|docs|scripts|fuzz|bench|cmake|deploy)/[^`\s*]*)`")
KEY = re.compile(r'^\s*\{"([a-z_.]+)",', re.MULTILINE)


def faults():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT,
                            capture_output=True, text=True, check=False).stdout.split()
    for name in listed or [str(p.relative_to(ROOT)) for p in ROOT.glob("*.md")]:
        path = ROOT / name
        if not path.is_file():
            continue
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                yield f"{name}: links to {target}, which is not there"

    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/operators.md"):
        for target in TREE.findall((ROOT / name).read_text(encoding="utf-8")):
            if "<" not in target and not (ROOT / target).exists():
                yield f"{name}: tells of {target}, which is not there"

    operators = (ROOT / "docs/operators.md").read_text(encoding="utf-8")
    keys = KEY.findall((ROOT / "src/node/config.cpp").read_text(encoding="utf-8"))
    if len(keys) < 10:
        yield "src/node/config.cpp: its table of keys was not recognised"
    described = re.findall(r"^\| `([a-z_.]+)` \|", operators, re.MULTILINE)
    for key in keys:
        if key not in described:
            yield f"docs/operators.md: the configuration key {key} is not described"
    for key in described:
        if "." in key and key not in keys and key.split(".")[0] in {k.split(".")[0] for k in keys if "." in k}:
            yield f"docs/operators.md: there is no configuration key {key}"

    guide = (ROOT / "src/README.md").read_text(encoding="utf-8")
    for room in sorted(p.name for p in (ROOT / "src").iterdir() if p.is_dir()):
        if f"**{room}/**" not in guide:
            yield f"src/README.md: the room {room}/ is not on the map"
    for room in re.findall(r"\*\*([a-z]+)/\*\*", guide):
        if not (ROOT / "src" / room).is_dir():
            yield f"src/README.md: there is no room {room}/"


def main():
    found = list(faults())
    for fault in found:
        print(fault)
    print(f"{len(found)} faults in the documents")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
