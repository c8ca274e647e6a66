#!/usr/bin/env python3
"""OpenTAXII's figures on this machine: installed from PyPI into build/bench/opentaxii, started on a port of its own
with SQLite, filled and read with a login over one connection. Its last line is JSON:

    {"get_100": MB/s, "get_1000": MB/s, "post_1000": objects/s}

It ends with an error where PyPI cannot be reached.
"""
import base64
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import uuid

WANTED = ["opentaxii==0.10.0b1", "gunicorn==20.1.0"]
HOME = pathlib.Path(__file__).resolve().parents[1] / "build/bench/opentaxii"
ROOT, COLLECTION = "7468eafb-585d-402e-b6b9-49fe76492f9e", "bench"
TYPE = "application/taxii+json;version=2.1"
BATCHES, BATCH, ROUNDS = 3, 1000, 20
CONFIG = """
domain: "127.0.0.1:{port}"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {{db_connection: "sqlite:///{folder}/auth.db", create_tables: yes, secret: of-the-bench, token_ttl_secs: 3600}}
taxii1:
taxii2:
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/data.db", create_tables: yes}}
  title: Bench
  public_discovery: true
  max_content_length: 209715200
logging: {{opentaxii: error, root: error}}
"""


def indicator(n):
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_DNS, str(n)).int, version=4)}",
        "created_by_ref": "identity--733c5838-34d9-4fbf-949c-62aba761184c", "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z", "name": f"Command and control of campaign {n % 977}",
        "description": "Seen in outgoing connections of several members; the host answers on port 443 with a certificate that this "
                       "family makes for itself. First reported by a bank in the region.",
        "indicator_types": ["malicious-activity"], "pattern": f"[ipv4-addr:value = '198.51.{n // 256 % 256}.{n % 256}']",
        "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z", "labels": [f"campaign-{n % 31}", "c2"], "confidence": n % 101,
    }


def install():
    stamp = HOME / "installed"
    if stamp.exists() and stamp.read_text() == " ".join(WANTED):
        return
    HOME.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(HOME / "venv")], check=True)
    subprocess.run([str(HOME / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", "setuptools<80", *WANTED], check=True)
    stamp.write_text(" ".join(WANTED))


def main():
    install()
    program = HOME / "venv/bin"
    with tempfile.TemporaryDirectory(prefix="comity-opentaxii-") as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.close()
        config = pathlib.Path(folder) / "config.yml"
        config.write_text(CONFIG.format(port=port, folder=folder))
        environment = {**os.environ, "OPENTAXII_CONFIG": str(config)}

        def run(*command):
            subprocess.run([str(program / command[0]), *command[1:]], env=environment, check=True, capture_output=True)

        run("opentaxii-create-account", "-u", "bench", "-p", "bench", "-a")
        run("opentaxii-add-api-root", "-t", "Bench", "--default", "-i", ROOT)
        run("opentaxii-add-collection", "-r", ROOT, "-t", "Bench", "-a", COLLECTION)
        with subprocess.Popen([str(program / "python3"), "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "opentaxii.http:app"],
                              env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                print(json.dumps(measure(port)), flush=True)
            finally:
                server.terminate()


def measure(port):
    login = "Basic " + base64.b64encode(b"bench:bench").decode()

    def ask(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request(method, path, body, {"Authorization": login, "Accept": TYPE, "Content-Type": TYPE})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status not in (200, 202):
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:200]!r}")
        return data

    for _ in range(200):
        try:
            collections = json.loads(ask("GET", f"/taxii2/{ROOT}/collections/"))
            break
        except OSError:
            time.sleep(0.1)
    objects = f"/taxii2/{ROOT}/collections/{collections['collections'][0]['id']}/objects/"
    bodies = [json.dumps({"objects": [indicator(b * BATCH + n) for n in range(BATCH)]}) for b in range(BATCHES)]
    start = time.monotonic()
    for body in bodies:
        ask("POST", objects, body)
    figures = {"post_1000": BATCHES * BATCH / (time.monotonic() - start)}
    for limit in (100, 1000):
        start = time.monotonic()
        size = sum(len(ask("GET", f"{objects}?limit={limit}")) for _ in range(ROUNDS))
        figures[f"get_{limit}"] = size / 1e6 / (time.monotonic() - start)
    return {name: figures[name] for name in ("get_100", "get_1000", "post_1000")}


if __name__ == "__main__":
    sys.exit(main())
