#!/usr/bin/env python3
"""Several real nodes of one community: joining, following, being cut off and killed, and agreeing afterwards.

    COMITY_PROGRAM=build/release/comity tests/system/federation_test.py [-v] [CASE...]
    COMITY_SEED=7 tests/system/federation_test.py Partition     replays a schedule; the seed is printed

Every node is a process with a data folder of its own; each line between two nodes is a proxy on loopback that can be cut.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

PROGRAM = os.environ.get("COMITY_PROGRAM") or os.environ.get("COMITY_BUILT") or "build/release/comity"
PATIENCE = 180  # seconds until something that must happen is given up


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Line:
    """A TCP line to a port that can be cut: connections end, and no new ones come about, until it is mended."""

    def __init__(self, to):
        self.to, self.whole, self.open = to, True, set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                here, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                if not self.whole:
                    here.close()
                    continue
            try:
                there = socket.create_connection(("127.0.0.1", self.to), timeout=5)
            except OSError:
                here.close()
                continue
            there.settimeout(None)
            with self.lock:
                self.open |= {here, there}
            for a, b in ((here, there), (there, here)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    def pump(self, a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        with self.lock:
            ended = a not in self.open
            self.open -= {a, b}
        if ended:  # the other direction has ended too
            a.close()
            b.close()

    def cut(self, whole=False):
        with self.lock:
            self.whole = whole
            open_now = set() if whole else set(self.open)
        for s in open_now:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.cut()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Node:
    def __init__(self, case, member):
        self.case, self.member = case, member
        self.data = case.folder / member
        self.port = free_port()
        self.process = None

    def run(self, *words, code=0):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "COMITY_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, env=env, cwd=self.case.folder, timeout=PATIENCE, check=False)
        if code is not None:
            self.case.assertEqual(done.returncode, code, f"{self.member}: {words}: {done.stderr.decode()}")
        return done.stdout.decode() if code == 0 or code is None else done.stderr.decode()

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))

    def start(self):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "LC_ALL": "C.UTF-8"}
        with open(self.case.folder / f"{self.member}.log", "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"],
                                            stdout=subprocess.PIPE, stderr=log, env=env)
        line = self.process.stdout.readline().decode()
        self.case.assertIn("listens", line, (self.case.folder / f"{self.member}.log").read_text())

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None

    def share(self, number, *words):
        """Acknowledged: the statement's id."""
        path = self.case.folder / f"list-{number}.txt"
        path.write_text(f"host-{number}.example.net\n")
        return self.json("share", path, "--tlp", "clear", "--as", self.member, *words)["id"]

    def url(self):
        return f"http://127.0.0.1:{self.port}"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comity-federation-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.nodes, self.lines = [], {}
        self.addCleanup(self.end)

    def end(self):
        for node in self.nodes:
            node.stop(signal.SIGKILL)
        for line in self.lines.values():
            line.close()

    def found(self, *members):
        """The first founds the community of all; every node's member key lies in its own folder."""
        self.nodes = [Node(self, member) for member in members]
        text = 'name = "Test Network"\npurpose = "To be tested."\norigin = "%s.example/log"\n' % members[0]
        first = self.nodes[0]
        for node in self.nodes:
            node.run("key", "generate", node.member)
            text += f'[[member]]\nid = "{node.member}"\nname = "Member {node.member}"\nclass = "technical"\nkey = "{node.member}.pub"\n'
            shutil.copy(node.data / "keys" / f"{node.member}.pub", self.folder)
            if node is not first:
                shutil.copy(node.data / "keys" / f"{node.member}.key", first.data / "keys")
        (self.folder / "charter.toml").write_text(text)
        self.charter = first.json("community", "found", "charter.toml")["id"]
        for node in self.nodes[1:]:
            (first.data / "keys" / f"{node.member}.key").unlink()
        first.run("node", "announce", "--url", first.url())
        first.start()

    def line(self, a, b):
        """The line over which a reaches b."""
        if (a.member, b.member) not in self.lines:
            self.lines[a.member, b.member] = Line(b.port)
        return self.lines[a.member, b.member]

    def join_all(self):
        first = self.nodes[0]
        for node in self.nodes[1:]:
            node.run("join", f"http://127.0.0.1:{self.line(node, first).port}", "--charter", self.charter, "--origin",
                     f"{node.member}.example/log")
            node.run("node", "announce", "--url", node.url())
            node.start()
        # Everybody hears of everybody by the first, then follows each.
        for node in self.nodes[1:]:
            first.run("node", "add", f"http://127.0.0.1:{self.line(first, node).port}", *self.keys_of(node))
        for a in self.nodes[1:]:
            for b in self.nodes[1:]:
                if a is not b:
                    a.run("node", "add", f"http://127.0.0.1:{self.line(a, b).port}", *self.keys_of(b))

    def keys_of(self, node):
        # Its announcement stands in its own log only so far.
        head = node.json("log", "head")
        return ["--key", head["key"], "--key", head["cosigner_key"]]

    def caught_up(self):
        sizes = {node.member: node.json("log", "head")["size"] for node in self.nodes}
        for node in self.nodes:
            for peer in node.json("node", "list"):
                if peer["applied"] != sizes[peer["log"].split(".")[0]] or peer["missing"]:
                    return False
        return True

    def wait_until_caught_up(self):
        end = time.monotonic() + PATIENCE
        while not self.caught_up():
            if time.monotonic() > end:
                self.fail("\n".join(node.run("node", "list", "--json") for node in self.nodes))
            time.sleep(0.3)

    def assert_agree(self, acknowledged):
        digests = {node.member: node.json("rebuild")["view_digest"] for node in self.nodes}
        self.assertEqual(len(set(digests.values())), 1, digests)
        for node in self.nodes:
            held = {s["id"] for s in node.json("statement", "list", "--limit", "1000")}
            self.assertEqual(set(acknowledged) - held, set(), node.member)
            self.assertEqual(node.json("check")["faults"], [])


