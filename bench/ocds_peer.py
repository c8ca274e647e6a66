"""What Python does a second of Open Contracting data, for bench/ocds.cpp: ocds_peer.py merge|validate FILE prints a number of releases.

merge: ocdsmerge, which `ocdskit compile` calls. validate: jsonschema, which libcoveocds calls (it fetches its schemas from the Web each time,
so it does not run here). FILE: the path of the release schema in the first line, then a release a line, those of one process together.
"""
import itertools
import json
import sys
import time

SECONDS = 3


def main():
    what, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        schema_path, *lines = file.read().splitlines()
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    releases = [json.loads(line) for line in lines]
    if what == "merge":
        from ocdsmerge import Merger
        merger = Merger(schema)
        processes = [list(group) for _, group in itertools.groupby(releases, lambda one: one["ocid"])]
        take, items = merger.create_compiled_release, processes
    else:
        from jsonschema import Draft4Validator
        validator = Draft4Validator(schema)
        take, items = lambda one: list(validator.iter_errors(one)), releases
    done, start = 0, time.perf_counter()
    while True:
        for item in items:
            take(item)
            done += len(item) if what == "merge" else 1
            if time.perf_counter() - start > SECONDS:
                print(done / (time.perf_counter() - start))
                return


if __name__ == "__main__":
    main()
