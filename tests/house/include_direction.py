#!/usr/bin/env python3
"""Holds the includes of src/ to the house: each floor includes only floors below it (docs/architecture.md).

    include_direction.py [SRC]     prints file:line and the rule broken; exit code 1 where there is any
    include_direction.py --self-test   plants a violation of each rule and expects it found
"""
import pathlib
import re
import sys
import tempfile

PILLARS = ("governance", "intelligence", "response", "justice", "development", "exchange")

# From the ground up. Rooms of one floor do not include each other; "api/*" is every folder of api/.
FLOORS = (
    ("base",), ("json",), ("crypto",), ("log",), ("db",), ("http",), ("ledger",),
    ("accounts",) + PILLARS, ("federation",), ("node",), ("web",), ("api/*",), ("cli",),
)

# Headers of libraries that one room hides from all others.
HIDDEN = (
    (re.compile(r"sqlite3(ext)?\.h$|libpq|postgresql/|pg_config"), "db", "only db/ knows an engine"),
    (re.compile(r"microhttpd|curl/"), "http", "only http/ knows the HTTP libraries"),
)

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def room_of(path):
    """The room of a path below src/, or None for what lies in no room: "api/rest/x.h" -> "api/rest"."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) < 2:
        return None
    if parts[0] == "api":
        return "/".join(parts[:2]) if len(parts) > 2 else None
    return parts[0]


def floor_of(room):
    name = "api/*" if room.startswith("api/") else room
    for height, rooms in enumerate(FLOORS):
        if name in rooms:
            return height
    return None


def broken_rule(source, quoted, angled):
    """The rule that this include in this file (path below src/) breaks, or None."""
    room = room_of(source)
    if angled is not None:
        for pattern, owner, rule in HIDDEN:
            if pattern.search(angled) and room not in (owner, "testing"):
                return rule
        if "/" in angled and floor_of(room_of(angled) or "") is not None:
            return 'our own headers are included with quotes: "room/file.h"'
        return None
    target = room_of(quoted)
    if target is None:
        return 'an include names its room: "room/file.h"'
    if target == "testing":
        if room == "testing" or source.endswith("_test.cpp"):
            return None
        return "testing/ is for tests only"
    if room == "testing" or target == room:
        return None
    height = floor_of(target)
    if height is None:
        return f"{target}/ is no room of the house: give it a floor in tests/house/include_direction.py"
    if target in PILLARS and room in PILLARS:
        return "pillars do not include each other"
    if height > floor_of(room):
        return f"{room}/ is below {target}/: a floor includes only floors below it"
    if height == floor_of(room):
        return f"{room}/ and {target}/ are on one floor and do not include each other"
    if room in PILLARS and target == "http" and quoted != "http/client.h":
        return "a pillar includes of http/ only http/client.h"
    return None


def violations(src):
    """(number of includes, ["path:line: include: rule", ...])"""
    found, count = [], 0
    for path in sorted(p for p in src.rglob("*") if p.suffix in (".h", ".cpp", ".c", ".hpp", ".S")):
        relative = path.relative_to(src).as_posix()
        room = room_of(relative)
        if room is None or (floor_of(room) is None and room != "testing"):
            found.append(f"src/{relative}:1: lies in no room of the house")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            count += 1
            rule = broken_rule(relative, match.group(1), match.group(2))
            if rule is None and match.group(1) and not (src / match.group(1)).is_file():
                rule = "there is no such file in src/"
            if rule:
                found.append(f"src/{relative}:{number}: {line.strip()}: {rule}")
    return count, found


PLANTED = (
    # file, line, a word of the rule that it must break (None: allowed)
    ("base/a.cpp", '#include "json/b.h"', "below"),
    ("db/a.cpp", '#include "ledger/b.h"', "below"),
    ("ledger/a_test.cpp", '#include "governance/b.h"', "below"),
    ("api/rest/a.cpp", '#include "cli/b.h"', "below"),
    ("governance/a.cpp", '#include "intelligence/b.h"', "pillars"),
    ("accounts/a.cpp", '#include "governance/b.h"', "one floor"),
    ("api/rest/a.cpp", '#include "api/taxii/b.h"', "one floor"),
    ("ledger/a.cpp", "#include <sqlite3.h>", "engine"),
    ("cli/a.cpp", "  #  include <postgresql/libpq-fe.h>", "engine"),
    ("node/a.cpp", "#include <microhttpd.h>", "HTTP"),
    ("db/a.cpp", "#include <curl/curl.h>", "HTTP"),
    ("intelligence/a.cpp", '#include "http/server.h"', "client.h"),
    ("ledger/a.cpp", '#include "testing/b.h"', "tests only"),
    ("log/a.cpp", "#include <base/b.h>", "quotes"),
    ("log/a.cpp", '#include "b.h"', "names its room"),
    ("log/a.cpp", '#include "attic/b.h"', "no room"),
    ("attic/a.cpp", "int x;", "no room"),
    ("main.cpp", "int x;", "no room"),
    ("log/a.cpp", '#include "base/absent.h"', "no such file"),
    ("db/sqlite/a.cpp", "#include <sqlite3.h>", None),
    ("http/a.cpp", "#include <curl/curl.h>", None),
    ("intelligence/a.cpp", '#include "http/client.h"', None),
    ("ledger/a_test.cpp", '#include "testing/b.h"', None),
    ("testing/a.h", '#include "base/b.h"', None),
    ("cli/a.cpp", '#include "api/rest/b.h"', None),
    ("api/rest/a.cpp", '#include "api/rest/b.h"', None),
    ("json/a.cpp", "#include <boost/json.hpp>", None),
)


def self_test():
    failures = 0
    for file, line, word in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            src = pathlib.Path(folder)
            for room in ("base", "json", "ledger", "governance", "intelligence", "api/rest", "api/taxii", "cli", "testing"):
                (src / room).mkdir(parents=True)
                (src / room / "b.h").touch()
            for name in ("http/client.h", "http/server.h"):
                (src / name).parent.mkdir(exist_ok=True)
                (src / name).touch()
            (src / file).parent.mkdir(parents=True, exist_ok=True)
            (src / file).write_text(f"// first line\n{line}\n", encoding="utf-8")
            _, found = violations(src)
        right = not found if word is None else len(found) == 1 and word in found[0]
        if not right:
            failures += 1
            print(f"planted {line} in {file}: expected {word or 'no violation'}, found {found}")
    print(f"{len(PLANTED) - failures} passed, {failures} failed")
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    src = pathlib.Path(sys.argv[1]) if sys.argv[1:] else pathlib.Path(__file__).resolve().parents[2] / "src"
    count, found = violations(src)
    for violation in found:
        print(violation)
    print(f"{count} includes checked, {len(found)} against the house")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