class Joining(Case):
    def wait_for_followers(self, node):
        """The node's own line of its list, as soon as another says that it follows it."""
        end = time.monotonic() + PATIENCE
        while True:
            with urllib.request.urlopen(node.url() + "/api/v1/nodes", timeout=PATIENCE) as answer:
                own = next(one for one in json.load(answer)["items"] if one["own"])
            if own["followed_by"] or time.monotonic() > end:
                self.assertNotEqual(own["followed_by"], [])
                return own
            time.sleep(0.3)

    def test_a_new_node_needs_the_charters_digest_and_nothing_else(self):
        self.found("ke", "fr")
        first, second = self.nodes
        shared = first.share(1)
        wrong = "0" * 64
        self.assertIn("has no charter", second.run("join", first.url(), "--charter", wrong, "--origin", "fr.example/log", code=1))
        joined = second.json("join", first.url(), "--charter", self.charter, "--origin", "fr.example/log")
        self.assertEqual(joined["name"], "Test Network")
        self.assertEqual(joined["missing"], 0)
        self.assertIn(shared, [s["id"] for s in second.json("statement", "list")])
        self.assertEqual(second.json("rebuild"), first.json("rebuild"))
        # The other way round. That its log is fr's is said in that log alone, so far: fr's signature is what counts.
        second.start()
        self.assertIn("announced", first.run("node", "add", second.url(), code=1))
        second.run("node", "announce", "--url", second.url())
        first.run("node", "add", second.url())
        first.run("node", "sync")
        self.assertEqual([n["member"] for n in first.json("node", "status")], ["fr", "ke"])
        self.assertEqual(second.json("rebuild"), first.json("rebuild"))
        self.assertEqual([n["error"] for n in first.json("node", "list")], [None])
        first.run("node", "check")
        # What the map shows: each one's own edges, what the other says of itself, and whose witness is whose.
        first.stop()
        first.start()
        own = self.wait_for_followers(first)
        self.assertEqual(own["followed_by"][0]["member"], "fr")
        self.assertIsNotNone(own["followed_by"][0]["contact"])
        self.assertEqual(own["witness_key"], first.json("log", "head")["witness_key"])
        first.run("node", "remove", "fr.example")
        self.assertEqual(first.json("node", "list"), [])

    def test_by_a_file_as_over_the_line(self):
        self.found("ke", "fr")
        first, second = self.nodes
        second.run("join", first.url(), "--charter", self.charter, "--origin", "fr.example/log")
        held = first.json("log", "head")["size"]
        ids = [first.share(n) for n in range(3)]
        first.run("carry", "out", "all.carry")
        self.assertIn("exists", first.run("carry", "out", "all.carry", code=1))
        first.run("carry", "out", "new.carry", "--since", held)
        self.assertLessEqual((self.folder / "new.carry").stat().st_size, (self.folder / "all.carry").stat().st_size)
        self.assertEqual(second.json("carry", "in", "new.carry")["entries"], 3)
        self.assertEqual(second.json("carry", "in", "all.carry")["entries"], 0)
        self.assertLessEqual(set(ids), {s["id"] for s in second.json("statement", "list")})
        self.assertEqual(second.json("rebuild"), first.json("rebuild"))
        whole = (self.folder / "all.carry").read_bytes()
        (self.folder / "cut.carry").write_bytes(whole[:-100])
        self.assertIn("cut off", second.run("carry", "in", "cut.carry", code=1))

    def test_the_members_of_a_node_that_died_go_on_elsewhere(self):
        self.found("ke", "fr")
        first, second = self.nodes
        before = first.share(1)
        second.run("join", first.url(), "--charter", self.charter, "--origin", "fr.example/log")
        first.stop(signal.SIGKILL)
        key = self.folder / "ke.key"
        shutil.copy(first.data / "keys" / "ke.key", key)
        shutil.rmtree(first.data)
        path = self.folder / "after.txt"
        path.write_text("after.example.net\n")
        after = second.json("share", path, "--tlp", "clear", "--as", "ke", "--key", key)["id"]
        held = {s["id"]: s["author"] for s in second.json("statement", "list")}
        self.assertEqual(held[before], "ke")
        self.assertEqual(held[after], "ke")
        # And a third joins by the one that is left, the dead node's log included.
        second.run("node", "announce", "--url", second.url())
        second.start()
        third = Node(self, "no")
        self.nodes = [second, third]
        third.run("join", second.url(), "--charter", self.charter, "--origin", "no.example/log")
        self.assertEqual(third.json("rebuild"), second.json("rebuild"))


    def test_a_member_takes_all_that_is_its_own_to_another_node(self):
        self.found("ke", "fr")
        first, second = self.nodes
        before = first.share(1)
        second.run("join", first.url(), "--charter", self.charter, "--origin", "fr.example/log")
        alone = first.share(2)  # nobody has mirrored it when the node goes
        password = self.folder / "password"
        password.write_text("a long password\n")
        wrote = first.json("member", "export", "ke.member", "--as", "ke", "--password-file", password)
        self.assertEqual((wrote["keys"], wrote["missing"]), (1, []))
        file = self.folder / "ke.member"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(b"PRIVATE+KEY", file.read_bytes())
        self.assertIn("exists", first.run("member", "export", "ke.member", "--as", "ke", "--password-file", password, code=1))
        # As the member itself, over the line: the same statements, no key.
        remote = first.json("member", "export", "remote.member", "--as", "ke", "--node", first.url())
        self.assertEqual((remote["statements"], remote["keys"]), (wrote["statements"], 0))
        first.stop(signal.SIGKILL)
        shutil.rmtree(first.data)
        self.assertNotIn(alone, {s["id"] for s in second.json("statement", "list")})
        wrong = self.folder / "wrong"
        wrong.write_text("another password\n")
        self.assertIn("password", second.run("member", "import", "ke.member", "--keys", "--password-file", wrong, code=1))
        brought = second.json("member", "import", "ke.member", "--keys", "--password-file", password)
        self.assertEqual((brought["statements"], brought["keys"], brought["refused"]), (wrote["statements"], 1, []))
        self.assertLessEqual({before, alone}, {s["id"] for s in second.json("statement", "list")})
        again = second.json("member", "import", "remote.member")
        self.assertEqual((again["statements"], again["keys"]), (remote["statements"], 0))
        path = self.folder / "after.txt"
        path.write_text("after.example.net\n")
        after = second.json("share", path, "--tlp", "clear", "--as", "ke")["id"]
        self.assertEqual({s["id"]: s["author"] for s in second.json("statement", "list")}[after], "ke")
        self.assertEqual(second.json("check")["faults"], [])
        (self.folder / "cut.member").write_bytes(file.read_bytes()[:-5])
        self.assertIn("cut off", second.run("member", "import", "cut.member", code=1))


    def test_a_parcel_is_carried_by_nodes_that_cannot_open_it(self):
        self.found("ke", "fr", "no")
        first, _, third = self.nodes
        secret = self.folder / "names.csv"
        secret.write_text("name,number\nAmina,254\n")
        sent = first.json("parcel", "send", secret, "--for", "no", "--as", "ke")["id"]
        self.assertIn("no key at hand opens it", first.run("parcel", "open", sent, "--out", "-", code=1))
        self.assertIn("nobody", first.run("parcel", "send", secret, "--for", "nobody", "--as", "ke", code=1))
        key = third.data / "keys" / "no.key"
        opened = first.run("parcel", "open", sent, "--out", "-", "--key", key)
        self.assertEqual(opened, secret.read_text())
        self.assertNotIn(b"Amina", b"".join(p.read_bytes() for p in first.data.glob("comity.db*")))
        self.assertEqual(first.json("check")["faults"], [])


