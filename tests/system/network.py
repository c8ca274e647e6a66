"""Real nodes, each on a machine of its own under a sky of ours (sky.py): what the tests of networks share."""
import glob
import json
import os
import shutil
import signal
import subprocess
import time

import federation_test as base
import sky

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
MEMBERS = ["ke", "fr", "no", "jp", "br", "nz", "in"]


class Node(base.Node):
    def __init__(self, case, member, number, space=None):
        super().__init__(case, member)
        self.number = number
        self.space = space or case.sky.space(number)
        self.skew = 0  # seconds that its clock is wrong

    def words(self, words):
        return ["ip", "netns", "exec", self.space, os.path.abspath(base.PROGRAM), *map(str, words)]

    def environment(self):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "COMITY_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        if self.skew:  # not by the program faketime, which would stand between a signal and the node
            env |= {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{self.skew:+d}s"}
        return env

    def attempt(self, *words):
        return subprocess.run(self.words(words), capture_output=True, env=self.environment(), cwd=self.case.folder, timeout=base.PATIENCE, check=False)

    def run(self, *words, code=0):
        done = self.attempt(*words)
        if code is not None:
            self.case.assertEqual(done.returncode, code, f"{self.member}: {words}: {done.stderr.decode()}")
        return done.stdout.decode() if code == 0 or code is None else done.stderr.decode()

    def start(self):
        with open(self.log_file(), "ab") as log:
            self.process = subprocess.Popen(self.words(["serve", "--listen", f"10.99.{self.number}.2:8080"]), stdout=subprocess.PIPE, stderr=log,
                                            env=self.environment())
        line = self.process.stdout.readline().decode()
        self.case.assertIn("listens", line, self.log_file().read_text())

    def log_file(self):
        return self.case.folder / f"{self.data.name}.log"

    def url(self):
        return f"http://10.99.{self.number}.2:8080"

    def origin(self):
        return f"{self.member}.example/log"

    def statements(self):
        return {s["id"] for s in self.json("statement", "list", "--limit", "1000")}

    def evidence(self, against):
        """What it holds against a log."""
        return [piece for piece in self.json("evidence", "list") if piece["origin"] == against]


class NetCase(base.Case):
    NODES = 3

    def setUp(self):
        reason = sky.why_not()
        if reason:
            self.skipTest(reason)
        super().setUp()
        self.sky = sky.Sky(self.NODES)
        self.addCleanup(self.sky.close)
        self.found_and_join()

    def found_and_join(self):
        members = MEMBERS[:self.NODES]
        nodes = iter([Node(self, member, n) for n, member in enumerate(members, 1)])
        kept, base.Node = base.Node, lambda case, member: next(nodes)
        try:
            self.found(*members)
        finally:
            base.Node = kept
        first = self.nodes[0]
        for node in self.nodes[1:]:
            node.run("join", first.url(), "--charter", self.charter, "--origin", node.origin())
            node.run("node", "announce", "--url", node.url())
        self.keys = {node.member: self.keys_of(node) for node in self.nodes}
        self.write_policies()
        first.stop()
        self.start_all()
        for a in self.nodes:
            for b in self.nodes:
                if a is not b and (b is not first or a is first):
                    a.run("node", "add", b.url(), *self.keys[b.member])

    def write_policies(self):
        """Every node knows all logs, asks all others' witnesses, and wants half of them."""
        heads = {node.member: node.json("log", "head") for node in self.nodes}
        for node in self.nodes:
            text, names = "", []
            for other in self.nodes:
                text += f"log {heads[other.member]['key']} {other.url()}\n"
                if other is not node:
                    text += f"witness {other.member} {heads[other.member]['witness_key']} {other.url()}/witness\n"
                    names.append(other.member)
            text += f"group half {(len(names) + 1) // 2} {' '.join(names)}\nquorum half\n"
            (node.data / "policy.tlog").write_text(text)

    def start_all(self):
        for node in self.nodes:
            if node.process is None:
                node.start()

    def wait_for(self, true, what, patience=None):
        end = time.monotonic() + (patience or base.PATIENCE)
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(f"--- {node.member}\n" + "".join(node.log_file().read_text().splitlines(True)[-15:]) for node in self.nodes)
                self.fail(f"{what}\n{logs}")
            time.sleep(0.3)

    def sync_all(self, nodes=None):
        """At once; the servers would come to it by themselves."""
        for node in nodes or self.nodes:
            node.run("node", "sync", code=None)

    def set_back(self, node, copy):
        """Its disk is what the copy is."""
        node.stop(signal.SIGKILL)
        shutil.rmtree(node.data)
        shutil.copytree(copy, node.data)

    def copy_of(self, node):
        node.stop()
        copy = self.folder / f"{node.member}-copy-{time.monotonic_ns()}"
        shutil.copytree(node.data, copy)
        return copy

    def assert_honest_agree(self, honest, acknowledged):
        self.wait_for(lambda: all(set(acknowledged) <= node.statements() for node in honest), "not all that was acknowledged came to all")
        digests = {node.member: node.json("rebuild")["view_digest"] for node in honest}
        self.assertEqual(len(set(digests.values())), 1, digests)
        for node in honest:
            self.assertEqual(node.json("check")["faults"], [], node.member)

    def assert_named(self, honest, origin, kinds=()):
        """Each of the honest nodes holds evidence against the log that anyone can check."""
        for node in honest:
            self.wait_for(lambda node=node: node.evidence(origin), f"{node.member} does not name {origin}", 60)
            found = node.evidence(origin)
            for piece in found:
                file = self.folder / f"evidence-{node.member}.json"
                file.write_text(node.run("evidence", "list", piece["id"]))
                checked = json.loads(node.run("evidence", "check", file, "--json"))
                self.assertEqual(checked["kind"], piece["kind"])
            if kinds:
                self.assertTrue({piece["kind"] for piece in found} & set(kinds), found)
