"""Machines of a PostgreSQL that survives the loss of one, on loopback, each configured by deploy/cluster.sh as an operator's would be.

A machine is its etcd, its Patroni and its PostgreSQL: it can be killed, as by a power cut, and started again.
"""
import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "cluster.sh"
# PostgreSQL and Patroni do not run as root.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] if os.geteuid() == 0 else []


def missing():
    """What is not installed of it, in words; nothing where all is there."""
    lacks = [name for name in ("etcd", "patroni", "haproxy", "openssl") if not shutil.which(name)]
    if not pathlib.Path("/usr/lib/postgresql/15/bin/postgres").exists():
        lacks.append("postgresql-15")
    return ", ".join(lacks)


def become_reaper():
    """So that what others leave behind is this process' to wait for, whenever it ends: under an init that waits for nobody, a PostgreSQL that was
    stopped would go on looking alive, and its Patroni wait for its end for ever."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)
    threading.Thread(target=reap, daemon=True).start()


def reap():
    while True:
        for pid, name, state in children_of(os.getpid()):
            if name == "postgres" and state == "Z":  # what this process has started itself, it waits for itself
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
        time.sleep(0.2)


def free_ports(count):
    held = []
    for _ in range(count):
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        held.append(s)
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def script(*words, **settings):
    done = subprocess.run(["sh", SCRIPT, *map(str, words)], capture_output=True, text=True, check=False, env={**os.environ, **settings})
    assert done.returncode == 0, done.stderr
    return done.stdout


def children_of(pid):
    """Of a process, its children now: id, name and state."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            head, _, tail = path.read_text().rpartition(")")
            state, parent = tail.split()[:2]
            if int(parent) == pid:
                found.append((int(path.parent.name), head.partition("(")[2], state))
    return found


class Machine:
    def __init__(self, name, ports, conf, folder):
        self.name, self.conf, self.folder = name, conf, folder / name
        self.postgres_port, self.patroni_port, self.etcd_port = ports[0], ports[1], ports[2]
        self.processes = {}  # by name, what runs
        self.trust = None  # as another of the machines speaks TLS with it

    def prepare(self):
        self.folder.mkdir(mode=0o700)
        (self.folder / "etcd.env").write_text(self.print("etcd"))
        (self.folder / "patroni.yml").write_text(self.print("patroni"))
        keys = self.folder / "tls"
        self.print("tls", keys)
        self.trust = ssl.create_default_context(cafile=keys / "ca.crt")
        self.trust.load_cert_chain(keys / "machine.crt", keys / "machine.key")
        if AS_POSTGRES:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, "postgres", "postgres")

    def print(self, what, *words):
        done = subprocess.run(["sh", SCRIPT, what, self.name, self.conf, *words], capture_output=True, text=True, check=False,
                              env={**os.environ, "FOLDER": str(self.folder)})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self):
        lines = (self.folder / "etcd.env").read_text().splitlines()
        settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        settings["ETCD_DATA_DIR"] = str(self.folder / "etcd")
        self.run("etcd", ["etcd"], settings)
        self.run("patroni", ["patroni", str(self.folder / "patroni.yml")], {})

    def run(self, name, words, settings):
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **settings}
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen([*AS_POSTGRES, *words], stdout=log, stderr=log, cwd=self.folder, env=env)

    def postmaster(self):
        """PostgreSQL's process id; None where it does not run."""
        try:
            pid = int((self.folder / "comity" / "postmaster.pid").read_text().split("\n", 1)[0])
            is_it = b"postgres" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if is_it else None

    def kill_postgres(self):
        """All of its processes at once, so that none still answers when the first has gone."""
        pid = self.postmaster()
        if pid is None:
            return
        all_of_it = [pid]
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            all_of_it = [*(child for child, _, _ in children_of(pid)), pid]
        for each in all_of_it:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        for each in reversed(all_of_it):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(each, 0)

    def kill(self):
        """As if its power were cut."""
        patroni = self.processes.get("patroni")
        if patroni is not None:
            patroni.send_signal(signal.SIGSTOP)  # so that it starts nothing meanwhile
        self.kill_postgres()
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()
        self.processes = {}

    def says(self, path="/patroni"):
        """What its Patroni says of it; nothing where it says nothing."""
        try:
            connection = http.client.HTTPSConnection("127.0.0.1", self.patroni_port, timeout=5, context=self.trust)
            connection.request("GET", path)
            said = json.loads(connection.getresponse().read())
            connection.close()
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        return said

    def answers(self, port, path, certified):
        """Whether what speaks HTTPS at one of its ports answers: to one of the machines, or to whoever has no certificate of theirs."""
        trust = self.trust if certified else ssl.create_default_context(cafile=self.folder / "tls" / "ca.crt")
        try:
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=trust)
            connection.request("GET", path)
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException):
            return False
        return status == 200

    def is_primary(self):
        said = self.says()
        return said.get("state") == "running" and said.get("role") in ("master", "primary")


class Cluster:
    def __init__(self, folder, count=3):
        self.folder = folder
        ports = free_ports(4 * count)
        self.conf = folder / "cluster.conf"
        members = [f"db{n + 1}=127.0.0.1/" + "/".join(map(str, ports[4 * n:4 * n + 4])) for n in range(count)]
        text = script("new", *members)
        # A machine that is gone is replaced sooner than in the world, and looked after more often.
        for key, value in (("TTL", 20), ("LOOP_WAIT", 2), ("RETRY_TIMEOUT", 8)):
            old = next(line for line in text.splitlines() if line.startswith(f"{key}="))
            text = text.replace(old, f"{key}={value}")
        self.conf.write_text(text)
        self.machines = [Machine(f"db{n + 1}", ports[4 * n:4 * n + 4], self.conf, folder) for n in range(count)]

    def start(self):
        for machine in self.machines:
            machine.prepare()
        for machine in self.machines:
            machine.start()

    def url(self):
        authority = self.folder / "cluster-ca.crt"
        authority.write_text(script("ca", self.conf))
        return script("url", self.conf, CA=str(authority)).strip()

    def primary(self):
        return next((machine for machine in self.machines if machine.is_primary()), None)

    def standbys(self):
        """Those that stream from the primary."""
        primary = self.primary()
        if primary is None:
            return []
        streaming = {r.get("application_name") for r in primary.says().get("replication", []) if r.get("state") == "streaming"}
        return [machine for machine in self.machines if machine.name in streaming]

    def heirs(self):
        """Those that may take over: etcd says that they have everything. (PostgreSQL knows it sooner.)"""
        primary = self.primary()
        if primary is None:
            return []
        return [member["name"] for member in primary.says("/cluster").get("members", []) if member.get("role") == "sync_standby"]

    def end(self):
        for machine in self.machines:
            machine.kill()

    def logs(self):
        """The end of what each wrote, for a failure's message."""
        text = ""
        for machine in self.machines:
            for name in ("etcd", "patroni"):
                path = machine.folder / f"{name}.log"
                if path.exists():
                    text += f"--- {machine.name} {name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:]) + "\n"
        return text


def wait_for(what, condition, patience):
    end = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience} s")
        time.sleep(0.3)
    return found
