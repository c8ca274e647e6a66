#!/usr/bin/env python3
"""A node among those that mean it ill: mirrors whose every answer may be wrong, and clients that are slow, endless or nonsense.

    COMITY_PROGRAM=build/release/comity tests/system/hostile_test.py [-v] [CASE...]
    COMITY_SEED=7 tests/system/hostile_test.py Mirror     the same lies and bytes again; the seed is printed
    COMITY_ALL=1 tests/system/hostile_test.py Mirror      every lie about every kind of answer, some minutes

A proxy stands before an honest node and spoils one kind of answer in one way at a time. Whatever it does, the mirror ends in
time and by itself, says why, and shows what is true or less, never anything else.
"""
import contextlib
import gzip
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import struct
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import federation_test as base  # noqa: E402

ALL = bool(os.environ.get("COMITY_ALL"))  # every lie about every kind of answer, not some of each

KINDS = {
    "logs": r"^/api/v1/logs$",
    "checkpoint": r"^/log/checkpoint$",
    "hashes": r"^/log/tile/\d",
    "entries": r"^/log/tile/entries/",
    "checkpoints": r"^/api/v1/logs/\w+/checkpoints",
    "package": r"^/api/v1/logs/\w+/packages/",
    "objects": r"^/api/v1/statements/\w+/objects",
    "attachment": r"^/api/v1/statements/\w+/attachments/",
}


ID = "8e2e2d2b-17d4-4cbf-938f-%012x"


