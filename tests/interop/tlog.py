"""tlog_verify (Go, golang.org/x/mod/sumdb) against a node whose log grows over several tiles. Takes the program's path."""
import json
import subprocess
import sys

from node import Node

STATEMENTS = 300  # more than one tile of 256


def main():
    with Node() as node:
        for n in range(10):
            statement = node.share(f"list-{n}.txt", f"bad-{n}.example.net\n", "--tlp", "clear")
        head = json.loads(node.comity("log", "head", "--json"))
        small = subprocess.run([sys.argv[1], "--forge", "--cosigner", head["cosigner_key"], "--id", statement, node.url, head["key"]],
                               check=False).returncode
        for n in range(STATEMENTS):
            statement = node.share(f"more-{n}.txt", f"more-{n}.example.net\n", "--tlp", "green")
        large = subprocess.run([sys.argv[1], "--forge", "--cosigner", head["cosigner_key"], "--id", statement, node.url, head["key"]],
                               check=False).returncode
    return small or large


if __name__ == "__main__":
    sys.exit(main())
