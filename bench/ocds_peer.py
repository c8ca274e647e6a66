"""What Python does a second of Open Contracting data, for bench/ocds.cpp: ocds_peer.py merge|validate FILE prints a number of releases.

merge: ocdskit, as `ocdskit compile` does it. validate: libcoveocds, as a user of its library does it, in release packages. FILE: the folder of
the standard's schema in the first line, then a release a line, those of one process together. Neither asks the network for anything.
"""
import io
import json
import pathlib
import sys
import time
import zipfile

SECONDS = 3
IN_A_PACKAGE = 500


def packages(releases):
    about = {"uri": "https://example.org/p", "publisher": {"name": "Bench"}, "publishedDate": "2026-01-01T00:00:00Z", "version": "1.1"}
    return [{**about, "releases": releases[at:at + IN_A_PACKAGE]} for at in range(0, len(releases), IN_A_PACKAGE)]


def standard_zip(folder):
    """The standard's repository as libcoveocds wants it, out of its schema."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("standard/", "")
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.writestr(f"standard/schema/{path.relative_to(folder)}", path.read_bytes())
    return out.getvalue()


def merger(folder, releases):
    from ocdskit.combine import merge
    with open(folder / "dereferenced-release-schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    return lambda: sum(1 for _ in merge(packages(releases), schema=schema))


def validator(folder, releases):
    from libcoveocds.api import ocds_json_output
    from libcoveocds.config import LibCoveOCDSConfig
    config = LibCoveOCDSConfig()
    config.config.update(context="api", standard_zip=standard_zip(folder))

    def run():
        for package in packages(releases):
            found = ocds_json_output(json_data=package, lib_cove_ocds_config=config)
            if found["validation_errors"]:
                raise SystemExit(f"libcoveocds finds fault with the releases: {found['validation_errors'][0]}")
    return run


def main():
    what, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        folder, *lines = file.read().splitlines()
    releases = [json.loads(line) for line in lines]
    take = {"merge": merger, "validate": validator}[what](pathlib.Path(folder), releases)
    done, start = 0, time.perf_counter()
    while True:
        take()
        done += len(releases)
        if time.perf_counter() - start > SECONDS:
            print(done / (time.perf_counter() - start))
            return


if __name__ == "__main__":
    main()
