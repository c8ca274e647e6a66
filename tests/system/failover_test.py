#!/usr/bin/env python3
"""One node of several `comity serve` on a PostgreSQL of three machines (deploy/cluster.sh) that are killed under load.

    COMITY_PROGRAM=build/release/comity tests/system/failover_test.py [-v]

Nothing acknowledged is lost, each acknowledged statement is proved afterwards, the log shows one history to all, and nobody has to do
anything for the service to resume.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid

import machines

PROGRAM = os.environ.get("COMITY_PROGRAM") or os.environ.get("COMITY_BUILT") or "build/release/comity"
PATIENCE = 240  # seconds until something that must happen is given up
CLIENTS = 4
ORIGIN = "ke.example/log"


class Signer:
    """Signs statements of a member, as a client that holds its key."""

    def __init__(self, member, community, key_file):
        self.member, self.community = member, community
        name, self.keyid, secret = key_file.read_text().strip().removeprefix("PRIVATE+KEY+").split("+", 2)
        assert name == member
        self.sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
        assert self.sodium.sodium_init() >= 0
        public = ctypes.create_string_buffer(32)
        self.secret = ctypes.create_string_buffer(64)
        self.sodium.crypto_sign_seed_keypair(public, self.secret, base64.b64decode(secret)[1:])

    def share(self, number):
        """The id and the request that submits it."""
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        thing = json.dumps({"type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.uuid4()}", "created": now, "modified": now,
                            "pattern": f"[domain-name:value = 'host-{number}.example.net']", "pattern_type": "stix", "valid_from": now})
        body = {"objects": {"count": 1, "root": hashlib.sha256(b"\0" + thing.encode()).hexdigest()}}
        payload = json.dumps({"v": 1, "community": self.community, "type": "intelligence.share", "author": self.member, "issued": now,
                              "nonce": secrets.token_urlsafe(16), "audience": {"tlp": "clear"}, "body": body}).encode()
        kind = b"application/vnd.comity.statement+json"
        bound = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        signature = ctypes.create_string_buffer(64)
        self.sodium.crypto_sign_detached(signature, None, bound, ctypes.c_ulonglong(len(bound)), self.secret)
        envelope = json.dumps({"payload": base64.b64encode(payload).decode(), "payloadType": kind.decode(),
                               "signatures": [{"keyid": self.keyid, "sig": base64.b64encode(signature.raw).decode()}]})
        return hashlib.sha256(bound).hexdigest(), '{"envelope":%s,"objects":[%s],"attachments":[]}' % (envelope, thing)


def ask(port, method, path, body=None):
    """Status and body; 0 where there is no answer."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return 0, b""


class Server:
    """One `comity serve` of the node."""

    def __init__(self, case, number):
        self.case, self.name = case, f"comity{number}"
        self.data = case.folder / self.name
        self.port = machines.free_ports(1)[0]
        self.process = None

    def run(self, *words):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "COMITY_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, env=env, cwd=self.case.folder, timeout=PATIENCE, check=False)
        self.case.assertEqual(done.returncode, 0, f"{words}: {done.stderr.decode()}")
        return done.stdout.decode()

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))

    def start(self):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.case.folder), "LC_ALL": "C.UTF-8"}
        path = self.case.folder / f"{self.name}.log"
        with open(path, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"],
                                            stdout=subprocess.PIPE, stderr=log, env=env)
        self.case.assertIn("listens", self.process.stdout.readline().decode(), path.read_text())

    def stop(self, how):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None

    def ready(self):
        return ask(self.port, "GET", "/readyz")[0] == 200


class Load:
    """Clients that submit by the balancer until they are told to stop, each statement until it is acknowledged; and one who looks at the log."""

    def __init__(self, port, signer, servers):
        self.port, self.signer, self.servers = port, signer, servers
        self.lock = threading.Lock()
        self.acknowledged, self.refused, self.shown = {}, [], {}  # index by id; what was no answer; notes by server and size
        self.unanswered = 0
        self.going = True
        self.threads = [threading.Thread(target=self.submit, args=(n,)) for n in range(CLIENTS)]
        self.threads += [threading.Thread(target=self.look, args=(server,)) for server in servers]
        for thread in self.threads:
            thread.start()

    def submit(self, client):
        number = 0
        while self.going:
            number += 1
            wanted, body = self.signer.share(f"{client}-{number}")
            end = time.monotonic() + PATIENCE
            while True:
                status, answer = ask(self.port, "POST", "/api/v1/statements", body)
                if status == 201:
                    said = json.loads(answer)
                    with self.lock:
                        self.acknowledged[said["id"]] = said["index"]
                        if said["id"] != wanted:
                            self.refused.append((wanted, answer))
                    break
                with self.lock:
                    self.unanswered += 1
                    # Only that it cannot be now; never that the statement is wrong.
                    if status not in (0, 502, 503, 504) or time.monotonic() > end:
                        self.refused.append((status, answer))
                        return
                time.sleep(0.2)

    def look(self, server):
        while self.going:
            status, note = ask(server.port, "GET", "/log/checkpoint")
            if status == 200:
                with self.lock:
                    self.shown.setdefault(note.split(b"\n\n")[0], note)
            time.sleep(0.05)

    def count(self):
        with self.lock:
            return len(self.acknowledged)

    def end(self):
        self.going = False
        for thread in self.threads:
            thread.join(2 * PATIENCE)


