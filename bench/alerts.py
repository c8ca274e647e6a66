#!/usr/bin/env python3
"""From one member's publication to another member's alert, on one node with its server: bench/alerts.py [N]

Each of N publications is signed beforehand. The clock starts before the POST of the statement and stops when the alert
comes over a line of /api/v1/events that the other member's account keeps open, so it measures: signature checked, durable
in the log, held to the rules, alert signed, durable in the log, told. With a webhook beside it, also until its POST has
come in. Then a tenth as many are published by `comity share` in the data folder, beside the server: from when the command is
started, which reads, signs and appends, and from when it has returned. Prints the median, the 90th percentile and the
greatest, in milliseconds.
"""
import base64
import datetime
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import secrets
import statistics
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/system"))
import cli_test  # noqa: E402
import alert_test  # noqa: E402

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100


class Measured(alert_test.Alerts):
    def signed(self, community, number):
        stix = json.dumps(alert_test.indicator(number, f"198.51.{100 + number // 250}.{number % 250 + 1}"))
        root = hashlib.sha256(b"\0" + stix.encode()).hexdigest()
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        nonce = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        statement = {"v": 1, "community": community, "type": "intelligence.share", "author": "kenic", "issued": now, "nonce": nonce,
                     "audience": {"tlp": "green"}, "body": {"objects": {"count": 1, "root": root}}}
        envelope = {"payload": base64.b64encode(json.dumps(statement).encode()).decode(),
                    "payloadType": "application/vnd.comity.statement+json",
                    "signatures": [{"keyid": "00000000", "sig": base64.b64encode(bytes(64)).decode()}]}  # one that is none, until it is signed
        path = self.write(f"envelope-{number}.json", envelope)
        self.done("statement", "sign", path, "--key", self.data / "keys/kenic.key")
        return '{"envelope":%s,"objects":[%s]}' % (path.read_text().strip(), stix)

    def runTest(self):
        community = self.done("community", "show", "--json").json()["community"]["id"]
        self.write("password", "a password of tests\n")
        self.done("account", "add", "amina@cert-ke", "--password-file", "password")
        token = self.done("token", "create", "amina@cert-ke", "--scope", "read").out.strip()
        self.done("alert", "rule", "add", "ours", "--network", "198.51.0.0/16", "--per-hour", "100000", "--as", "cert-ke")
        posted = threading.Event()

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
                posted.set()

            def log_message(self, *_):
                pass
        hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        self.write("secret", "of tests\n")
        self.done("alert", "channel", "add", "hook", f"http://127.0.0.1:{hook.server_port}/", "--secret-file", "secret", "--as", "cert-ke")
        bodies = [self.signed(community, n) for n in range(COUNT)]
        told, delivered, shared, after = [], [], [], []
        with cli_test.Server(self) as server:
            host = server.url.removeprefix("http://")
            line = http.client.HTTPConnection(host, timeout=60)
            line.request("GET", "/api/v1/events?type=intelligence.alert", headers={"Authorization": "Bearer " + token})
            events = line.getresponse()
            publisher = http.client.HTTPConnection(host, timeout=60)
            for body in bodies:
                posted.clear()
                start = time.perf_counter()
                publisher.request("POST", "/api/v1/statements", body, {"Content-Type": "application/json"})
                answer = publisher.getresponse()
                text = answer.read()
                assert answer.status == 201, text
                while not events.readline().startswith(b"data: "):
                    pass
                told.append((time.perf_counter() - start) * 1000)
                assert posted.wait(60)
                delivered.append((time.perf_counter() - start) * 1000)
            for number in range(COUNT, COUNT + max(10, COUNT // 10)):
                path = self.write("beside.json", alert_test.indicator(number, f"198.51.{100 + number // 250}.{number % 250 + 1}"))
                heard = []

                def listen():
                    while not events.readline().startswith(b"data: "):
                        pass
                    heard.append(time.perf_counter())
                listener = threading.Thread(target=listen)
                listener.start()
                start = time.perf_counter()
                self.done("share", path, "--tlp", "green", "--as", "kenic")
                returned = time.perf_counter()
                listener.join(60)
                shared.append((heard[0] - start) * 1000)
                after.append(max(0.0, heard[0] - returned) * 1000)
            line.close()
        hook.shutdown()
        for name, times in (("alert told over the events line", told), ("webhook received", delivered),
                            ("told of what comity share took beside the server", shared), ("of that, after it returned", after)):
            times.sort()
            print(f"{name}: {len(times)} publications, median {statistics.median(times):.1f} ms, "
                  f"90% {times[len(times) * 9 // 10]:.1f} ms, greatest {times[-1]:.1f} ms")


if __name__ == "__main__":
    cli_test.PROGRAM = os.environ.get("COMITY_PROGRAM") or "build/release/comity"
    cli_test.PROGRAM = str(pathlib.Path(cli_test.PROGRAM).resolve())
    result = unittest.TextTestRunner(verbosity=0).run(Measured())
    sys.exit(0 if result.wasSuccessful() else 1)
