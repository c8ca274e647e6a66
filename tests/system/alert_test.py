#!/usr/bin/env python3
"""Early warning as whole programs: from one member's publication to another's alert, once, whatever dies.

    COMITY_PROGRAM=build/release/comity tests/system/alert_test.py [-v] [CASE...]
"""
import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import cli_test


def indicator(number, value):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": f"Number {number}",
            "pattern": f"[ipv4-addr:value = '{value}']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}


class Hook:
    """A receiver that answers as it is told (200 when it is told nothing), and remembers what it was sent."""

    def __init__(self, *answers):
        hook = self
        self.answers, self.came = list(answers), []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.came.append((dict(self.headers), body))
                self.send_response(hook.answers.pop(0) if hook.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def titles(self):
        return [json.loads(body)["alert"]["title"].split(",")[0].split(" ")[0] for _, body in self.came]


class Post:
    """A mail server that speaks STARTTLS, refuses the first `refuse` letters, and remembers what it was given."""

    def __init__(self, folder, refuse=0):
        self.came, self.refuse, self.folder = [], refuse, folder
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def close(self):
        self.listener.close()

    def run(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "mail.pem", self.folder / "mail.key")
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            try:
                self.serve(line, context)
            except (OSError, IndexError):
                pass

    def serve(self, line, context):
        secure, login, receivers = False, None, []
        reader = line.makefile("rb")

        def say(text):
            line.sendall(text.encode() + b"\r\n")
        say("220 localhost")
        while True:
            said = reader.readline()
            if not said:
                break
            word = said.split()[0].upper()
            if word == b"EHLO":
                say("250-localhost\r\n250 " + ("AUTH PLAIN" if secure else "STARTTLS"))
            elif word == b"STARTTLS":
                say("220 go on")
                line, secure = context.wrap_socket(line, server_side=True), True
                reader = line.makefile("rb")
            elif word == b"AUTH":
                parts = said.split()
                if len(parts) < 3:
                    say("334 ")
                    parts.append(reader.readline())
                login = base64.b64decode(parts[2])
                say("235 welcome")
            elif word == b"RCPT":
                receivers.append(said.split(b":", 1)[1].split()[0].decode())
                say("250 yes")
            elif word == b"DATA":
                say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += reader.readline()
                if self.refuse:
                    self.refuse -= 1
                    say("451 not now")
                else:
                    self.came.append((secure, login, receivers, text[:-3]))
                    say("250 taken")
            elif word == b"QUIT":
                say("221 bye")
                break
            else:
                say("250 yes")
        line.close()


class Alerts(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.found("cert-ke", "kenic")
        # From now on the node speaks for cert-ke where nobody sits at the keyboard.
        self.done("key", "generate", "cert-ke", "--out", "custody")
        self.done("member", "add-key", "custody/cert-ke.pub", "--custody", "--as", "cert-ke")
        (self.folder / "custody/cert-ke.key").replace(self.data / "keys/cert-ke.key")

    def share(self, number, value, *audience):
        path = self.write(f"bundle-{number}.json", {"type": "bundle", "id": f"bundle--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
                                                    "objects": [indicator(number, value)]})
        return self.done("share", path, *(audience or ("--tlp", "green")), "--as", "kenic", "--json").json()["id"]

    def alerts(self, *words):
        return self.done("alert", "list", *words, "--as", "cert-ke", "--json").json()

    def until(self, holds):
        end = time.monotonic() + cli_test.PATIENCE
        while True:
            value = holds()
            if value:
                return value
            self.assertLess(time.monotonic(), end, "did not come about")
            time.sleep(0.05)

    def test_from_a_publication_to_an_acknowledged_alert(self):
        self.share(1, "198.51.100.1")
        (self.folder / "assets.txt").write_text("198.51.100.0/24  # the office\ncert-ke.example\n")
        tried = self.done("alert", "rule", "try", "--assets", "assets.txt", "--as", "cert-ke", "--json").json()
        self.assertEqual((tried["objects"], tried["items"][0]["values"]), (1, ["198.51.100.1"]))
        self.done("alert", "rule", "add", "ours", "--assets", "assets.txt", "--severity", "high", "--measure", "Call the office", "--as", "cert-ke")
        self.fails("already", "alert", "rule", "add", "ours", "--word", "Acme", "--as", "cert-ke")
        self.fails("watches for nothing", "alert", "rule", "add", "none", "--as", "cert-ke")
        self.fails("holds no key of 'kenic' to sign", "alert", "rule", "add", "x", "--word", "Acme", "--as", "kenic")
        self.assertEqual([r["networks"] for r in self.done("alert", "rule", "list", "--as", "cert-ke", "--json").json()], [["198.51.100.0/24"]])
        self.assertEqual(self.done("alert", "rule", "list", "--as", "kenic", "--json").json(), [], "a rule is its member's alone")
        self.assertEqual(self.done("alert", "rule", "try", "ours", "--as", "cert-ke", "--json").json()["objects"], 1)
        with cli_test.Server(self) as server:
            watch = subprocess.Popen([cli_test.PROGRAM, "alert", "watch", "--count", "1", "--as", "cert-ke", "--json"], stdout=subprocess.PIPE,
                                     cwd=self.folder, env=self.environment)
            self.addCleanup(watch.stdout.close)
            self.addCleanup(watch.kill)
            self.share(2, "203.0.113.9")
            evidence = self.share(3, "198.51.100.3")
            alert = self.until(self.alerts)[0]
            self.assertEqual(alert["evidence"], [{"statement": evidence, "objects": ["indicator--8e2e2d2b-17d4-4cbf-938f-000000000003"],
                                                  "values": ["198.51.100.3"]}])
            self.assertEqual((alert["author"], alert["severity"], alert["rule"], alert["open"]), ("cert-ke", "high", "ours", True))
            self.assertEqual(alert["audience"], {"tlp": "amber+strict", "members": ["cert-ke"]})
            self.assertIn("Call the office", alert["measures"])
            out, _ = watch.communicate(timeout=cli_test.PATIENCE)
            self.assertEqual(json.loads(out)["id"], alert["id"])
            # The statement is signed by the key in custody, stands in the log, and is nobody else's to see.
            key = self.done("log", "head", "--json").json()["key"]
            self.write("alert.proof", self.done("log", "prove", alert["id"], "--as", "cert-ke").out)
            self.done("log", "verify", "alert.proof", "--key", key, "--statement", alert["id"])
            self.fails("no", "statement", "show", alert["id"], "--as", "kenic")
            with urllib.request.urlopen(server.url + "/api/v1/alerts") as answer:
                self.assertEqual(json.load(answer), {"items": [], "next": None})
        self.done("alert", "acknowledge", alert["id"][:8], "--note", "On it", "--as", "cert-ke")
        self.assertEqual(self.alerts("--open"), [])
        shown = self.done("alert", "show", alert["id"][:10], "--as", "cert-ke").out
        self.assertIn("acknowledged by", shown)
        self.assertIn("On it", shown)
        self.fails("there is no alert", "alert", "show", alert["id"][:10], "--as", "kenic")
        self.done("alert", "rule", "remove", "ours", "--as", "cert-ke")
        self.fails("there is no rule ours", "alert", "rule", "remove", "ours", "--as", "cert-ke")

    def test_whom_nobody_knows_is_told_nothing(self):
        """A name that is nobody's would be signed, and read by nobody: it is refused at every door that takes what people type."""
        path = self.write("one.json", indicator(1, "198.51.100.1"))
        self.done("group", "set", "cert-ke/responders", "kenic", "--as", "cert-ke")
        before = self.done("log", "head", "--json").json()["size"]
        for words in (("alert", "drill", "--to", "kenik"), ("share", path, "--to", "kenik"), ("share", path, "--to", "kenik", "--dry-run"),
                      ("alert", "drill", "--person", "amina@kenik"), ("group", "set", "cert-ke/others", "kenik"),
                      ("collection", "create", "--root", "x", "--title", "x", "--poster", "kenik"), ("alert", "rule", "add", "r", "--word", "Acme", "--to", "kenik"),
                      ("alert", "rule", "add", "r", "--source", "kenik"), ("sighting", "policy", "automatic", "--to", "kenik")):
            answer = self.run_it(*words, "--as", "cert-ke")
            self.assertEqual(answer.code, 1, words)
            self.assertIn("there is no member kenik here: did you mean kenic?", answer.err, words)
        for words in (("alert", "drill"), ("share", path)):
            self.fails("--group: there is no group cert-ke/responder here: did you mean cert-ke/responders?", *words, "--group", "cert-ke/responder", "--as", "cert-ke")
        self.assertEqual(self.done("log", "head", "--json").json()["size"], before, "nothing was said")
        self.done("alert", "drill", "--group", "cert-ke/responders", "--as", "cert-ke")
        # What another said is answered whomever it names.
        self.done("share", path, "--to", "kenic", "--as", "cert-ke")
        self.done("intel", "report", indicator(1, "")["id"], "--agree", "--as", "kenic")
        # Over the network, too, with the place as a field.
        self.write("password", "a password of tests\n")
        self.done("account", "add", "amina@cert-ke", "--password-file", "password")
        token = self.done("token", "create", "amina@cert-ke", "--scope", "read", "--scope", "submit").out.strip()
        with cli_test.Server(self) as server:
            def put(method, where, form):
                request = urllib.request.Request(server.url + where, json.dumps(form).encode(), method=method,
                                                 headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(request, timeout=60)
                return refused.exception.code, refused.exception.read().decode()
            audience = {"tlp": "amber", "members": ["kenik"]}
            for code, text in (put("PUT", "/api/v1/hit-policy", {"mode": "automatic", "audience": audience}),
                               put("POST", "/api/v1/alert-rules", {"name": "r", "words": ["Acme"], "severity": "high", "audience": audience})):
                self.assertEqual(code, 400, text)
                self.assertIn("audience.members", text)
                self.assertIn("did you mean kenic?", text)

    def test_a_drill_measures_who_answers_how_fast(self):
        self.done("alert", "rule", "add", "ours", "--word", "Acme Bank", "--as", "cert-ke")
        with cli_test.Server(self):
            self.fails("say whom to test", "alert", "drill", "--as", "kenic")
            drill = self.done("alert", "drill", "--to", "cert-ke", "--to", "kenic", "--as", "kenic", "--json").json()["id"]

            def shown():
                return self.done("alert", "show", drill, "--as", "kenic", "--json").json()
            self.until(lambda: shown()["acknowledgements"])
            arrived = shown()
            self.assertEqual([(a["author"], a["automatic"]) for a in arrived["acknowledgements"]], [("cert-ke", True)])
            self.assertEqual((arrived["awaited"], arrived["open"], arrived["drill"]), (["cert-ke"], True, True))
            self.done("alert", "acknowledge", drill, "--note", "Heard", "--as", "cert-ke")
            answered = shown()
            self.assertEqual((answered["awaited"], answered["open"]), ([], False))
            self.assertGreaterEqual(answered["acknowledgements"][1]["after_ms"], answered["acknowledgements"][0]["after_ms"])
            waited = self.done("alert", "drill", "--to", "cert-ke", "--wait", "1s", "--as", "kenic")
            self.assertIn("no answer", waited.out)
            self.assertIn("arrived", waited.out)

    def test_nothing_is_lost_or_said_twice_where_servers_are_killed(self):
        """Killed at any moment, two at a time on one store: every value is in one alert."""
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--per-hour", "1000", "--as", "cert-ke")
        number = 0
        for round_ in range(4):
            with cli_test.Server(self) as server:
                for _ in range(3):
                    number += 1
                    self.share(number, f"198.51.100.{number}")
                time.sleep(0.02 * round_)
                server.stop(signal.SIGKILL)
        with cli_test.Server(self), cli_test.Server(self):
            def named():
                return sorted(value for alert in self.alerts("--limit", "1000") for e in alert["evidence"] for value in e["values"])
            expected = sorted(f"198.51.100.{n}" for n in range(1, number + 1))
            self.until(lambda: len(named()) >= number)
            self.assertEqual(named(), expected)

    def test_a_webhook_gets_every_alert_in_order_through_failures_and_kills(self):
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--per-hour", "1000", "--as", "cert-ke")
        self.write("secret", "a secret of tests\n")
        hook = Hook(500, 503)
        self.addCleanup(hook.close)
        self.fails("--secret-file", "alert", "channel", "add", "siem", hook.url, "--as", "cert-ke")
        self.done("alert", "channel", "add", "siem", hook.url, "--secret-file", "secret", "--as", "cert-ke")
        self.fails("already", "alert", "channel", "add", "siem", hook.url, "--secret-file", "secret", "--as", "cert-ke")
        number = 0
        for _ in range(3):
            with cli_test.Server(self) as server:
                for _ in range(2):
                    number += 1
                    self.share(number, f"198.51.100.{number}")
                    self.until(lambda: len(self.alerts()) >= number)
                server.stop(signal.SIGKILL)
        with cli_test.Server(self), cli_test.Server(self):
            self.until(lambda: not self.done("alert", "outbox", "list", "--waiting", "--json").json())
        # What a kill cut off may come again, under the same id; what came first came first.
        ids = [headers["webhook-id"] for headers, _ in hook.came]
        firsts = [title for i, title in enumerate(hook.titles()) if ids.index(ids[i]) == i]
        self.assertEqual(firsts, [f"198.51.100.{n}" for n in range(1, number + 1)])
        headers, body = hook.came[-1]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(b"a secret of tests", signed, hashlib.sha256).digest()).decode()
        self.assertEqual(headers["webhook-signature"], "v1," + signature)
        self.assertEqual(json.loads(body)["id"], headers["webhook-id"])
        letters = self.done("alert", "outbox", "list", "--json").json()
        self.assertEqual({letter["state"] for letter in letters}, {"delivered"})
        self.assertEqual(len(letters), number)

    def test_a_watch_over_the_network_is_told_at_once_and_comes_again(self):
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--as", "cert-ke")
        self.done("account", "add", "amina@cert-ke", input="correct horse battery\n")
        token = self.done("token", "create", "amina@cert-ke").out.strip()
        with cli_test.Server(self) as server:
            port = server.url.rsplit(":", 1)[1]
            self.share(1, "198.51.100.1")
            self.until(self.alerts)
            watch = subprocess.Popen([cli_test.PROGRAM, "alert", "watch", "--count", "3", "--from-start", "--node", server.url, "--token", token,
                                      "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder, env=self.environment)
            self.addCleanup(watch.stdout.close)
            self.addCleanup(watch.stderr.close)
            self.addCleanup(watch.kill)
            self.assertIn("198.51.100.1", json.loads(watch.stdout.readline())["title"])
            began = time.monotonic()
            self.share(2, "198.51.100.2")
            self.assertIn("198.51.100.2", json.loads(watch.stdout.readline())["title"])
            self.assertLess(time.monotonic() - began, 60)
        # The node goes, which the watch says once, and comes again at the same place.
        self.assertIn(b"comity:", watch.stderr.readline())
        self.share(3, "198.51.100.3")
        again = subprocess.Popen([cli_test.PROGRAM, "serve", "--listen", "127.0.0.1:" + port], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 cwd=self.folder, env=self.environment)
        try:
            self.assertIn("198.51.100.3", json.loads(watch.stdout.readline())["title"])
            self.assertEqual(watch.wait(cli_test.PATIENCE), 0)
            self.assertEqual(watch.stderr.read(), b"")
        finally:
            again.terminate()
            again.wait(cli_test.PATIENCE)
            again.stdout.close()

    def test_other_tools_look_values_up(self):
        self.write("list.txt", "evil-site.net\n8.8.0.0/16\n")
        self.done("share", "list.txt", "--tlp", "clear", "--as", "kenic")
        self.write("ours.txt", "only-ours.net\n")
        self.done("share", "ours.txt", "--tlp", "amber+strict", "--to", "kenic", "--as", "kenic")
        with cli_test.Server(self) as server:
            with urllib.request.urlopen(server.url + "/api/v1/intel/lookup?value=hxxp://www.EVIL-site[.]net/x") as answer:
                one = json.load(answer)["items"][0]
            self.assertEqual([(i["value"], i["source"], i["tlp"]) for i in one["indicators"]], [("evil-site.net", "kenic", "clear")])
            asked = ["8.8.4.4", "notevil-site.net", "only-ours.net"]
            request = urllib.request.Request(server.url + "/api/v1/intel/lookup", json.dumps({"values": asked}).encode(),
                                             {"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as answer:
                many = json.load(answer)["items"]
            self.assertEqual([(i["value"], i["listed"]) for i in many], list(zip(asked, [True, False, False])))
            remote = self.done("intel", "lookup", "8.8.4.4", "--node", server.url).out
            self.assertIn("8.8.4.4: ipv4-network 8.8.0.0/16 (kenic, TLP:clear", remote)
        # In a data folder, as one who may read more; and as one who may not.
        self.assertIn("only-ours.net", self.done("intel", "lookup", "a.only-ours.net", "--as", "kenic").out)
        hidden = self.run_it("intel", "lookup", "only-ours.net", "--as", "cert-ke")
        self.assertEqual((hidden.code, hidden.out), (1, "only-ours.net: not listed\n"))
        many = self.done("intel", "lookup", "-", "x.org", "--as", "cert-ke", "--json", input="\n9.9.9.9\n8.8.4.4\n").out
        self.assertEqual([json.loads(line)["listed"] for line in many.splitlines()], [False, True, False])

    def test_letters_go_out_over_tls_and_come_once(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.folder / "mail.key", "-out",
                        self.folder / "mail.pem"], check=True, stderr=subprocess.DEVNULL)
        post = Post(self.folder, refuse=1)
        self.addCleanup(post.close)
        (self.folder / "mail.secret").write_text("not everybody's\n")
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--severity", "high", "--as", "cert-ke")
        words = ("alert", "channel", "add", "duty", f"smtp://localhost:{post.port}", "--as", "cert-ke", "--ca-file", "mail.pem")
        self.fails("is no mail address", *words, "--from", "nobody", "--to", "a@b.example")
        self.fails("are not 1 to 100", *words, "--from", "alerts@cert-ke.example")
        self.fails("its first line", *words, "--from", "alerts@cert-ke.example", "--to", "duty@cert-ke.example", "--user", "alerts")
        self.done(*words, "--from", "alerts@cert-ke.example", "--to", "duty@cert-ke.example", "--to", "boss@cert-ke.example", "--user", "alerts",
                  "--secret-file", "mail.secret")
        with cli_test.Server(self):
            self.share(1, "198.51.100.1")
            alert = self.until(self.alerts)[0]
            self.until(lambda: post.came)
            self.share(2, "198.51.100.2")
            self.until(lambda: len(post.came) == 2)
        (secure, login, receivers, text), second = post.came
        self.assertTrue(secure, "STARTTLS before anything is said")
        self.assertEqual(login, b"\0alerts\0not everybody's")
        self.assertEqual(receivers, ["<duty@cert-ke.example>", "<boss@cert-ke.example>"])
        letter = email.message_from_bytes(text, policy=email.policy.default)
        self.assertEqual(letter["Message-ID"].split("@")[0], "<" + alert["id"])
        self.assertTrue(letter["Subject"].startswith("[high] 198[.]51[.]100[.]1"), letter["Subject"])
        self.assertEqual(letter["Auto-Submitted"], "auto-generated")
        body = letter.get_content()
        self.assertIn("198[.]51[.]100[.]1", body)
        self.assertIn("comity alert acknowledge " + alert["id"], body)
        letters = self.done("alert", "outbox", "list", "--as", "cert-ke", "--json").json()
        self.assertEqual([(each["state"], each["tries"]) for each in letters], [("delivered", 1), ("delivered", 2)])

    def test_letters_are_for_their_receivers_eyes_where_their_certificates_are_known(self):
        def certificate(name, kind, usage):
            key = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            subprocess.run(["openssl", "req", "-x509", *key, "-nodes", "-days", "2", "-subj", f"/CN={name}",
                            "-addext", f"subjectAltName=email:{name}@cert-ke.example,DNS:localhost", "-addext", f"keyUsage={usage}",
                            "-keyout", self.folder / f"{name}.key", "-out", self.folder / f"{name}.pem"], check=True, stderr=subprocess.DEVNULL)
        certificate("mail", "ec", "digitalSignature,keyCertSign")
        certificate("duty", "rsa", "keyEncipherment")
        certificate("boss", "ec", "keyAgreement")
        certificate("signer", "rsa", "digitalSignature")
        post = Post(self.folder, refuse=0)
        self.addCleanup(post.close)
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--severity", "high", "--as", "cert-ke")
        words = ("alert", "channel", "add", "duty", f"smtp://localhost:{post.port}", "--as", "cert-ke", "--ca-file", "mail.pem",
                 "--from", "alerts@cert-ke.example", "--to", "duty@cert-ke.example")
        self.fails("none of them names duty@cert-ke.example", *words, "--encrypt-to", "boss.pem")
        self.fails("is none", *words, "--encrypt-to", "duty.key")
        self.fails("no such file", *words, "--encrypt-to", "nobody.pem")
        self.fails("not for encrypting", *words[:-1], "signer@cert-ke.example", "--encrypt-to", "signer.pem")
        self.fails("is for letters to people", "alert", "channel", "add", "log", "tcp://localhost:1", "--as", "cert-ke", "--encrypt-to", "duty.pem")
        self.done(*words, "--to", "boss@cert-ke.example", "--encrypt-to", "duty.pem", "--encrypt-to", "boss.pem")
        with cli_test.Server(self):
            self.share(1, "198.51.100.1")
            alert = self.until(self.alerts)[0]
            self.until(lambda: post.came)
        sealed = post.came[0][3]
        self.assertNotIn(b"198", sealed.replace(b"\r\n", b""), "nothing of it is outside, in the subject neither")
        outside = email.message_from_bytes(sealed, policy=email.policy.default)
        self.assertEqual((outside["Subject"], outside.get_content_type()), ("[high] An alert, encrypted", "application/pkcs7-mime"))
        (self.folder / "letter.eml").write_bytes(sealed)
        for name in ("duty", "boss"):
            opened = subprocess.run(["openssl", "cms", "-decrypt", "-in", self.folder / "letter.eml", "-recip", self.folder / f"{name}.pem",
                                     "-inkey", self.folder / f"{name}.key"], check=True, capture_output=True).stdout
            inside = email.message_from_bytes(opened, policy=email.policy.default).get_content()
            self.assertIn("198[.]51[.]100[.]1", inside)
            self.assertIn("comity alert acknowledge " + alert["id"], inside)
        other = subprocess.run(["openssl", "cms", "-decrypt", "-in", self.folder / "letter.eml", "-recip", self.folder / "signer.pem",
                                "-inkey", self.folder / "signer.key"], capture_output=True)
        self.assertNotEqual(other.returncode, 0)

    def test_letters_are_sealed_to_openpgp_keys_and_opened_by_gpg(self):
        home = tempfile.mkdtemp(prefix="gpg")  # of a short name: a socket's has no room for a long one
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        self.addCleanup(subprocess.run, ["gpgconf", "--homedir", home, "--kill", "all"])

        def gpg(*words, **more):
            return subprocess.run(["gpg", "--homedir", home, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *words],
                                  check=True, capture_output=True, **more).stdout

        def key(name, *algorithm, export=True, before=()):
            gpg(*before, "--quick-generate-key", f"{name.title()} <{name}@cert-ke.example>", *(algorithm or ("future-default", "default", "0")))
            if export:
                (self.folder / f"{name}.asc").write_bytes(gpg("--armor", "--export", f"{name}@cert-ke.example"))
        key("duty")
        key("boss", "rsa2048", "default", "0")
        gpg("--quick-add-key", self.fingerprint(gpg, "boss"), "rsa2048", "encr", "0")
        (self.folder / "boss.asc").write_bytes(gpg("--armor", "--export", "boss@cert-ke.example"))
        key("signer", "ed25519", "sign", "0")
        key("old", "future-default", "default", "1d", before=("--faked-system-time", "20200101T000000!"))
        key("gone")
        revocation = (pathlib.Path(home) / "openpgp-revocs.d" / (self.fingerprint(gpg, "gone") + ".rev")).read_text().replace(":-----BEGIN", "-----BEGIN")
        gpg("--import", input=revocation.encode())
        (self.folder / "gone.asc").write_bytes(gpg("--armor", "--export", "gone@cert-ke.example"))
        (self.folder / "secret.asc").write_bytes(gpg("--armor", "--export-secret-keys", "duty@cert-ke.example"))
        (self.folder / "both.asc").write_bytes(gpg("--armor", "--export", "duty@cert-ke.example", "boss@cert-ke.example"))
        (self.folder / "cut.asc").write_bytes((self.folder / "duty.asc").read_bytes()[:200])
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=mail",
                        "-addext", "subjectAltName=email:boss@cert-ke.example,DNS:localhost", "-keyout", self.folder / "mail.key", "-out", self.folder / "mail.pem"],
                       check=True, stderr=subprocess.DEVNULL)
        post = Post(self.folder, refuse=0)
        self.addCleanup(post.close)
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--severity", "high", "--as", "cert-ke")

        def words(name):
            return ("alert", "channel", "add", name, f"smtp://localhost:{post.port}", "--as", "cert-ke", "--ca-file", "mail.pem",
                    "--from", "alerts@cert-ke.example", "--to", f"{name}@cert-ke.example")
        self.fails("none of them names duty@cert-ke.example", *words("duty"), "--encrypt-to", "boss.asc")
        self.fails("its owner adds one", *words("signer"), "--encrypt-to", "signer.asc")
        self.fails("has expired", *words("old"), "--encrypt-to", "old.asc")
        self.fails("was revoked by its owner", *words("gone"), "--encrypt-to", "gone.asc")
        self.fails("has a secret key in it", *words("duty"), "--encrypt-to", "secret.asc")
        self.fails("write one key into each file", *words("duty"), "--encrypt-to", "both.asc")
        self.fails("gpg --armor --export", *words("duty"), "--encrypt-to", "cut.asc")
        self.fails("a channel for each kind", *words("duty"), "--to", "boss@cert-ke.example", "--encrypt-to", "duty.asc", "--encrypt-to", "mail.pem")
        self.done(*words("duty"), "--to", "boss@cert-ke.example", "--encrypt-to", "duty.asc", "--encrypt-to", "boss.asc")
        with cli_test.Server(self):
            self.share(1, "198.51.100.1")
            alert = self.until(self.alerts)[0]
            self.until(lambda: post.came)
            # A key that is revoked later: nothing goes out any more, in the clear least of all.
            kept = (self.folder / "duty.asc").read_bytes()
            (self.folder / "duty.asc").write_bytes((self.folder / "gone.asc").read_bytes())
            self.share(2, "198.51.100.2")
            self.until(lambda: [each for each in self.done("alert", "outbox", "list", "--as", "cert-ke", "--json").json()
                                if each["error"] and "none of them names duty@cert-ke.example" in each["error"]])
            self.assertEqual(len(post.came), 1)
            (self.folder / "duty.asc").write_bytes(kept)
            self.until(lambda: len(post.came) == 2)
        sealed = post.came[0][3]
        self.assertNotIn(b"198", sealed.replace(b"\r\n", b"").split(b"-----BEGIN PGP MESSAGE")[0])
        outside = email.message_from_bytes(sealed, policy=email.policy.default)
        self.assertEqual((outside["Subject"], outside.get_content_type(), outside.get_param("protocol")),
                         ("[high] An alert, encrypted", "multipart/encrypted", "application/pgp-encrypted"))
        control, message = outside.iter_parts()
        self.assertEqual((control.get_content_type(), control.get_content().decode().strip()), ("application/pgp-encrypted", "Version: 1"))
        self.assertEqual(message.get_content_type(), "application/octet-stream")
        for name in ("duty", "boss"):  # each with its own key alone
            alone = tempfile.mkdtemp(prefix="gpg")
            self.addCleanup(shutil.rmtree, alone, ignore_errors=True)
            self.addCleanup(subprocess.run, ["gpgconf", "--homedir", alone, "--kill", "all"])
            subprocess.run(["gpg", "--homedir", alone, "--batch", "--quiet", "--import"], check=True, capture_output=True,
                           input=gpg("--export-secret-keys", f"{name}@cert-ke.example"))
            opened = subprocess.run(["gpg", "--homedir", alone, "--batch", "--status-fd", "2", "--pinentry-mode", "loopback", "--passphrase", "", "--decrypt"],
                                    input=message.get_content(), capture_output=True)
            self.assertEqual(opened.returncode, 0, opened.stderr)
            self.assertIn(b"GOODMDC", opened.stderr)
            inside = email.message_from_bytes(opened.stdout, policy=email.policy.default).get_content()
            self.assertIn("198[.]51[.]100[.]1", inside)
            self.assertIn("comity alert acknowledge " + alert["id"], inside)

    def fingerprint(self, gpg, name):
        listed = gpg("--with-colons", "--list-keys", f"{name}@cert-ke.example").decode()
        return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))

    def test_a_collector_gets_cef_over_tcp_and_udp(self):
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--severity", "high", "--as", "cert-ke")
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        for each in (tcp, udp):
            self.addCleanup(each.close)
            each.settimeout(cli_test.PATIENCE)
        self.done("alert", "channel", "add", "line", f"tcp://127.0.0.1:{tcp.getsockname()[1]}", "--as", "cert-ke")
        self.done("alert", "channel", "add", "datagram", f"udp://127.0.0.1:{udp.getsockname()[1]}", "--as", "cert-ke")
        with cli_test.Server(self):
            self.share(1, "198.51.100.1")
            datagram = udp.recv(65536).decode()
            line, _ = tcp.accept()
            with line, line.makefile("rb") as stream:
                size, message = stream.read().decode().split(" ", 1)
        self.assertEqual(int(size), len(message.encode()))
        self.assertEqual(datagram, message)
        self.assertRegex(message, r"^<107>1 \S+Z test\.example comity - alert - CEF:0\|Comity\|comity\|[0-9.]+\|alert\|198\.51\.100\.1 ")

    def test_what_nobody_takes_lies_dead_until_it_is_sent_again(self):
        self.done("alert", "rule", "add", "ours", "--network", "198.51.100.0/24", "--as", "cert-ke")
        self.write("secret", "x\n")
        self.done("alert", "channel", "add", "gone", "http://127.0.0.1:1/", "--secret-file", "secret", "--as", "cert-ke")
        with cli_test.Server(self):
            self.share(1, "198.51.100.1")

            def tried():
                return [letter for letter in self.done("alert", "outbox", "list", "--json").json() if letter["tries"] > 0]
            letter = self.until(tried)[0]
            self.assertEqual(letter["state"], "waiting")
            self.assertIn("connection refused", letter["error"])
        self.fails("there is no dead letter 1", "alert", "outbox", "retry", "1")
        self.assertEqual(self.done("alert", "outbox", "retry", "all", "--json").json(), {"letters": 0})
        self.assertEqual([c["name"] for c in self.done("alert", "channel", "list", "--json").json()], ["gone"])
        self.done("alert", "channel", "remove", "gone", "--as", "cert-ke")
        self.assertEqual(self.done("alert", "outbox", "list", "--json").json(), [])


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(cli_test.PROGRAM).resolve())
    unittest.main()