def answer(body, status="200 OK", headers=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def flipped(body, rand):
    if not body:
        return b"x"
    at = rand.randrange(len(body))
    return body[:at] + bytes([body[at] ^ 1 << rand.randrange(8)]) + body[at + 1:]


def chunked(body):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body


# What the true answer becomes: bytes as they go over the line.
LIES = {
    "a bit changed": lambda b, r: answer(flipped(b, r)),
    "some bits changed": lambda b, r: answer(flipped(flipped(flipped(b, r), r), r)),
    "cut short": lambda b, r: answer(b[:len(b) // 2]),
    "a byte short": lambda b, r: answer(b[:-1]),
    "a byte more": lambda b, r: answer(b + b"\x00"),
    "twice": lambda b, r: answer(b + b),
    "a part twice": lambda b, r: answer(b[:len(b) // 2] + b),
    "empty": lambda b, r: answer(b""),
    "noise": lambda b, r: answer(r.randbytes(max(1, len(b)))),
    "zeros": lambda b, r: answer(bytes(len(b))),
    "an empty list": lambda b, r: answer(b'{"items":[]}'),
    "null": lambda b, r: answer(b"null"),
    "deep": lambda b, r: answer(b"[" * 200_000),
    "numbers out of range": lambda b, r: answer(re.sub(rb"\d+", b"99999999999999999999", b)),
    "negative numbers": lambda b, r: answer(re.sub(rb"(?<=[:\n])\d", b"-1", b)),
    "words elsewhere": lambda b, r: answer(b"\n".join(sorted(b.split(b"\n")))),
    "oversized": lambda b, r: answer(b" " * (100 << 20)),
    "without end": lambda b, r: chunked(b"".join(b"10000\r\n" + bytes(0x10000) + b"\r\n" for _ in range(1600))),
    "chunks that are none": lambda b, r: chunked(b"zz\r\n" + b),
    "a chunk of 2^63": lambda b, r: chunked(b"7fffffffffffffff\r\n" + b),
    "shorter than it says": lambda b, r: answer(b).replace(b"Content-Length: ", b"Content-Length: 9", 1),
    "a bomb": lambda b, r: answer(gzip.compress(bytes(300 << 20), 1), headers=["Content-Encoding: gzip"]),
    "a bomb in a bomb": lambda b, r: answer(gzip.compress(gzip.compress(bytes(300 << 20), 9)), headers=["Content-Encoding: gzip, gzip"]),
    "gzip that is none": lambda b, r: answer(b, headers=["Content-Encoding: gzip"]),
    "gzip cut short": lambda b, r: answer(gzip.compress(b)[:-5], headers=["Content-Encoding: gzip"]),
    "a coding nobody knows": lambda b, r: answer(b, headers=["Content-Encoding: rot13"]),
    "elsewhere": lambda b, r: answer(b"", "302 Found", ["Location: http://127.0.0.1:9/"]),
    "elsewhere, to a file": lambda b, r: answer(b"", "301 Moved", ["Location: file:///etc/passwd"]),
    "to itself": lambda b, r: answer(b"", "307 Again", ["Location: /log/checkpoint"]),
    "an error": lambda b, r: answer(b"no", "500 Oops"),
    "busy": lambda b, r: answer(b"", "503 Busy", ["Retry-After: 99999999999"]),
    "not there": lambda b, r: answer(b"", "404 Gone"),
    "no status": lambda b, r: b"nonsense\r\n\r\n",
    "a status of 999": lambda b, r: answer(b, "999 What"),
    "headers without end": lambda b, r: b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200_000)) + b"\r\n" + b,
    "nothing": lambda b, r: b"",
    "a reset": None,
}


class Spoiler:
    """Before a node: passes on what it answers, but for one kind of answer, which it spoils."""

    def __init__(self, to):
        self.to, self.kind, self.lie, self.rand = to, None, None, None
        self.spoiled = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        there = http.client.HTTPConnection("127.0.0.1", self.to, timeout=60)
        with client, contextlib.closing(there):
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    more = client.recv(65536)
                    if not more:
                        return
                    head += more
                path = head.split(b" ", 2)[1].decode()
                there.request("GET", path)
                response = there.getresponse()
                body = response.read()
                if response.status == 200 and self.kind and re.search(KINDS[self.kind], path):
                    self.spoiled += 1
                    if self.lie is None:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        return
                    if self.lie == "a trickle":
                        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                        while True:
                            client.sendall(b"x")
                            time.sleep(0.5)
                    client.sendall(self.lie(body, self.rand))
                else:
                    client.sendall(answer(body, f"{response.status} X"))
            except OSError:
                pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Hostile(base.Case):
    def founded(self):
        """A node with a log over several tiles' width, objects that go by themselves, and an attachment."""
        self.found("ke", "fr")
        node, other = self.nodes
        for n in range(12):
            node.share(n)
        many = {"type": "bundle", "id": "bundle--" + ID % 0, "objects": [
            {"type": "indicator", "spec_version": "2.1", "id": "indicator--" + ID % n, "created": "2026-01-01T00:00:00.000Z",
             "modified": "2026-01-01T00:00:00.000Z", "pattern": f"[domain-name:value = 'host-{n}.example.org']", "pattern_type": "stix",
             "valid_from": "2026-01-01T00:00:00Z", "description": "x" * 30000} for n in range(1, 151)]}
        path = self.folder / "many.json"
        path.write_text(json.dumps(many))
        node.run("share", path, "--tlp", "clear", "--as", "ke")
        parcel = self.folder / "parcel"
        parcel.write_bytes(random.Random(1).randbytes(3000))
        node.run("parcel", "send", parcel, "--for", "fr", "--tlp", "clear", "--as", "ke")
        return node, other


class Mirror(Hostile):
    def test_whatever_a_mirror_is_served_it_shows_the_truth_or_less(self):
        seed = int(os.environ.get("COMITY_SEED") or random.SystemRandom().randrange(10**6))
        print(f"seed {seed}: COMITY_SEED={seed} {sys.argv[0]} Mirror", file=sys.stderr)
        honest, mirror = self.founded()
        spoiler = Spoiler(honest.port)
        self.addCleanup(spoiler.close)
        mirror.run("join", honest.url(), "--charter", self.charter, "--origin", "fr.example/log")
        mirror.run("node", "remove", "ke.example")
        mirror.run("node", "add", f"http://127.0.0.1:{spoiler.port}")
        # What it would be to know only what it has joined with, and all.
        fresh = self.folder / "fresh"
        shutil.copytree(mirror.data, fresh)
        self.forget(fresh)
        truth = {s["id"] for s in honest.json("statement", "list", "--limit", "1000")}
        slow = threading.Thread(target=self.trickled, args=(fresh, honest))
        self.addCleanup(slow.join)  # it needs the folder
        slow.start()
        unsaid = []
        for kind in KINDS:
            chosen = list(LIES) if ALL else random.Random(f"{seed} {kind}").sample(list(LIES), 7)
            for number, name in enumerate(chosen):
                lie = LIES[name]
                spoiler.kind, spoiler.lie, spoiler.spoiled = kind, lie, 0
                spoiler.rand = random.Random(f"{seed} {kind} {name}")
                shutil.rmtree(mirror.data)
                shutil.copytree(fresh, mirror.data)
                start = time.monotonic()
                what = f"{kind}: {name}"
                done = self.synced(mirror)
                self.assertIn(done.returncode, (0, 1), f"{what}: {done.stderr.decode()[-2000:]}")
                self.assertLess(time.monotonic() - start, 60, what)
                self.assertGreater(spoiler.spoiled, 0, f"{what}: was never asked for")
                with contextlib.closing(sqlite3.connect(mirror.data / "comity.db")) as db:
                    held = {row[0].hex() for row in db.execute("SELECT id FROM statements")}
                    reasons = db.execute("SELECT (SELECT error FROM federation_peers), (SELECT COUNT(*) FROM federation_missing)").fetchone()
                    proofs = db.execute("SELECT COUNT(*) FROM witness_evidence").fetchone()
                self.assertLessEqual(held, truth, what)
                self.assertEqual(proofs, (0,), f"{what}: the log has signed nothing false")
                if held != truth and not (done.stderr.strip() or any(reasons)):
                    unsaid.append(what)
                if number % 7 == 0:
                    self.assertEqual(mirror.json("check")["faults"], [], what)
        self.assertEqual(unsaid, [], "refused without a reason")
        # And it is none the worse for the last of them.
        spoiler.kind = None
        mirror.run("node", "sync")
        self.assertEqual(mirror.json("rebuild"), honest.json("rebuild"))
        slow.join()
        self.assertRegex(self.slow_reason, "slow|time", "a trickle is not given up")

    def forget(self, data):
        """As if it had joined without taking the log: only its keys, the charter and whom it follows are left."""
        with contextlib.closing(sqlite3.connect(data / "comity.db")) as store, store as db:
            db.execute("UPDATE federation_logs SET size = 0, root = ?, checkpoint = '', applied = 0, placed = 0, frontier = x'', time = 0",
                       (bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),))
            for table in ("tiles", "checkpoints", "missing", "places"):
                db.execute(f"DELETE FROM federation_{table}")
            keep = "(SELECT seq FROM statements WHERE type LIKE 'governance.%' OR type = 'federation.node')"
            db.execute(f"DELETE FROM objects WHERE seq NOT IN {keep}")
            db.execute(f"DELETE FROM ledger_ids WHERE statement NOT IN {keep}")
            db.execute(f"DELETE FROM statements WHERE seq NOT IN {keep}")
            db.execute("DELETE FROM attachments")
        env = {"PATH": os.environ["PATH"], "COMITY_DATA": str(data)}
        base.subprocess.run([base.PROGRAM, "rebuild"], env=env, check=True, capture_output=True)

    def synced(self, mirror):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "COMITY_DATA": str(mirror.data), "LC_ALL": "C.UTF-8"}
        return base.subprocess.run([base.PROGRAM, "node", "sync"], capture_output=True, env=env, timeout=base.PATIENCE, check=False)

    def trickled(self, fresh, honest):
        spoiler = Spoiler(honest.port)
        spoiler.kind, spoiler.lie = "checkpoint", "a trickle"
        data = self.folder / "trickled"
        shutil.copytree(fresh, data)
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "COMITY_DATA": str(data), "LC_ALL": "C.UTF-8"}
        base.subprocess.run([base.PROGRAM, "node", "remove", "ke.example"], env=env, check=True, capture_output=True)
        base.subprocess.run([base.PROGRAM, "node", "add", f"http://127.0.0.1:{spoiler.port}"], env=env, check=True, capture_output=True)
        base.subprocess.run([base.PROGRAM, "node", "sync"], capture_output=True, env=env, timeout=base.PATIENCE, check=False)
        with contextlib.closing(sqlite3.connect(data / "comity.db")) as db:
            self.slow_reason = db.execute("SELECT error FROM federation_peers").fetchone()[0]
        spoiler.close()


