#!/usr/bin/env python3
"""Checks the models beside it with Spin, in every order that there is, and that Spin finds the fault when a rule is left out.

    tests/model/check.py            as CI does (half a minute alone)
    tests/model/check.py NO_FLOOR   one variant alone, with the trail that shows the fault
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MODEL = pathlib.Path(__file__).with_name("closing.pml")
VARIANTS = {"": 0, "NO_FLOOR": 1, "NO_HELD": 1, "NO_UNSEALED": 1, "FORKED": 0, "FORKED NO_OTHER": 1}  # whether there are faults
SKIPPED = 77


def check(variant, folder):
    """Returns how many faults Spin found, how many states it saw, and the shortest way to the fault it printed."""
    words = [f"-D{word}" for word in variant.split()]
    subprocess.run(["spin", "-a", *words, MODEL], cwd=folder, check=True, stdout=subprocess.PIPE)
    subprocess.run(["cc", "-O2", "-w", "-DSAFETY", "-DMEMLIM=2048", "-o", "pan", "pan.c"], cwd=folder, check=True)
    done = subprocess.run(["timeout", "300", "./pan", "-m1000000", "-w24"], cwd=folder, check=True, capture_output=True, text=True)
    if "max search depth too small" in done.stdout or "out of memory" in done.stdout or "hash table" in done.stderr:
        sys.exit(f"{variant or 'the model'}: not all was searched\n{done.stdout}")
    faults = int(re.search(r"errors: (\d+)", done.stdout)[1])
    states = re.search(r"(\S+) states, stored", done.stdout)[1]
    return faults, states, done.stdout


def main():
    if shutil.which("spin") is None or shutil.which("cc") is None:
        print("skipped: the model checker is not here (Debian: apt-get install spin gcc)")
        return SKIPPED
    failed = False
    for variant in sys.argv[1:] or VARIANTS:
        with tempfile.TemporaryDirectory(prefix="comity-model-") as folder:
            faults, states, told = check(variant, folder)
            right = (faults > 0) == bool(VARIANTS[variant])
            print(f"{'ok' if right else 'WRONG'}: {variant or 'as it is'}: {faults} faults in {states} states")
            if not right or sys.argv[1:]:
                print(told)
                if faults:
                    subprocess.run(["spin", "-t", "-p", "-g", *(f"-D{word}" for word in variant.split()), MODEL], cwd=folder, check=False)
            failed |= not right
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
