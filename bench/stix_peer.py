"""What the Python libraries of OASIS do a second, for bench/stix.cpp: stix_peer.py validate|patterns FILE prints a number."""
import json
import sys
import time

SECONDS = 3


def rate(items, take):
    """Items a second, over at least SECONDS, by whole items."""
    done, start = 0, time.perf_counter()
    while True:
        for item in items:
            take(item)
            done += 1
            if done % 50 == 0 and time.perf_counter() - start > SECONDS:
                return done / (time.perf_counter() - start)


def main():
    what, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if what == "validate":
        import stix2
        objects = [json.dumps(one) for one in json.loads(text)["objects"]]
        print(rate(objects, lambda one: stix2.parse(one, allow_custom=True)))
    else:
        from stix2patterns.validator import run_validator
        print(rate(text.splitlines(), lambda one: run_validator(one, "2.1")))


if __name__ == "__main__":
    main()