class Clients(Hostile):
    def test_clients_that_are_slow_or_mad_keep_nobody_else_from_being_served(self):
        node, _ = self.founded()
        open_now = []
        self.addCleanup(lambda: [one.close() for one in open_now])
        self.stopping = False

        def connect():
            one = socket.create_connection(("127.0.0.1", node.port), timeout=5)
            open_now.append(one)
            return one

        # Heads that never end, bodies that never come, answers that are never read.
        for n in range(100):
            connect().sendall(b"GET /api/v1/statements HTTP/1.1\r\nHost: x\r\nX-")
            connect().sendall(b"POST /api/v1/statements HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{")
            if n < 30:
                reader = connect()
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                reader.sendall(b"GET /api/v1/objects?limit=1000 HTTP/1.1\r\nHost: x\r\n\r\n" * 10)

        def drip():
            while not self.stopping:
                for one in list(open_now[:200]):
                    try:
                        one.sendall(b"a")
                    except OSError:
                        pass
                time.sleep(0.2)

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        mad = [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 70000, b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n",
               b"POST /witness/add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
               b"POST /witness/add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300000,
               b"POST /api/v1/statements HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
               b"POST /api/v1/checkpoints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n" + b"[" * 200000,
               b"GET /log/tile/0/x999/x999/x999/x999/x999/999 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /mirror/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
               b"GET /api/v1/log/wait?size=99999999999999999999&seconds=-1 HTTP/1.1\r\nHost: x\r\n\r\n"]
        slowest = 0.0
        for n, bytes_ in enumerate(mad * 2):
            one = connect()
            try:
                one.sendall(bytes_)
                one.shutdown(socket.SHUT_WR)
                one.settimeout(1)
                first = one.recv(100)
                if first:
                    self.assertRegex(first, rb"^HTTP/1\.[01] [45]\d\d ", bytes_[:60])
            except OSError:
                pass
            # Meanwhile somebody honest asks, and says something.
            start = time.monotonic()
            status = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
            status.request("GET", "/healthz")
            self.assertEqual(status.getresponse().status, 200)
            status.close()
            slowest = max(slowest, time.monotonic() - start)
            if n % 6 == 0:
                node.share(1000 + n)
        self.assertLess(slowest, 10, "the others waited for them")
        self.assertIsNone(node.process.poll(), "it has ended")
        self.stopping = True
        dripping.join()
        node.stop(signal.SIGTERM)
        self.assertEqual(node.json("check")["faults"], [])


if __name__ == "__main__":
    unittest.main()
