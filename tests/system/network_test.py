#!/usr/bin/env python3
"""Three to seven nodes, each in a network namespace of its own, under what goes wrong between machines, in them, and by intent.

    COMITY_PROGRAM=build/release/comity tests/system/network_test.py [-v] [CASE...]
    COMITY_SEED=7 COMITY_STEPS=200 COMITY_NODES=7 tests/system/network_test.py Weather     a schedule again, longer, with seven
    COMITY_SCHEDULES=20 tests/system/network_test.py Weather                               as many schedules, one after the other

The explorer draws a schedule from a seed that it prints: partitions in every pattern, also one-way; lines that lose 30% and take
half a second; clocks hours ahead and behind; SIGKILL; a disk set back to an earlier copy. In the end all honest nodes show the
same, nothing that they acknowledged is lost, and who was set back is named by evidence that anyone can check.

Skipped, and says why, where network namespaces or TUN devices are not permitted.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from network import FAKETIME, NetCase, Node  # noqa: E402

STEPS = int(os.environ.get("COMITY_STEPS") or 30)


class Weather(NetCase):
    NODES = int(os.environ.get("COMITY_NODES") or 5)

    def test_whatever_goes_wrong_all_agree_in_the_end(self):
        schedules = int(os.environ.get("COMITY_SCHEDULES") or 1)
        seed = int(os.environ.get("COMITY_SEED") or random.SystemRandom().randrange(10**6))
        for number in range(schedules):
            print(f"seed {seed + number}: COMITY_SEED={seed + number} COMITY_NODES={self.NODES} COMITY_STEPS={STEPS} {sys.argv[0]} Weather",
                  file=sys.stderr)
            if FAKETIME is None:
                print("faketime is not installed: clocks are right", file=sys.stderr)
            if number > 0:
                self.end()
                shutil.rmtree(self.folder)
                self.folder.mkdir()
                self.found_and_join()
            self.run_schedule(random.Random(seed + number))

    def run_schedule(self, rand):
        self.acknowledged, self.liar, self.copy, self.said = [], None, None, 0
        self.since_copy = set()  # said at the node whose disk was copied, since then
        acts = [(self.share, 50), (self.partition, 16), (self.oneway, 4), (self.mend, 8), (self.kill, 8), (self.restart, 10), (self.storm, 8),
                (self.skew if FAKETIME else self.share, 5), (self.disk, 4)]
        for _ in range(STEPS):
            rand.choices([act for act, _ in acts], [weight for _, weight in acts])[0](rand)
        self.heal()

    def share(self, rand):
        node = rand.choice(self.nodes)
        self.said += 1
        path = self.folder / f"said-{self.said}.txt"
        path.write_text(f"host-{self.said}.example.net\n")
        # By the command line on its folder, also while its server is down.
        done = node.attempt("share", path, "--tlp", "clear", "--as", node.member, "--json")
        if done.returncode == 0:
            if node is not self.liar:
                self.acknowledged.append(self.id_in(done.stdout))
                if self.copy is not None and node is self.copy[0]:
                    self.since_copy.add(self.acknowledged[-1])
        else:  # a clock behind its own log, or a log that knows that it was set back, takes nothing and says so
            self.assertRegex(done.stderr.decode(), "comity: (clock|log): ")

    def id_in(self, out):
        return json.loads(out)["id"]

    def partition(self, rand):
        self.sky.mend()
        count = self.NODES
        pattern, one = rand.choice(["halves", "thirds", "ring", "star", "alone", "pairs"]), rand.randint(1, count)
        side = {n: rand.randint(0, 2 if pattern == "thirds" else 1) for n in range(1, count + 1)}
        for a in range(1, count + 1):
            for b in range(a + 1, count + 1):
                if {"halves": side[a] != side[b], "thirds": side[a] != side[b], "ring": b - a not in (1, count - 1), "star": one not in (a, b),
                    "alone": one in (a, b), "pairs": rand.random() < 0.5}[pattern]:
                    self.sky.cut(a, b)

    def oneway(self, rand):
        a, b = rand.sample(range(1, self.NODES + 1), 2)
        self.sky.cut(a, b, oneway=True)

    def mend(self, _):
        self.sky.mend()

    def kill(self, rand):
        rand.choice(self.nodes).stop(signal.SIGKILL)

    def restart(self, _):
        self.start_all()

    def storm(self, rand):
        self.sky.weather(rand.randint(1, self.NODES), loss=rand.choice([0.0, 0.1, 0.3]), delay=rand.choice([0.0, 0.05, 0.5]))

    def skew(self, rand):
        node = rand.choice(self.nodes)
        was_up = node.process is not None
        node.stop()
        node.skew = rand.randint(-7200, 7200)
        if was_up:
            node.start()

    def disk(self, rand):
        """The first time a node's folder is copied; the second time it is all that is left."""
        if self.liar is not None:
            return
        if self.copy is None:
            node = rand.choice(self.nodes[1:])
            self.copy = (node, self.copy_of(node))
            node.start()
        else:
            self.liar = self.copy[0]
            # What it had alone, and no mirror yet, is gone with its disk.
            mirrored = set().union(*(node.statements() for node in self.nodes if node is not self.liar))
            self.acknowledged = [id for id in self.acknowledged if id in mirrored or id not in self.since_copy]
            self.set_back(*self.copy)
            self.liar.start()

    def heal(self):
        self.sky.mend()
        self.sky.calm()
        honest = [node for node in self.nodes if node is not self.liar]
        for node in self.nodes:
            if node.skew:
                node.stop()
                node.skew = 0
        self.start_all()
        self.sync_all()
        self.assert_honest_agree(honest, self.acknowledged)
        if self.liar is not None:
            print(f"{self.liar.member} was set back to an earlier copy of its disk", file=sys.stderr)
            # Had it signed nothing since, there is nothing to prove; it knows by itself what it has lost, and signs no more.
            if any(node.evidence(self.liar.origin()) for node in honest):
                self.assert_named(honest, self.liar.origin())


