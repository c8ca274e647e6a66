"""A network of our own for tests: a namespace for each machine, and every packet between them through our hands.

    sky = Sky(5, seed)            machines 1 to 5, at 10.99.<n>.2
    sky.cut(1, 2)                 nothing goes between them; sky.cut(1, 2, oneway=True): nothing from 1 to 2
    sky.weather(3, loss=0.3, delay=0.5)   of what 3 sends
    sky.twin(2); sky.show_twin(2, to=[3]) who asks for 2's address from 3 reaches the twin, others the first
    sky.mend(); sky.calm()

Kernels often come without netem, so loss and delay are done here: each machine has a TUN device whose other end is a file of this
process. It needs root, iproute2 and /dev/net/tun, and nothing else of the kernel.
"""
import fcntl
import heapq
import os
import random
import select
import shutil
import struct
import subprocess
import threading
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MTU = 1400


def ip(*words, check=True):
    return subprocess.run(["ip", *map(str, words)], check=check, capture_output=True)


def why_not():
    """What is missing to make networks here; empty: nothing."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "network namespaces need root and iproute2"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun here"
    name = f"comity-try-{os.getpid()}"
    made = ip("netns", "add", name, check=False)
    if made.returncode != 0:
        return "network namespaces are not permitted here: " + made.stderr.decode().strip()
    ip("netns", "del", name)
    try:
        with open("/dev/net/tun", "r+b", buffering=0) as tun:
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", f"cotry{os.getpid() % 10**6}".encode(), IFF_TUN | IFF_NO_PI))
    except OSError as error:
        return f"TUN devices are not permitted here: {error}"
    return ""


class Machine:
    """A namespace with one line, eth0, whose other end is self.file."""

    def __init__(self, space, number):
        self.space, self.number = space, number
        self.file = -1
        ip("netns", "add", space)
        try:
            self.file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            name = f"{space}t"
            fcntl.ioctl(self.file, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
            ip("link", "set", name, "netns", space, "name", "eth0")
            for words in (("addr", "add", f"10.99.{number}.2/32", "dev", "eth0"), ("link", "set", "eth0", "mtu", MTU, "up"),
                          ("link", "set", "lo", "up"), ("route", "add", "10.99.0.0/16", "dev", "eth0")):
                ip("-n", space, *words)
        except (OSError, subprocess.CalledProcessError):
            self.close()
            raise

    def close(self):
        if self.file >= 0:
            os.close(self.file)
        ip("netns", "del", self.space, check=False)


class Sky:
    def __init__(self, count, seed=0):
        self.rand = random.Random(seed)
        self.prefix = f"co{os.getpid() % 100000}"
        self.machines, self.twins, self.shown = {}, {}, {}
        self.lock = threading.Lock()  # guards what follows
        self.cuts, self.storms = set(), {}
        self.dropped = self.carried = 0
        self.waiting = []  # (when, number, file, packet)
        self.ended, self.ending = os.pipe()
        self.thread = None
        try:
            for n in range(1, count + 1):
                self.machines[n] = Machine(self.space(n), n)
        except (OSError, subprocess.CalledProcessError):
            self.close()
            raise
        self.listen()

    def space(self, n):
        return f"{self.prefix}n{n}"

    def twin_space(self, n):
        return f"{self.prefix}w{n}"

    def twin(self, n):
        """A second machine with the same address: whoever it is shown to cannot tell."""
        self.quiet()
        self.twins[n] = Machine(self.twin_space(n), n)
        self.listen()

    def show_twin(self, n, to):
        with self.lock:
            self.shown[n] = set(to)

    def cut(self, a, b, oneway=False):
        with self.lock:
            self.cuts |= {(a, b)} if oneway else {(a, b), (b, a)}

    def mend(self):
        with self.lock:
            self.cuts.clear()

    def weather(self, n, loss=0.0, delay=0.0):
        with self.lock:
            self.storms[n] = (loss, delay)

    def calm(self):
        with self.lock:
            self.storms.clear()

    def listen(self):
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.thread.start()

    def quiet(self):
        if self.thread is not None:
            os.write(self.ending, b"x")
            self.thread.join()
            os.read(self.ended, 1)
            self.thread = None

    def carry(self):
        machines = {m.file: m for m in [*self.machines.values(), *self.twins.values()]}
        number = 0
        while True:
            now = time.monotonic()
            while self.waiting and self.waiting[0][0] <= now:
                _, _, file, packet = heapq.heappop(self.waiting)
                self.deliver(file, packet)
            patience = self.waiting[0][0] - now if self.waiting else None
            ready, _, _ = select.select([self.ended, *machines], [], [], patience)
            if self.ended in ready:
                return
            for file in ready:
                try:
                    packet = os.read(file, 65536)
                except OSError:
                    continue
                number += 1
                self.route(machines[file], packet, number)

    def route(self, sender, packet, number):
        if len(packet) < 20 or packet[0] >> 4 != 4 or packet[16:18] != b"\x0a\x63":
            return
        to = packet[18]
        with self.lock:
            machine = self.machines.get(to)
            if to in self.twins and sender.number in self.shown.get(to, ()):
                machine = self.twins[to]
            loss, delay = self.storms.get(sender.number, (0.0, 0.0))
            if machine is None or (sender.number, to) in self.cuts or (loss and self.rand.random() < loss):
                self.dropped += 1
                return
            self.carried += 1
        if delay:
            heapq.heappush(self.waiting, (time.monotonic() + delay, number, machine.file, packet))
        else:
            self.deliver(machine.file, packet)

    def deliver(self, file, packet):
        try:
            os.write(file, packet)
        except OSError:  # its queue is full, or it is down: as on any line, the packet is lost
            self.dropped += 1

    def close(self):
        self.quiet()
        for machine in [*self.machines.values(), *self.twins.values()]:
            machine.close()
        for file in (self.ended, self.ending):
            os.close(file)
