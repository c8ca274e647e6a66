#!/usr/bin/env python3
"""Holds names in a room's .cpp files to one file each: builds and clang-tidy compile files of a room together, in lots
that change with the room, so that a name which two files define breaks whoever next adds a file.

    unique_names.py [SRC]          prints file:line and where else the name is; exit code 1 where there is any
    unique_names.py --self-test    plants a name twice and expects it found
"""
import pathlib
import re
import sys
import tempfile

# What stands at the beginning of a line of a namespace: our files do not indent what is in one.
NAMESPACE = re.compile(r"^(?:inline )?namespace(?: ([\w:]+))? \{")
END = re.compile(r"^\}  // namespace")
CONSTANT = re.compile(r"^(?:static |inline )*(?:constexpr|const|constinit|thread_local) [^=({]*?\b(\w+)(?:\[[^]]*\])*(?: = |\{|;$)")
TYPE = re.compile(r"^(?:struct|class|union|enum(?: class| struct)?) (\w+)[^;()]*\{")
ALIAS = re.compile(r"^using (\w+) = ")
FUNCTION = re.compile(r"^(?!using |return |struct |class |enum |namespace |template |typedef |#)[A-Za-z_][\w:<>,&* ]* [&*]*(\w+)\(([^;]*)\)(?: const)?(?: noexcept)?(?: -> [\w:<> ]+)? \{")
# Rooms that are compiled for themselves below another.
OWN = ("intelligence/match",)
# Files that are compiled for themselves, by their names without ending.
ALONE = ("main", "marks_avx2", "marks_avx512")


def room_of(path):
    parts = path.parts
    if parts[0] == "api" or "/".join(parts[:2]) in OWN:
        return "/".join(parts[:2])
    return parts[0]


def definitions(text):
    """(namespace, name with the types of its parameters) and the line of each definition of a file."""
    inside = []
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in " \t/#":
            continue
        if match := NAMESPACE.match(line):
            inside.append(match[1] or "")
        elif END.match(line) and inside:
            inside.pop()
        elif match := CONSTANT.match(line) or TYPE.match(line) or ALIAS.match(line):
            yield ("::".join(inside).rstrip(":"), match[1]), number
        elif match := FUNCTION.match(line):
            types = ", ".join(re.sub(r"\s*(?:[\w]+)?(?: = .*)?$", "", part.strip()) for part in match[2].split(","))
            yield ("::".join(inside).rstrip(":"), f"{match[1]}({types})"), number


def doubled(src):
    """One message for each definition that another file of the room has as well."""
    first = {}
    for path in sorted(src.rglob("*.cpp")):
        name = path.relative_to(src)
        if path.stem.endswith("_test") or len(name.parts) < 2 or path.stem in ALONE:
            continue
        for key, line in definitions(path.read_text()):
            here = (room_of(name), *key)
            other = first.setdefault(here, (name, line))
            if other[0] != name:
                yield f"{name}:{line}: {key[1]} is defined in {other[0]}:{other[1]} as well: the files of a room are compiled together"


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        room = pathlib.Path(folder) / "ledger"
        room.mkdir()
        body = ("namespace comity::ledger {\nnamespace {\n\nconstexpr int kPage = 500;\n\nstruct Held {\n};\n\n"
                "Result<void> drop(db::Transaction& tx, int n) {\n}\n\n}  // namespace\n}  // namespace comity::ledger\n")
        (room / "one.cpp").write_text(body)
        (room / "two.cpp").write_text(body.replace("int n", "int count"))
        (room / "other.cpp").write_text(body.replace("comity::ledger", "comity::other"))
        (room / "overload.cpp").write_text("namespace comity::ledger {\nnamespace {\n\nResult<void> drop(int n) {\n}\n}  // namespace\n")
        found = list(doubled(pathlib.Path(folder)))
        names = [message.split(": ")[1].split(" is defined")[0] for message in found]
        assert names == ["kPage", "Held", "drop(db::Transaction&, int)"], found
    print("self-test passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    found = list(doubled(pathlib.Path(sys.argv[1]) if sys.argv[1:] else pathlib.Path(__file__).resolve().parents[2] / "src"))
    print("\n".join(found) if found else "no name of a room is defined in two of its files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