class Lines(NetCase):
    NODES = 3

    def test_statements_come_through_lines_that_lose_a_third_and_take_half_a_second(self):
        for n in range(1, self.NODES + 1):
            self.sky.weather(n, loss=0.3, delay=0.5)
        kept = [node.share(n) for n, node in enumerate(self.nodes)]
        self.wait_for(lambda: all(set(kept) <= node.statements() for node in self.nodes), "they did not come through")
        self.assertGreater(self.sky.dropped, 0)
        self.sky.calm()
        self.assert_honest_agree(self.nodes, kept)
        first = self.nodes[0]
        self.wait_for(lambda: first.json("log", "head")["quorum"]["met"], "its checkpoint is not witnessed")


class Disk(NetCase):
    NODES = 4

    def test_a_disk_that_is_set_back_loses_nothing_for_the_others_and_is_named(self):
        victim, honest = self.nodes[1], [self.nodes[0], *self.nodes[2:]]
        kept = [victim.share(1)]
        self.sync_all()
        yesterday = self.copy_of(victim)
        victim.start()
        kept += [victim.share(n) for n in range(2, 6)]
        self.wait_for(lambda: all(set(kept) <= node.statements() for node in honest), "its statements did not come")
        self.set_back(victim, yesterday)
        # It hears from the others that its own log was longer once, and takes nothing more: not even by another process.
        victim.run("node", "sync", code=1)
        self.assertIn("takes no more statements", victim.run("share", self.list_file(7), "--tlp", "clear", "--as", "fr", code=1))
        victim.start()
        self.assertIn("takes no more statements", victim.run("share", self.list_file(7), "--tlp", "clear", "--as", "fr", code=1))
        self.assertEqual(honest[0].evidence(victim.origin()), [], "it has signed nothing that is false")
        self.assert_honest_agree(honest, kept)
        # One that goes on before it hears of that forks its log, and is named; nothing of the others is lost.
        for n in range(1, self.NODES + 1):
            self.sky.cut(2, n)
        self.set_back(victim, yesterday)
        forked = [victim.share(8), victim.share(9)]
        victim.start()
        self.sky.mend()
        self.sync_all()
        self.assert_named(honest, victim.origin())
        self.assert_honest_agree(honest, kept)
        # Its member brings what only the fork holds to another node, and the machine joins anew with another log.
        self.wait_for(lambda: "takes no more" in victim.run("share", self.list_file(7), "--tlp", "clear", "--as", "fr", code=None) or
                      victim.attempt("share", self.list_file(7), "--tlp", "clear", "--as", "fr").returncode == 1, "it goes on signing")
        password = self.folder / "password"
        password.write_text("a long password\n")
        victim.run("member", "export", "fr.member", "--as", "fr", "--password-file", password)
        victim.stop()
        shutil.rmtree(victim.data)
        victim.run("join", honest[0].url(), "--charter", self.charter, "--origin", "fr-2.example/log")
        victim.run("member", "import", "fr.member", "--keys", "--password-file", password)
        victim.run("node", "announce", "--url", victim.url(), "--as", "fr")
        victim.start()
        for node in honest:
            node.run("node", "remove", "fr.example")
            node.run("node", "add", victim.url(), *self.keys_of(victim))
        for node in honest[1:]:
            victim.run("node", "add", node.url())
        self.sync_all()
        self.assert_honest_agree(self.nodes, kept + forked)

    def list_file(self, number):
        path = self.folder / f"list-{number}.txt"
        path.write_text(f"host-{number}.example.net\n")
        return path


