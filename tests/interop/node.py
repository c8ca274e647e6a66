"""A node of its own for interop tests: a community founded in a temporary folder, served on a free port, driven as a user would."""
import base64
import json
import os
import pathlib
import subprocess
import tempfile
import urllib.request

PROGRAM = os.environ.get("COMITY_PROGRAM") or str(pathlib.Path(__file__).resolve().parents[2] / "build/release/comity")
ORIGIN = "cert.meridia.example/log"
CHARTER = f"""
name = "Interop"
purpose = "Other programs read what was shared here."
origin = "{ORIGIN}"
[admission]
sponsors = 1
[[member]]
id = "cert-meridia"
name = "CERT Meridia"
class = "government"
key = "cert-meridia.pub"
custody = true
[[member]]
id = "northlight"
name = "Northlight Energy"
class = "company"
key = "northlight.pub"
"""


class Node:
    """Use with `with`: founded and serving inside, gone after."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="comity-interop-")
        self.folder = pathlib.Path(self._folder.name)
        self.url = None
        self._server = None

    def comity(self, *arguments, text=None):
        """A command on the node's data folder; what it printed. Raises with its errors where it fails."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COMITY_")}
        run = subprocess.run([PROGRAM, "--data", str(self.folder / "data"), *arguments], input=text, env=environment,
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"comity {' '.join(arguments)}: {run.stderr.strip()}")
        return run.stdout

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def share(self, name, text, *options):
        """Shares a list or bundle; the statement's id."""
        return json.loads(self.comity("share", self.file(name, text), "--as", "cert-meridia", "--json", *options))["id"]

    def raw(self, path, login=None):
        """The bytes at a path."""
        request = urllib.request.Request(self.url + path)
        if login:
            request.add_header("Authorization", "Basic " + base64.b64encode(":".join(login).encode()).decode())
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.read().decode()

    def serve(self, policy=None):
        """Begins to serve, or begins anew: with this policy.tlog."""
        self.stop()
        if policy is not None:
            (self.folder / "data" / "policy.tlog").write_text(policy)
        with (self.folder / "log").open("a") as log:
            self._server = subprocess.Popen([PROGRAM, "--data", str(self.folder / "data"), "serve", "--listen", "127.0.0.1:0"],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        line = self._server.stdout.readline()
        if not line.startswith("Comity listens at "):
            raise RuntimeError("the node does not start: " + (self.folder / "log").read_text())
        self.url = line.split()[-1].rstrip("/")

    def stop(self):
        if self._server:
            self._server.terminate()
            self._server.wait(timeout=60)
            self._server.stdout.close()
            self._server = None

    def __enter__(self):
        try:
            for member in ("cert-meridia", "northlight"):
                self.comity("key", "generate", member)
            self.comity("community", "found", self.file("charter.toml", CHARTER))
            self.serve()
            return self
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __exit__(self, *_):
        self.stop()
        self._folder.cleanup()


def raw_items(text, name="objects"):
    """The items of an array of a JSON object, each with its bytes as they stand: [(value, text), ...]."""
    decoder = json.JSONDecoder()
    at = text.index(f'"{name}"') + len(name) + 2
    at = text.index("[", at) + 1
    items = []
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return items
        value, end = decoder.raw_decode(text, at)
        items.append((value, text[at:end]))
        at = end