class Tree:
    """The roots of a growing log (RFC 6962), computed here from its entries."""

    def __init__(self):
        self.peaks = []  # (size, hash), the largest first

    def add(self, entry):
        self.peaks.append((1, hashlib.sha256(b"\0" + entry).digest()))
        while len(self.peaks) > 1 and self.peaks[-1][0] == self.peaks[-2][0]:
            (size, left), (_, right) = self.peaks[-2:]
            self.peaks[-2:] = [(2 * size, hashlib.sha256(b"\1" + left + right).digest())]

    def root(self):
        root = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root


@unittest.skipIf(machines.missing(), f"needs {machines.missing()}")
class Failover(unittest.TestCase):
    def setUp(self):
        machines.become_reaper()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comity-failover-"))
        self.folder.chmod(0o711)  # PostgreSQL's user goes through it
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.cluster = machines.Cluster(self.folder)
        self.addCleanup(self.cluster.end)
        self.cluster.start()
        self.wait("a primary and two standbys", self.whole)
        self.found()
        self.addCleanup(self.stop_servers)
        for server in self.servers:
            server.start()
        self.balance()

    def stop_servers(self):
        for server in self.servers:
            server.stop(signal.SIGKILL)

    def wait(self, what, condition):
        try:
            return machines.wait_for(what, condition, PATIENCE)
        except AssertionError as error:
            logs = "".join(f"--- {path.name}\n" + path.read_text()[-1500:] for path in sorted(self.folder.glob("comity*.log")))
            self.fail(f"{error}\n{self.cluster.logs()}{logs}")

    def whole(self):
        return len(self.cluster.standbys()) == len(self.cluster.machines) - 1 and self.cluster.heirs()

    def found(self):
        """The node: two folders with the same keys and configuration, as on two machines."""
        self.servers = [Server(self, 1), Server(self, 2)]
        first = self.servers[0]
        first.data.mkdir()
        (first.data / "comity.toml").write_text(f'[database]\nurl = "{self.cluster.url()}"\n')
        first.run("key", "generate", "ke")
        (self.folder / "charter.toml").write_text(
            f'name = "Test Network"\npurpose = "To be tested."\norigin = "{ORIGIN}"\n[[member]]\nid = "ke"\nname = "Member"\n'
            f'class = "technical"\nkey = "{first.data}/keys/ke.pub"\n')
        self.community = first.json("community", "found", "charter.toml")["id"]
        shutil.copytree(first.data, self.servers[1].data)
        self.key = first.json("log", "head")["key"]

    def balance(self):
        self.port = machines.free_ports(1)[0]
        path = self.folder / "haproxy.cfg"
        path.write_text(machines.script("balancer", *[f"127.0.0.1:{server.port}" for server in self.servers]))
        with open(self.folder / "haproxy.log", "wb") as log:
            process = subprocess.Popen(["haproxy", "-db", "-f", str(path)], stdout=log, stderr=log,
                                       env={"PATH": "/usr/sbin:/usr/bin", "COMITY_LISTEN": f"127.0.0.1:{self.port}"})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait("the balancer", lambda: ask(self.port, "GET", "/readyz")[0] == 200)

    def resumed(self, load, before):
        """More is acknowledged, and both servers say that they can."""
        self.wait("service resumes", lambda: (load.count() > before + 20 and all(s.ready() for s in self.servers)) or load.refused)
        self.assertEqual(load.refused, [])

    def test_who_has_no_certificate_is_not_spoken_with(self):
        for machine in self.cluster.machines:
            for port, path in ((machine.etcd_port, "/version"), (machine.patroni_port, "/patroni")):
                self.assertTrue(machine.answers(port, path, certified=True), f"{machine.name}, port {port}")
                self.assertFalse(machine.answers(port, path, certified=False), f"{machine.name}, port {port}")
        url = self.cluster.url()
        foreign = self.folder / "foreign.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=foreign",
                        "-keyout", self.folder / "foreign.key", "-out", foreign], check=True, capture_output=True)
        authority = str(self.folder / "cluster-ca.crt")
        for other, why in ((url, ""), (url.replace("sslmode=verify-full", "sslmode=disable"), "no encryption"),
                           (url.replace(authority, str(foreign)), "certificate verify failed")):
            done = subprocess.run(["/usr/lib/postgresql/15/bin/psql", "--no-psqlrc", "-Atc", "SELECT 1", other], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            self.assertEqual((done.returncode == 0, done.stdout), (not why, "" if why else "1\n"), done.stderr)
            self.assertIn(why, done.stderr)

    def test_what_was_acknowledged_outlives_every_machine_in_turn(self):
        load = Load(self.port, Signer("ke", self.community, self.servers[0].data / "keys" / "ke.key"), self.servers)
        self.addCleanup(load.end)
        self.resumed(load, 0)

        # The primary's machine is gone, and comes back after a while as one of the others.
        first = self.cluster.primary()
        before = load.count()
        first.kill()
        self.resumed(load, before)
        second = self.wait("another primary", self.cluster.primary)
        self.assertIsNot(second, first)
        first.start()
        self.wait("it is a standby now", self.whole)

        # PostgreSQL alone crashes: started again where it is, or replaced.
        before = load.count()
        second.kill_postgres()
        self.resumed(load, before)
        self.wait("all three are there", self.whole)

        # One of the servers is gone, without a word; the other goes on.
        gone = self.servers[1]
        before = load.count()
        gone.stop(signal.SIGKILL)
        self.wait("the other serves", lambda: load.count() > before + 20 or load.refused)
        gone.start()

        # The primary again, while a standby is out: then there is one that has everything, and it is that one.
        primary = self.cluster.primary()
        before = load.count()
        primary.kill()
        self.resumed(load, before)
        load.end()
        self.assertEqual(load.refused, [])
        self.assertGreater(load.unanswered, 0, "nobody noticed anything: what was killed was not in use")
        self.verify(load)

    def verify(self, load):
        entries = self.entries()
        places = {entry.hex(): index for index, entry in enumerate(entries)}
        self.assertEqual(len(places), len(entries), "an entry stands in the log twice")
        lost = {id: index for id, index in load.acknowledged.items() if places.get(id) != index}
        self.assertEqual(lost, {}, "acknowledged, and not where it was said")
        # One history: whatever was shown to anybody, by either server, at any time, is a beginning of the log.
        sizes = {}
        for note in load.shown:
            origin, size, root = note.decode().split("\n")[:3]
            self.assertEqual(origin, ORIGIN)
            self.assertEqual(sizes.setdefault(int(size), root), root, f"two histories of size {size}")
        tree = Tree()
        for size, entry in enumerate(entries, 1):
            tree.add(entry)
            if size in sizes:
                self.assertEqual(sizes.pop(size), base64.b64encode(tree.root()).decode(), f"another history of size {size}")
        self.assertEqual(sizes, {}, "shown, and longer than the log")
        # And by the program's own means: proofs, and the whole store.
        some = sorted(load.acknowledged, key=load.acknowledged.get)
        for id in some[:5] + some[len(some) // 2:len(some) // 2 + 5] + some[-5:]:
            proof = self.folder / f"{id}.tlog-proof"
            self.servers[0].run("log", "prove", id, "--bundle", "--out", proof, "--node", f"http://127.0.0.1:{self.servers[1].port}")
            self.servers[0].run("log", "verify", proof, "--key", self.key, "--member-key", self.servers[0].data / "keys" / "ke.pub")
        for server in self.servers:
            self.assertEqual(server.json("check")["faults"], [])
        print(f"{len(load.acknowledged)} acknowledged of {len(entries)} entries, {len(load.shown)} checkpoints seen, "
              f"{load.unanswered} requests without an answer", flush=True)

    def entries(self):
        port = self.servers[0].port
        status, note = ask(port, "GET", "/log/checkpoint")
        self.assertEqual(status, 200)
        size, found, tile = int(note.split(b"\n")[1]), [], 0
        while len(found) < size:
            width = min(size - len(found), 256)
            name = f"{tile:03d}" if tile < 1000 else f"x{tile // 1000:03d}/{tile % 1000:03d}"
            status, data = ask(port, "GET", f"/log/tile/entries/{name}" + ("" if width == 256 else f".p/{width}"))
            self.assertEqual(status, 200)
            while data:
                length = int.from_bytes(data[:2], "big")
                found.append(data[2:2 + length])
                data = data[2 + length:]
            tile += 1
        return found


if __name__ == "__main__":
    unittest.main()
