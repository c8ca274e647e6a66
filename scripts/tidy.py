#!/usr/bin/env python3
"""Runs clang-tidy over the compile commands of the lint preset, in parallel, on what changed since it last passed.

    tidy.py [PATH...]    all of src/ that ships, or only what of it lies below these paths: tests are left to the
                         compilers' warnings and the sanitizers, for they would double the time

Files of one room are read together, as the builds compile them: what they include is then parsed once for the lot, which
is nearly all the time there is. Names are unique in a room for the same reason.

A file has passed when its text, that of every header of ours which it includes, its compile command, .clang-tidy and
clang-tidy itself are what they were: their digest is kept below $XDG_CACHE_HOME/comity/tidy (so that a fresh clone
profits too). Only clean passes are kept: of files read together, all or none.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "lint"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "comity" / "tidy"
TIDY = "clang-tidy-19"
TOGETHER = 16
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def ours(path, seen):
    """The file and every header of ours that it reaches, into seen."""
    if path in seen or not path.is_file():
        return
    seen[path] = path.read_bytes()
    for name in INCLUDE.findall(seen[path]):
        for base in (ROOT / "src", path.parent, ROOT):
            candidate = (base / name.decode()).resolve()
            if candidate.is_file() and candidate.is_relative_to(ROOT):
                ours(candidate, seen)
                break


def digest(command, salt):
    hasher = hashlib.sha256(salt)
    hasher.update(command["command"].replace(str(ROOT), "").encode())
    seen = {}
    ours(pathlib.Path(command["file"]), seen)
    for path in sorted(seen):
        hasher.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + seen[path] + b"\0")
    return hasher.hexdigest()


def room_and_flags(command):
    """The target a file is compiled for; the compiler's words without itself, the file and what comes of it."""
    words = shlex.split(command["command"])[1:]
    at = words.index("-o")
    flags = [word for index, word in enumerate(words) if index not in (at, at + 1) and word not in ("-c", command["file"])]
    return words[at + 1].split(".dir/")[0], tuple(flags)


def groups(files, commands):
    """Lots of at most TOGETHER files, of one room and with the same flags."""
    alike = {}
    for file in files:
        alike.setdefault((*room_and_flags(commands[file]), file.suffix), []).append(file)
    for (_, words, _), members in alike.items():
        lots = -(-len(members) // TOGETHER)
        for index in range(lots):
            yield words, members[index * len(members) // lots:(index + 1) * len(members) // lots]


def check(words, files):
    """One run of clang-tidy over a file that includes those files."""
    with tempfile.NamedTemporaryFile("w", suffix=files[0].suffix, dir=BUILD) as unit:
        unit.writelines(f'#include "{file}" // NOLINT(bugprone-suspicious-include)\n' for file in files)
        unit.flush()
        run = subprocess.run([TIDY, "--quiet", "--use-color=false", unit.name, "--", *words],
                             capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.replace(str(ROOT) + "/", ""), run.stderr


def main():
    wanted = [ROOT / path for path in sys.argv[1:]] or [ROOT / "src"]
    commands = {}
    for command in json.loads((BUILD / "compile_commands.json").read_text()):
        file = pathlib.Path(command["file"])
        ships = not file.stem.endswith("_test") and ROOT / "src" / "testing" not in file.parents
        if file.suffix in (".cpp", ".c") and ships and any(file.is_relative_to(path) for path in wanted) and BUILD not in file.parents:
            commands[file] = command

    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    salt = version + (ROOT / ".clang-tidy").read_bytes()
    CACHE.mkdir(parents=True, exist_ok=True)
    stamps = {file: CACHE / digest(command, salt) for file, command in sorted(commands.items())}
    left = [file for file, stamp in stamps.items() if not stamp.exists()]
    print(f"clang-tidy: {len(commands)} files, {len(left)} changed since they passed", flush=True)

    failed = done = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = {pool.submit(check, words, files): files for words, files in groups(left, commands)}
        for future in concurrent.futures.as_completed(futures):
            files = futures[future]
            code, out, err = future.result()
            if code == 0:
                for file in files:
                    stamps[file].touch()
            else:
                failed += 1
                print(f"{out.strip()}\n{err.strip() if not out.strip() else ''}".strip(), flush=True)
            done += len(files)
            print(f"clang-tidy: {done} of {len(left)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