class Partition(Case):
    def test_nodes_cut_apart_and_killed_agree_when_they_meet_again(self):
        seed = int(os.environ.get("COMITY_SEED") or random.SystemRandom().randrange(10**6))
        print(f"seed {seed}: COMITY_SEED={seed} {sys.argv[0]} Partition", file=sys.stderr)
        rand = random.Random(seed)
        self.found("ke", "fr", "no", "jp")
        self.join_all()
        acknowledged = []
        for number in range(int(os.environ.get("COMITY_STEPS") or 40)):
            what = rand.random()
            if what < 0.55:
                node = rand.choice(self.nodes)
                acknowledged.append(node.share(number))  # by the command line on its folder, also while its server is down
            elif what < 0.7:
                half = set(rand.sample([n.member for n in self.nodes], rand.randint(1, 3)))
                for (a, b), line in self.lines.items():
                    if (a in half) != (b in half):
                        line.cut()
            elif what < 0.8:
                for line in self.lines.values():
                    line.cut(whole=True)
            elif what < 0.9:
                node = rand.choice(self.nodes)
                node.stop(signal.SIGKILL)
                if rand.random() < 0.5:
                    node.start()
            else:
                for node in self.nodes:
                    if node.process is None:
                        node.start()
        for line in self.lines.values():
            line.cut(whole=True)
        for node in self.nodes:
            if node.process is None:
                node.start()
        for node in self.nodes:
            node.run("node", "sync", code=None)  # at once; the servers would come to it by themselves
        self.wait_until_caught_up()
        self.assert_agree(acknowledged)


if __name__ == "__main__":
    unittest.main()
