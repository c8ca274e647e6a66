#!/usr/bin/env python3
"""Five nodes, each in a network namespace of its own, under a random schedule of what goes wrong between machines and in them.

    COMITY_PROGRAM=build/release/comity tests/system/network_test.py [-v] [CASE...]
    COMITY_SEED=7 COMITY_STEPS=200 COMITY_NODES=7 tests/system/network_test.py Weather     a schedule again, longer, with seven

Partitions come in every pattern, since each pair of nodes is cut by itself, also in a ring and a star; nodes are killed; lines
lose packets and are slow where the kernel has netem; clocks go wrong where faketime is installed; a disk is set back to
yesterday's copy. In the end all honest nodes show the same, nothing that was acknowledged is lost, and who was set back is named.

Skipped, and says why, where network namespaces are not permitted.
"""
import glob
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

import federation_test as base

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
NODES = int(os.environ.get("COMITY_NODES") or 5)
STEPS = int(os.environ.get("COMITY_STEPS") or 30)


def ip(*words, check=True):
    return subprocess.run(["ip", *map(str, words)], check=check, capture_output=True)


def why_not():
    """What is missing to make networks here; empty: nothing."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "network namespaces need root and iproute2"
    name = f"comity-try-{os.getpid()}"
    made = ip("netns", "add", name, check=False)
    if made.returncode != 0:
        return "network namespaces are not permitted here: " + made.stderr.decode().strip()
    ip("netns", "del", name)
    return ""


class Net:
    """A router, and a namespace for each node at 10.99.<n>.2."""

    def __init__(self, count):
        self.prefix = f"co{os.getpid() % 100000}"
        self.router = self.prefix + "r"
        self.count = count
        self.cuts = set()
        try:
            self.make()
        except (subprocess.CalledProcessError, OSError):
            self.close()
            raise

    def make(self):
        ip("netns", "add", self.router)
        subprocess.run(["ip", "netns", "exec", self.router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"], check=True, capture_output=True)
        for n in range(1, self.count + 1):
            ip("netns", "add", self.space(n))
            ip("link", "add", f"{self.prefix}v{n}", "netns", self.router, "type", "veth", "peer", "name", "eth0", "netns", self.space(n))
            ip("-n", self.router, "addr", "add", f"10.99.{n}.1/24", "dev", f"{self.prefix}v{n}")
            ip("-n", self.router, "link", "set", f"{self.prefix}v{n}", "up")
            ip("-n", self.space(n), "addr", "add", f"10.99.{n}.2/24", "dev", "eth0")
            ip("-n", self.space(n), "link", "set", "eth0", "up")
            ip("-n", self.space(n), "link", "set", "lo", "up")
            ip("-n", self.space(n), "route", "add", "default", "via", f"10.99.{n}.1")

    def space(self, n):
        return f"{self.prefix}n{n}"

    def cut(self, a, b):
        """What a sends to b goes nowhere, and the other way round."""
        for here, there in ((a, b), (b, a)):
            ip("-n", self.space(here), "route", "replace", "blackhole", f"10.99.{there}.2/32")
        self.cuts.add((min(a, b), max(a, b)))

    def mend(self):
        for a, b in self.cuts:
            for here, there in ((a, b), (b, a)):
                ip("-n", self.space(here), "route", "del", "blackhole", f"10.99.{there}.2/32", check=False)
        self.cuts.clear()

    def weather(self, n, *netem):
        """Loss and delay of what the node sends; False where the kernel has none of it."""
        done = subprocess.run(["ip", "netns", "exec", self.space(n), "tc", "qdisc", "replace", "dev", "eth0", "root", "netem", *netem],
                              check=False, capture_output=True)
        return done.returncode == 0

    def close(self):
        for n in range(1, self.count + 1):
            ip("netns", "del", self.space(n), check=False)
        ip("netns", "del", self.router, check=False)


class Node(base.Node):
    def __init__(self, case, member, net, number):
        super().__init__(case, member)
        self.net, self.number = net, number
        self.skew = 0  # seconds that its clock is wrong

    def words(self, words):
        return ["ip", "netns", "exec", self.net.space(self.number), os.path.abspath(base.PROGRAM), *map(str, words)]

    def environment(self):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "COMITY_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        if self.skew:  # not by the program faketime, which would stand between a signal and the node
            env |= {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{self.skew:+d}s"}
        return env

    def run(self, *words, code=0):
        done = subprocess.run(self.words(words), capture_output=True, env=self.environment(), cwd=self.case.folder, timeout=base.PATIENCE,
                              check=False)
        if code is not None:
            self.case.assertEqual(done.returncode, code, f"{self.member}: {words}: {done.stderr.decode()}")
        return done.stdout.decode() if code == 0 or code is None else done.stderr.decode()

    def start(self):
        with open(self.case.folder / f"{self.member}.log", "ab") as log:
            self.process = subprocess.Popen(self.words(["serve", "--listen", f"10.99.{self.number}.2:8080"]), stdout=subprocess.PIPE, stderr=log,
                                            env=self.environment())
        line = self.process.stdout.readline().decode()
        self.case.assertIn("listens", line, (self.case.folder / f"{self.member}.log").read_text())

    def url(self):
        return f"http://10.99.{self.number}.2:8080"


class NetCase(base.Case):
    def setUp(self):
        reason = why_not()
        if reason:
            self.skipTest(reason)
        super().setUp()
        try:
            self.net = Net(NODES)
        except (subprocess.CalledProcessError, OSError) as error:
            self.skipTest(f"networks cannot be made here: {error}")
        self.addCleanup(self.net.close)

    def found(self, *members):
        nodes = [Node(self, member, self.net, n) for n, member in enumerate(members, 1)]
        made = iter(nodes)
        kept, base.Node = base.Node, lambda case, member: next(made)
        try:
            super().found(*members)
        finally:
            base.Node = kept

    def join_all(self):
        first = self.nodes[0]
        for node in self.nodes[1:]:
            node.run("join", first.url(), "--charter", self.charter, "--origin", f"{node.member}.example/log")
            node.run("node", "announce", "--url", node.url())
            node.start()
        for a in self.nodes:
            for b in self.nodes:
                if a is not b and (b is not first or a is first):
                    a.run("node", "add", b.url(), *self.keys_of(b))

    def start_all(self):
        for node in self.nodes:
            if node.process is None:
                node.start()


MEMBERS = ["ke", "fr", "no", "jp", "br", "nz", "in"]


class Weather(NetCase):
    def test_whatever_goes_wrong_all_agree_in_the_end(self):
        seed = int(os.environ.get("COMITY_SEED") or random.SystemRandom().randrange(10**6))
        print(f"seed {seed}: COMITY_SEED={seed} {sys.argv[0]} Weather", file=sys.stderr)
        rand = random.Random(seed)
        self.found(*MEMBERS[:NODES])
        self.join_all()
        netem = self.net.weather(1, "delay", "1ms")
        print(f"netem: {'yes' if netem else 'the kernel has none: lines are cut, but neither slow nor lossy'}; "
              f"faketime: {'yes' if FAKETIME else 'not installed: clocks are right'}", file=sys.stderr)
        numbers = range(1, NODES + 1)
        acknowledged = []
        for step in range(STEPS):
            what = rand.random()
            node = rand.choice(self.nodes)
            if what < 0.5:
                acknowledged.append(node.share(step))
            elif what < 0.68:
                self.net.mend()
                pattern = rand.choice(["halves", "ring", "star", "alone", "pairs"])
                one = rand.choice(numbers)
                half = set(rand.sample(list(numbers), NODES // 2))
                for a in numbers:
                    for b in range(a + 1, NODES + 1):
                        if {"halves": (a in half) != (b in half),
                            "ring": b - a not in (1, NODES - 1),
                            "star": one not in (a, b),
                            "alone": one in (a, b),
                            "pairs": rand.random() < 0.5}[pattern]:
                            self.net.cut(a, b)
            elif what < 0.76:
                self.net.mend()
            elif what < 0.84:
                node.stop(signal.SIGKILL)
            elif what < 0.92:
                self.start_all()
            elif netem and what < 0.97:
                self.net.weather(node.number, "loss", f"{rand.randint(0, 30)}%", "delay", f"{rand.choice([0, 50, 500])}ms")
            elif FAKETIME:
                # Ahead alone: a clock behind the log's newest checkpoint takes no statements, and says so.
                node.stop()
                node.skew += rand.randint(0, 7200)
                node.start()
        self.net.mend()
        for n in numbers:
            if netem:
                self.net.weather(n, "delay", "0ms")
        self.start_all()
        for node in self.nodes:
            node.run("node", "sync", code=None)
        self.wait_until_caught_up()
        self.assert_agree(acknowledged)


class Disk(NetCase):
    def test_a_disk_that_is_set_back_loses_nothing_for_the_others_and_is_named(self):
        self.found(*MEMBERS[:3])
        self.join_all()
        victim, other = self.nodes[1], self.nodes[2]
        kept = [victim.share(1)]
        self.wait_until_caught_up()
        victim.stop()
        yesterday = self.folder / "yesterday"
        shutil.copytree(victim.data, yesterday)
        victim.start()
        kept += [victim.share(n) for n in range(2, 6)]
        self.wait_until_caught_up()
        victim.stop(signal.SIGKILL)
        shutil.rmtree(victim.data)
        shutil.copytree(yesterday, victim.data)
        # It hears from the others that its own log was longer once.
        victim.run("node", "sync", code=1)
        for peer in victim.json("node", "list"):
            self.assertIn("lost entries", peer["error"])
        # Whoever goes on all the same forks its log: the others take nothing of that, and hold both of its notes.
        victim.share(7)
        victim.start()
        deadline = time.monotonic() + base.PATIENCE
        while not json.loads(other.run("node", "check", "--json", code=None) or "{}").get("contradictions"):
            self.assertLess(time.monotonic(), deadline, "it is not named")
            time.sleep(0.5)
        held = {s["id"] for s in other.json("statement", "list", "--limit", "1000")}
        self.assertEqual(set(kept) - held, set(), "what was acknowledged is lost")
        self.assertEqual(other.json("check")["faults"], [])
        self.assertEqual(self.nodes[0].json("rebuild")["view_digest"], other.json("rebuild")["view_digest"])


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    unittest.main()
