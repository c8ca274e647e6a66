"""Other people's witness cosigns our log, and Tessera's fsck reads our log through.

omniwitness (transparency-dev/witness) and fsck (Tessera), built from the Go proxy into the folder that is given.
Its last line is "N passed, M failed".
"""
import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from node import ORIGIN, Node
from report import Report

STATEMENTS = 300  # over more than one tile


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(answer, seconds=60):
    """What it answers once it answers something; nothing where it does not in that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := answer():
                return found
        except (OSError, urllib.error.HTTPError):
            pass
        time.sleep(0.2)
    return None


def witnessed(node, peers, report):
    head = json.loads(node.comity("log", "head", "--json"))
    made = subprocess.run([peers / "generate_keys", "--origin=omni.example/w", "--print"], capture_output=True, text=True, check=True).stdout.split()
    key = node.file("omni.key", made[0])
    logs = node.file("logs.yaml", f"Logs:\n  - Origin: {ORIGIN}\n    URL: {node.url}/log/\n    PublicKey: {head['key']}\n")
    port = free_port()
    with (node.folder / "omni.log").open("w") as log, subprocess.Popen(
            [peers / "omniwitness", f"--listen=127.0.0.1:{port}", "--metrics_listen=", f"--db_file={node.folder / 'omni.db'}",
             f"--private_key_path={key}", f"--additional_logs={logs}"], stdout=log, stderr=log) as omni:
        try:
            policy = f"log {head['key']}\nwitness omni {made[1]} http://127.0.0.1:{port}\nquorum omni\n"
            node.serve(policy)
            shown = until(lambda: "omni.example/w" in node.raw("/log/witnessed"))
            report.check("omniwitness cosigns our checkpoint", bool(shown), (node.folder / "omni.log").read_text()[-2000:])
            for n in range(5):
                statement = node.share(f"witnessed-{n}.txt", f"witnessed-{n}.example.net\n", "--tlp", "clear")
                size = json.loads(node.comity("log", "head", "--json"))["size"]
                grown = until(lambda size=size: int(node.raw("/log/witnessed").splitlines()[1]) >= size)
                report.check(f"and the one of {size} entries after it", bool(grown), (node.folder / "log").read_text()[-2000:])
            node.comity("log", "prove", statement, "--bundle", "--out", str(node.folder / "it.tlog-proof"))
            policy_file = node.file("policy.tlog", policy)
            checked = node.comity("log", "verify", str(node.folder / "it.tlog-proof"), "--policy", policy_file)
            report.check("a proof with its cosignature meets the policy, offline", "omni" in checked, checked)
        finally:
            omni.terminate()
            omni.wait(timeout=30)
    return head


def read_through(node, peers, head, report):
    for n in range(STATEMENTS):
        node.share(f"more-{n}.txt", f"more-{n}.example.net\n", "--tlp", "clear")
    key = node.file("log.vkey", head["key"])
    run = subprocess.run([peers / "fsck", f"--storage_url={node.url}/log/", f"--public_key={key}", "--ui=false"], capture_output=True, text=True,
                         timeout=240, check=False)
    report.check("Tessera's fsck reads our log through and finds nothing", run.returncode == 0, run.stderr[-2000:])


def main():
    peers, report = pathlib.Path(sys.argv[1]), Report()
    with Node() as node:
        head = witnessed(node, peers, report)
        read_through(node, peers, head, report)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