class Liar(NetCase):
    NODES = 4

    def test_a_log_that_shows_two_histories_is_named_by_all_and_divides_nobody(self):
        liar, honest = self.nodes[3], self.nodes[:3]
        apart = honest[2]
        before = [node.share(n) for n, node in enumerate(self.nodes)]
        self.wait_for(lambda: all(set(before) <= node.statements() for node in self.nodes), "the beginning did not come to all")
        copy = self.copy_of(liar)
        self.sky.twin(4)
        self.sky.show_twin(4, to=[3])
        twin = Node(self, "jp", 4, self.sky.twin_space(4))
        twin.data = copy
        self.addCleanup(twin.stop, signal.SIGKILL)
        # As long as they do not meet, each half believes what it is shown.
        for other in (1, 2):
            self.sky.cut(3, other)
        liar.start()
        twin.start()
        shown = [liar.share(10), liar.share(11)]
        hidden = [twin.share(20), twin.share(21)]
        self.wait_for(lambda: set(shown) <= honest[0].statements() and set(shown) <= honest[1].statements(), "one half did not hear")
        self.wait_for(lambda: set(hidden) <= apart.statements(), "the other half did not hear")
        self.assertFalse(set(hidden) & honest[0].statements())
        # They meet: both statements are by who signed them, whatever the log did.
        self.sky.mend()
        self.sync_all(honest)
        self.assert_named(honest, liar.origin(), {"split-view", "dropped-entries"})
        self.assert_honest_agree(honest, before + shown + hidden)
        # What one publishes, all hold; and the honest nodes go on hearing each other at once.
        piece = honest[0].evidence(liar.origin())[0]["id"]
        file = self.folder / "published.json"
        file.write_text(honest[0].run("evidence", "list", piece))
        honest[0].run("evidence", "publish", file, "--as", "ke")
        self.wait_for(lambda: all(any(one["published"] for one in node.evidence(liar.origin())) for node in honest), "it is not published to all", 30)
        after = honest[0].share(30)
        self.wait_for(lambda: all(after in node.statements() for node in honest), "honest nodes do not hear each other any more", 30)


if __name__ == "__main__":
    unittest.main()
