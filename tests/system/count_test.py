#!/usr/bin/env python3
"""Members on six nodes, one each, that let themselves be counted and nothing more: together, and nobody learns who.

    COMITY_PROGRAM=build/release/comity tests/system/count_test.py [-v] [CASE...]

A round takes more than a day, so the nodes' clocks are set (libfaketime): hits on a Sunday, keys on the Monday, counts on the Tuesday.
"""
import datetime
import json
import os
import subprocess
import time
import unittest

import federation_test as base
from network import FAKETIME

MEMBERS = ["ke", "fr", "no", "jp", "br", "nz"]
KEYS, COUNTS = "intelligence.count-key", "intelligence.count"
SEEN, UNSEEN = [f"seen-{n}.example.net" for n in range(20)], [f"unseen-{n}.example.net" for n in range(20)]


class Node(base.Node):
    skew = 0  # seconds that the clock is ahead

    def environment(self):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "COMITY_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        if Node.skew:  # what waits for some seconds is to wait for seconds
            env |= {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{Node.skew:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        return env

    def run(self, *words, code=0, typed=b""):
        done = subprocess.run([os.path.abspath(base.PROGRAM), *map(str, words)], capture_output=True, env=self.environment(), cwd=self.case.folder,
                              input=typed, timeout=base.PATIENCE, check=False)
        if code is not None:
            self.case.assertEqual(done.returncode, code, f"{self.member}: {words}: {done.stderr.decode()}")
        return done.stdout.decode() if code == 0 or code is None else done.stderr.decode()

    def start(self):
        with open(self.case.folder / f"{self.member}.log", "ab") as log:
            self.process = subprocess.Popen([os.path.abspath(base.PROGRAM), "serve", "--listen", f"127.0.0.1:{self.port}"], stdout=subprocess.PIPE,
                                            stderr=log, env=self.environment())
        line = self.process.stdout.readline().decode()
        self.case.assertIn("listens", line, (self.case.folder / f"{self.member}.log").read_text())

    def said(self, kind):
        return sorted(s["author"] for s in self.json("statement", "list", "--type", kind, "--limit", "100"))

    def counted(self, objects):
        return {o: [(w["week"], w["members"], w["among"]) for w in self.json("sighting", "show", o)["private"] if w["members"] is not None]
                for o in objects}


@unittest.skipIf(FAKETIME is None, "faketime is not installed")
class Together(base.Case):
    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, Node, "skew", 0)
        kept, base.Node = base.Node, Node
        try:
            Node.skew = 0
            self.set_clock(self.sunday())
            self.found(*MEMBERS)
            self.follow_all()
        finally:
            base.Node = kept

    def follow_all(self):
        """Each follows each with a token of an account there, so that what is for members alone comes too."""
        first, tokens = self.nodes[0], {}
        for node in self.nodes:
            if node is not first:
                node.run("join", first.url(), "--charter", self.charter, "--origin", f"{node.member}.example/log")
                node.run("node", "remove", "ke.example")
                node.run("node", "announce", "--url", node.url())
                node.start()
            node.run("account", "add", f"sync@{node.member}", "--client", typed=b"correct horse battery\n")
            tokens[node.member] = self.folder / f"{node.member}.token"
            tokens[node.member].write_text(node.run("token", "create", f"sync@{node.member}"))
        for b in self.nodes:
            keys = self.keys_of(b)
            for a in self.nodes:
                if a is not b:
                    a.run("node", "add", b.url(), "--token", tokens[b.member], *keys)

    def sunday(self):
        """Noon of the last day of this week, or of the next where that is over."""
        now = datetime.datetime.now(datetime.UTC)
        monday = (now - datetime.timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        noon = monday + datetime.timedelta(days=6, hours=12)
        self.week = monday if noon > now else monday + datetime.timedelta(days=7)
        return self.week + datetime.timedelta(days=6, hours=12)

    def set_clock(self, to):
        Node.skew = int((to - datetime.datetime.now(datetime.UTC)).total_seconds())

    def go_on_at(self, to):
        for node in self.nodes:
            node.stop()
        self.set_clock(to)
        for node in self.nodes:
            node.start()

    def wait_until(self, true, what):
        end = time.monotonic() + base.PATIENCE
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(f"--- {n.member}\n" + "".join((self.folder / f"{n.member}.log").read_text().splitlines(True)[-8:]) for n in self.nodes)
                self.fail(f"{what}\n{logs}")
            time.sleep(0.5)

    def test_six_members_on_six_nodes_are_counted_and_nobody_learns_who(self):
        first = self.nodes[0]
        (self.folder / "list.txt").write_text("\n".join(SEEN + UNSEEN) + "\n")
        first.run("share", "list.txt", "--tlp", "green", "--as", "ke")
        self.wait_until_caught_up()
        found = [item["object"] for item in first.json("intel", "search", "--type", "indicator", "--limit", "100", "--as", "ke")]
        ids = {name: next(o["id"] for o in found if f"'{name}'" in o["pattern"]) for name in SEEN + UNSEEN}
        (self.folder / "dns.log").write_text("\n".join(f"query {name}" for name in SEEN) + "\n")
        for node in self.nodes:
            self.hold_key(node)
            shown = node.json("sighting", "policy", "counted", "--together", "--as", node.member)
            self.assertEqual((shown["mode"], shown["together"], shown["round"]), ("counted", True, None))
            node.run("scan", "dns.log", "--report", "--as", node.member)
            self.assertEqual(len(node.json("sighting", "list", "--state", "counted")), len(SEEN))
        self.assertIn("--together", first.run("sighting", "policy", "--together", code=1))
        # Over the week: each says a key, and nobody more than that.
        monday = self.week + datetime.timedelta(days=7, hours=10)
        self.go_on_at(monday)
        self.wait_until(lambda: all(node.said(KEYS) == sorted(MEMBERS) for node in self.nodes), "not all have said a key")
        self.assertEqual([node.said(COUNTS) for node in self.nodes], [[]] * 6)
        self.assertEqual(first.counted(ids.values()), {o: [] for o in ids.values()})
        # One is away when the others say what they have met: nothing is told before it is back.
        last = self.nodes[-1]
        for node in self.nodes:
            node.stop()
        self.set_clock(self.week + datetime.timedelta(days=8, hours=10))
        for node in self.nodes[:-1]:
            node.start()
        self.wait_until(lambda: all(node.said(COUNTS) == sorted(MEMBERS[:-1]) for node in self.nodes[:-1]), "not all have said what they met")
        self.assertEqual(first.json("sighting", "policy")["round"], {"week": self.week.date().isoformat(), "members": 6, "awaited": ["nz"]})
        self.assertIn("waits for nz", first.run("sighting", "policy"))
        self.assertEqual(first.counted(ids.values()), {o: [] for o in ids.values()})
        last.start()
        self.wait_until(lambda: all(node.said(COUNTS) == sorted(MEMBERS) for node in self.nodes), "the last one's count did not come")
        # All show the same; what all have met is told of, but for what noise has hidden.
        told = first.counted(ids.values())
        for node in self.nodes[1:]:
            self.assertEqual(node.counted(ids.values()), told, node.member)
        met = [told[ids[name]] for name in SEEN if told[ids[name]]]
        made_up = [told[ids[name]] for name in UNSEEN if told[ids[name]]]
        self.assertGreater(len(met), len(made_up))
        for each in met:
            [(week, members, among)] = each
            self.assertEqual((week, among), (self.week.date().isoformat(), 6))
            self.assertIn(members, (5, 6))
        self.assertIn("of 6 that are counted together", first.run("sighting", "show", next(ids[n] for n in SEEN if told[ids[n]])))
        # Each has said one key and one count, and what they say is of one size.
        counts = first.json("statement", "list", "--type", COUNTS, "--limit", "100")
        self.assertEqual(len(counts), 6)
        self.wait_until_caught_up()
        self.assertEqual(len({node.json("rebuild")["view_digest"] for node in self.nodes}), 1)
        for node in self.nodes:
            self.assertEqual(node.json("check")["faults"], [], node.member)
        self.assertEqual(first.counted(ids.values()), told, "asking again tells nothing new")

    def hold_key(self, node):
        """A second key of the member's, that its node holds for it."""
        held = self.folder / f"custody-{node.member}"
        node.run("key", "generate", node.member, "--out", held)
        node.run("member", "add-key", held / f"{node.member}.pub", "--custody", "--as", node.member)
        (held / f"{node.member}.key").replace(node.data / "keys" / f"{node.member}.key")


if __name__ == "__main__":
    unittest.main()
