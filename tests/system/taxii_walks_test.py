#!/usr/bin/env python3
"""Two nodes on one PostgreSQL, killed again and again while several post and several walk over TAXII: what was
acknowledged is met by every walk, once.

    COMITY_PROGRAM=build/release/comity tests/system/taxii_walks_test.py [-v]
"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("COMITY_PROGRAM") or os.environ.get("COMITY_BUILT") or str(ROOT / "build/release/comity")
CHARTER = """
name = "Test Network"
purpose = "To be tested."
origin = "test.example/log"
[[member]]
id = "cert-ke"
name = "CERT KE"
class = "government"
key = "data/keys/cert-ke.pub"
custody = true
"""
TYPE = "application/taxii+json;version=2.1"
COLLECTION = "/taxii2/community/collections/all"
BATCHES = 40  # of each writer
KILLS = 6
PATIENCE = 120  # seconds until what must succeed is given up


class Serving:
    """One `comity serve` at a port of its own, killed and started again."""

    def __init__(self, comity, log):
        self.comity, self.log = comity, log
        self.process = self.url = None

    def start(self, listen="127.0.0.1:0"):
        self.process = subprocess.Popen([*self.comity, "serve", "--listen", listen], stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("Comity listens at "):
            raise RuntimeError("the node does not start: " + line)
        self.url = line.split()[-1].rstrip("/")

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()

    def kill_and_start(self):
        self.end(signal.SIGKILL)
        self.start(self.url.split("//")[1])


class Walks(unittest.TestCase):
    def setUp(self):
        if not shutil.which("psql") or not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            self.skipTest("PostgreSQL is not installed")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comity-walks-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o755)
        script, cluster = str(ROOT / "scripts/postgres.sh"), str(self.folder / "pg")
        url = subprocess.run(["sh", script, "start", cluster], capture_output=True, text=True, check=True).stdout.strip()
        self.addCleanup(subprocess.run, ["sh", script, "stop", cluster], capture_output=True, check=False)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        (data / "comity.toml").write_text(f'[database]\nurl = "{url}"\n')
        (self.folder / "charter.toml").write_text(CHARTER)
        self.comity = [PROGRAM, "--data", str(data)]
        self.run_comity("key", "generate", "cert-ke")
        self.run_comity("community", "found", "charter.toml")
        self.run_comity("account", "add", "amina@cert-ke", "--password-file", "-", text="a password of tests\n")
        self.token = self.run_comity("token", "create", "amina@cert-ke", "--name", "t", "--scope", "read", "--scope", "submit").strip()
        log = (self.folder / "serve.log").open("w")
        self.addCleanup(log.close)
        self.nodes = [Serving(self.comity, log) for _ in range(2)]
        for node in self.nodes:
            node.start()
            self.addCleanup(node.end, signal.SIGKILL)
        self.writing = True
        self.faults = []

    def run_comity(self, *arguments, text=None):
        run = subprocess.run([*self.comity, *arguments], input=text, capture_output=True, text=True, cwd=self.folder, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def ask(self, chance, method, path, body=None):
        """By either node, again where one is down: every request here may be repeated."""
        deadline = time.monotonic() + PATIENCE
        while True:
            request = urllib.request.Request(chance.choice(self.nodes).url + path, data=body, method=method, headers={
                "Authorization": "Bearer " + self.token, "Accept": TYPE, "Content-Type": TYPE})
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    return json.load(answer), answer.headers
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:500]}") from error
            except (OSError, ValueError):  # refused, reset, cut short
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"{method} {path}: no answer in {PATIENCE} seconds")
            time.sleep(0.05)

    def write(self, writer, taken):
        chance = random.Random(writer)
        for batch in range(BATCHES):
            objects = []
            for n in range(chance.randint(1, 20)):
                name = f"w{writer}-{batch}-{n}.example.net"
                objects.append({"type": "domain-name", "id": f"domain-name--{uuid.uuid5(uuid.NAMESPACE_DNS, name)}", "value": name})
            status, _ = self.ask(chance, "POST", COLLECTION + "/objects/", json.dumps({"objects": objects}).encode())
            if status["failure_count"]:
                raise RuntimeError(status["failures"][0]["message"])
            taken.update(each["id"] for each in objects)

    def walk(self, walker, path, by_next, met):
        chance = random.Random(100 + walker)
        after, last_round = "", False
        while not last_round:
            last_round = not self.writing
            following = ""
            while True:
                page, headers = self.ask(chance, "GET", f"{COLLECTION}{path}?limit={chance.randint(1, 40)}{after}{following}")
                met.extend(each["id"] for each in page.get("objects", []))
                if page.get("more") and by_next:
                    following = "&next=" + page["next"]
                    continue
                following = ""
                if page.get("objects"):
                    after = "&added_after=" + headers["X-TAXII-Date-Added-Last"]
                if not page.get("more"):
                    break

    def guarded(self, function, *arguments):
        def run():
            try:
                function(*arguments)
            except Exception as error:  # told by the test's own thread
                self.faults.append(error)
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def test_meet_everything_once_while_nodes_are_killed(self):
        taken = [set() for _ in range(3)]
        met = [[] for _ in range(4)]
        writers = [self.guarded(self.write, n, taken[n]) for n in range(len(taken))]
        walkers = [self.guarded(self.walk, n, ("/objects/", "/manifest/")[n % 2], n < 2, met[n]) for n in range(len(met))]
        chance = random.Random(7)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.8))
            chance.choice(self.nodes).kill_and_start()
        for writer in writers:
            writer.join()
        self.writing = False
        for walker in walkers:
            walker.join()
        self.assertEqual(self.faults, [])
        everything = set().union(*taken)
        for ids in met:
            self.assertEqual(len(ids), len(set(ids)), "something was met twice")
            self.assertEqual(set(ids), everything)
            self.assertEqual(ids, met[0], "not in one order")
        self.run_comity("check")  # fails where the store is not sound


if __name__ == "__main__":
    unittest.main()
