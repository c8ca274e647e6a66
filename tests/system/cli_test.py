#!/usr/bin/env python3
"""The command line as whole programs: what is printed, what is returned, what bad input meets.

    COMITY_PROGRAM=build/release/comity tests/system/cli_test.py [-v] [CASE...]

Every test founds what it needs in a temporary folder; servers listen on loopback at a free port.
"""
import base64
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import stat
import subprocess
import tempfile
import termios
import time
import unittest
import urllib.error
import urllib.request

PROGRAM = os.environ.get("COMITY_PROGRAM") or os.environ.get("COMITY_BUILT") or "build/release/comity"
PATIENCE = 120  # seconds until something that must happen is given up

CHARTER = """
name = "Test Network"
purpose = "To be tested."
origin = "test.example/log"
[admission]
sponsors = {sponsors}
"""
MEMBER = """
[[member]]
id = "{id}"
name = "{name}"
class = "{kind}"
key = "{id}.pub"
"""

INDICATOR = {
    "type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "pattern": "[ipv4-addr:value = '198.51.100.7']",
    "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z",
}


class Answer:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="comity-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "COMITY_DATA": str(self.data), "LC_ALL": "C.UTF-8"}

    def run_it(self, *words, input="", data=None, environment=None, cwd=None):
        env = dict(self.environment, **(environment or {}))
        if data is not None:
            env["COMITY_DATA"] = str(data)
        done = subprocess.run([PROGRAM, *map(str, words)], input=input.encode(), capture_output=True, env=env, cwd=cwd or self.folder, timeout=PATIENCE)
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def done(self, *words, **more):
        answer = self.run_it(*words, **more)
        self.assertEqual(answer.code, 0, f"{words}: {answer.err}")
        return answer

    def fails(self, message, *words, code=1, **more):
        """It fails with this exit code, says this, as `comity: what: why: what to do`, and prints nothing else."""
        answer = self.run_it(*words, **more)
        self.assertEqual(answer.code, code, f"{words}: {answer.err or answer.out}")
        last = answer.err.strip().splitlines()[-1]
        self.assertTrue(last.startswith("comity: "), answer.err)
        self.assertIn(message, last)
        self.assertEqual(answer.out, "", words)
        return answer

    def found(self, *members, sponsors=1, data=None, words=()):
        members = members or ("cert-ke", "kenic")
        kinds = ("government", "technical", "civil", "company", "international", "citizen")
        text = CHARTER.format(sponsors=sponsors)
        for i, member in enumerate(members):
            self.done("key", "generate", member, data=data)
            text += MEMBER.format(id=member, name=f"Member {member}", kind=kinds[i % 6])
        (self.folder / "charter.toml").write_text(text)
        return self.done("community", "found", "charter.toml", "--json", *words, data=data).json()

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path


class FirstHour(Case):
    def test_from_founding_to_an_offline_proof(self):
        founded = self.found()
        self.assertEqual(founded["members"], 2)
        self.assertEqual(founded["origin"], "test.example/log")
        self.assertEqual(self.done("community", "show", "--json").json()["community"]["id"], founded["id"])
        self.assertEqual([m["id"] for m in self.done("member", "list", "--json").json()], ["cert-ke", "kenic"])
        self.assertEqual([m["id"] for m in self.done("member", "list", "--class", "technical", "--json").json()], ["kenic"])

        iocs = self.write("iocs.txt", "# a list\nd41d8cd98f00b204e9800998ecf8427e\nhxxps://evil[.]example[.]net/x\n\nevil.example.net # twice\nevil.example.net\n")
        shared = self.done("share", iocs, "--tlp", "clear", "--title", "Week 47", "--as", "cert-ke", "--json").json()
        self.assertEqual(shared["index"], 1)
        self.assertEqual(shared["objects"], 4, "the sharer's identity and three indicators")
        self.assertEqual(shared["kinds"], {"domain": 1, "md5": 1, "url": 1})
        listed = self.done("statement", "list", "--type", "intelligence.share", "--json").json()
        self.assertEqual([s["id"] for s in listed], [shared["id"]])
        shown = self.done("statement", "show", shared["id"][:8], "--json").json()
        self.assertEqual(shown["statement"]["body"]["title"], "Week 47")
        self.assertTrue(shown["effective"])
        objects = self.done("statement", "show", shared["id"], "--objects").json()
        self.assertEqual([o["position"] for o in objects], list(range(len(objects))))
        self.assertEqual([o["object"]["type"] for o in objects], ["identity"] + ["indicator"] * 3)

        self.done("log", "prove", shared["id"], "--bundle", "--out", "it.tlog-proof")
        key = founded["log_key"]
        nowhere = self.folder / "nowhere"
        verified = self.done("log", "verify", "it.tlog-proof", "--key", key, "--member-key", self.data / "keys/cert-ke.pub", "--witness",
                             founded["cosigner_key"], "--json", data=nowhere).json()
        self.assertEqual(verified["id"], shared["id"])
        self.assertEqual(verified["statement"]["author"], "cert-ke")
        self.assertEqual(len(verified["cosigned"]), 1)
        self.assertFalse(nowhere.exists(), "verifying makes no data folder")

        before = self.done("rebuild", "--json").json()["view_digest"]
        self.assertEqual(self.done("rebuild", "--json").json()["view_digest"], before)
        report = self.done("check", "--json").json()
        self.assertEqual(report["faults"], [])
        self.assertEqual(report["statements"], 2)

    def test_people_read_columns_and_programs_read_json(self):
        self.found()
        table = self.done("member", "list").out.splitlines()
        self.assertRegex(table[0], r"^ID +CLASS +ADMITTED +LEFT +NAME$")
        self.assertRegex(table[1], r"^cert-ke +government +\S+Z +Member cert-ke$")
        for words in (["member", "list"], ["member", "show", "kenic"], ["community", "show"], ["group", "list"], ["statement", "list"],
                      ["log", "head"], ["account", "list"]):
            self.done(*words, "--json").json()
            self.assertNotIn("\x1b", self.done(*words).out)

    def test_without_a_data_folder_named_it_is_found(self):
        environment = {"COMITY_DATA": ""}
        (self.folder / "comity-data").mkdir()
        self.done("key", "generate", "a", environment=environment)
        self.assertTrue((self.folder / "comity-data/keys/a.key").exists())
        shutil.rmtree(self.folder / "comity-data")
        self.done("key", "generate", "a", environment=environment)
        self.assertTrue((self.folder / ".local/share/comity/keys/a.key").exists())
        self.done("key", "generate", "a", environment=dict(environment, XDG_DATA_HOME=str(self.folder / "xdg")))
        self.assertTrue((self.folder / "xdg/comity/keys/a.key").exists())
        self.done("key", "generate", "a", "--data", self.folder / "named")
        self.assertTrue((self.folder / "named/keys/a.key").exists())


class Keys(Case):
    def test_a_secret_is_its_owners_and_is_never_shown(self):
        made = self.done("key", "generate", "cert-ke")
        secret = self.data / "keys/cert-ke.key"
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        self.assertEqual(made.out, (self.data / "keys/cert-ke.pub").read_text())
        self.assertEqual(self.done("key", "show", secret).out, made.out)
        for words in (["key", "show", secret], ["key", "show", secret, "--json"]):
            answer = self.done(*words)
            # The secret itself is base64, which may hold a "+".
            self.assertNotIn(secret.read_text().strip().split("+", 4)[4], answer.out + answer.err)
        os.chmod(secret, 0o644)
        self.fails("others than its owner", "key", "show", secret)

    def test_a_key_is_not_replaced_by_accident(self):
        first = self.done("key", "generate", "cert-ke").out
        self.fails("exists already", "key", "generate", "cert-ke")
        self.assertEqual(self.done("key", "show", self.data / "keys/cert-ke.pub").out, first)
        self.assertNotEqual(self.done("key", "generate", "cert-ke", "--force").out, first)
        self.done("key", "generate", "cert-ke", "--file", "cert-ke-2027")
        self.assertTrue((self.data / "keys/cert-ke-2027.key").exists())

    def test_names_that_cannot_be_are_refused(self):
        for name in ("", "two words", "a+b", "a/b", "../a", ".a", "log", "cosigner"):
            self.fails("", "key", "generate", name)
        self.assertFalse(self.data.exists() and any(self.data.rglob("*.key")))


class Founding(Case):
    def test_what_is_wrong_with_a_charter_is_said_and_nothing_is_made(self):
        self.done("key", "generate", "cert-ke")
        self.write("cert-ke.pub", (self.data / "keys/cert-ke.pub").read_text())
        good = CHARTER.format(sponsors=1) + MEMBER.format(id="cert-ke", name="CERT", kind="government")
        for broken, message in (
            ("name =", "charter.toml line 1"),
            (good.replace("purpose", "purpos"), "charter.toml line 3: purpos: unknown key: did you mean purpose?"),
            (good.replace("government", "goverment"), "member.class"),
            (good.replace('"cert-ke"', '"Cert KE"', 1), "member.id"),
            (good.replace("cert-ke.pub", "nobody.pub"), "nobody.pub"),
            (good.replace("sponsors = 1", "sponsors = 5"), "sponsors"),
            (good + good[good.index("[[member]]"):], "stands there twice"),
        ):
            self.write("charter.toml", broken)
            self.fails(message, "community", "found", "charter.toml")
        self.fails("no such file", "community", "found", "nothing.toml")
        self.fails("give a charter file", "community", "found")
        self.fails("there is no node", "community", "show")
        self.assertFalse((self.data / "comity.db").exists())

    def test_founders_who_are_elsewhere_sign_elsewhere(self):
        other = self.folder / "other"
        self.done("key", "generate", "cert-ke")
        self.done("key", "generate", "kenic", data=other)
        for member, data in (("cert-ke", self.data), ("kenic", other)):
            shutil.copy(data / f"keys/{member}.pub", self.folder)
        self.write("charter.toml", CHARTER.format(sponsors=1) + MEMBER.format(id="cert-ke", name="C", kind="government")
                   + MEMBER.format(id="kenic", name="K", kind="technical"))
        self.fails("the keys of kenic are not at hand", "community", "found", "charter.toml")
        answer = self.done("community", "found", "charter.toml", "--out", "charter.json")
        self.assertIn("Still to sign: kenic", answer.err)
        self.fails("kenic", "community", "found", "--envelope", "charter.json", "--origin", "o.example/log")
        self.done("statement", "sign", "charter.json", "--key", other / "keys/kenic.key")
        again = self.done("statement", "sign", "charter.json", "--key", other / "keys/kenic.key")
        self.assertIn("has signed it already", again.err)
        self.fails("--origin", "community", "found", "--envelope", "charter.json")
        founded = self.done("community", "found", "--envelope", "charter.json", "--origin", "o.example/log", "--json").json()
        # The same charter at the other's node is the same community.
        same = self.done("community", "found", "--envelope", "charter.json", "--origin", "p.example/log", "--json", data=other).json()
        self.assertEqual(same["id"], founded["id"])
        self.assertEqual(same["origin"], "p.example/log")

    def test_a_folder_is_home_of_one_community(self):
        self.found()
        self.fails("already", "community", "found", "charter.toml")
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 1)

    def test_the_example_is_a_charter(self):
        self.write("charter.toml", self.done("community", "found", "--example").out)
        for member in ("cert-ke", "kenic"):
            self.done("key", "generate", member)
        self.done("community", "found", "charter.toml")


class Members(Case):
    def admit(self, member, sponsor):
        return self.done("member", "admit", member, "--name", member, "--class", "civil", "--member-key", self.data / f"keys/{member}.pub",
                         "--as", sponsor)

    def test_a_newcomer_needs_its_sponsors(self):
        self.found(sponsors=2)
        self.done("key", "generate", "unima")
        self.admit("unima", "cert-ke")
        self.fails("there is no member", "member", "show", "unima")
        self.admit("unima", "kenic")
        self.assertEqual(self.done("member", "show", "unima", "--json").json()["class"], "civil")

    def test_who_acts_must_be_said_where_it_is_not_plain(self):
        self.found()
        iocs = self.write("iocs.txt", "evil.example.net\n")
        self.fails("keys of several members are at hand (cert-ke, kenic)", "share", iocs)
        (self.data / "keys/kenic.key").unlink()
        self.done("share", iocs)
        self.fails("no secret key of kenic", "share", iocs, "--as", "kenic")
        self.fails("there is no member nobody", "share", iocs, "--as", "nobody")
        (self.data / "keys/cert-ke.key").unlink()
        self.fails("no member's secret key is at hand", "share", iocs)

    def test_a_key_is_changed_and_the_old_one_counts_no_more(self):
        self.found("cert-ke")
        iocs = self.write("iocs.txt", "evil.example.net\n")
        self.done("key", "generate", "cert-ke", "--file", "next")
        self.done("member", "add-key", self.data / "keys/next.pub")
        self.done("member", "revoke-key", self.data / "keys/cert-ke.pub", "--reason", "lost")
        keys = self.done("member", "show", "cert-ke", "--json").json()["keys"]
        self.assertEqual([k["until"] is None for k in keys], [False, True])
        self.fails("no secret key of cert-ke that counts", "share", iocs, "--as", "cert-ke", "--key", self.data / "keys/cert-ke.key")
        self.done("share", iocs)

    def test_leaving_must_be_meant(self):
        self.found()
        self.fails("--yes", "member", "leave", "--as", "kenic")
        self.done("member", "leave", "--as", "kenic", "--yes")
        self.assertIsNotNone(self.done("member", "show", "kenic", "--json").json()["left"])

    def test_a_group_is_its_owners(self):
        self.found()
        self.done("group", "set", "cert-ke/responders", "cert-ke", "kenic")
        self.assertEqual(self.done("group", "list", "--json").json(), [{"id": "cert-ke/responders", "members": ["cert-ke", "kenic"]}])
        self.fails("a group is set by its owner", "group", "set", "cert-ke/responders", "kenic", "--as", "kenic")
        self.fails("has no owner", "group", "set", "responders", "kenic")
        self.fails("none is named", "group", "set", "cert-ke/responders")
        self.done("group", "set", "cert-ke/responders", "--empty")


class Sharing(Case):
    def test_a_bundle_is_kept_byte_for_byte(self):
        self.found("cert-ke")
        odd = json.dumps(INDICATOR).replace('": ', '" :   ').replace("stix", "st\\u0069x", 1)
        bundle = self.write("bundle.json", '{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[ ' + odd + " ]}")
        shared = self.done("share", bundle, "--tlp", "clear", "--json").json()
        with Server(self) as server:
            url = f"{server.url}/api/v1/statements/{shared['id']}/objects"
            with urllib.request.urlopen(url) as response:
                self.assertIn(odd, response.read().decode())

    def test_lines_that_are_not_understood_are_named_and_nothing_is_shared(self):
        self.found("cert-ke")
        iocs = self.write("iocs.txt", "198.51.100.7\nnot an indicator\n10.0.0.1\nevil.example.net\n")
        answer = self.fails("iocs.txt line 2", "share", iocs)
        self.assertIn("iocs.txt line 3: left out: 10.0.0.1", answer.err)
        self.assertIn("nothing was shared", answer.err)
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 1)
        dry = self.done("share", iocs, "--dry-run")
        self.assertIn("line 4: domain evil.example.net", dry.err)
        self.assertEqual(dry.out, "")
        form = self.done("share", iocs, "--dry-run", "--json").json()
        self.assertEqual([left["line"] for left in form["not_understood"]], [2])
        self.done("share", iocs, "--skip")
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 2)

    def test_hostile_files_are_refused(self):
        self.found("cert-ke")
        for name, content, message in (
            ("empty.txt", "", "nothing to share"),
            ("open.json", "{", "open.json"),
            ("no.json", "{}", "no.json"),
            ("bad.json", {"type": "bundle", "id": "bundle--x", "objects": [{"type": "indicator"}]}, "bad.json"),
            ("deep.json", '{"objects":' + "[" * 100000, "deep.json"),
            ("escape.txt", "\x1b]0;owned\x07\n", "not understood"),
        ):
            answer = self.fails(message, "share", self.write(name, content))
            self.assertNotIn("\x1b", answer.err)
        self.fails("nothing was shared", "share", self.folder)
        self.fails("no such file", "share", "nothing")
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 1)

    def test_standard_input_is_shared(self):
        self.found("cert-ke")
        self.done("share", "-", input="evil.example.net\n")
        self.fails("standard input line 1", "share", "-", input="?\n")

    def test_who_may_read_is_what_was_said(self):
        self.found("cert-ke", "kenic", "unima")
        ids = {}
        for name, words in {"clear": ["--tlp", "clear"], "green": [], "amber": ["--to", "kenic"], "red": ["--person", "amina@kenic"]}.items():
            ids[name] = self.done("share", "-", *words, "--as", "cert-ke", "--json", input=f"{name}.evil.net\n").json()["id"]

        def seen(*words, data=None):
            listed = {s["id"] for s in self.done("statement", "list", "--type", "intelligence.share", "--json", *words, data=data).json()}
            for name, statement in ids.items():
                shown = self.run_it("statement", "show", statement, *words, data=data)
                self.assertEqual(shown.code == 0, statement in listed, f"{name} {words}: list and show agree")
                if shown.code != 0:
                    self.assertIn("there is no statement", shown.err)
            return {name for name, statement in ids.items() if statement in listed}

        self.assertEqual(seen("--as", "cert-ke"), {"clear", "green", "amber", "red"})
        self.assertEqual(seen("--as", "kenic"), {"clear", "green", "amber"})
        self.assertEqual(seen("--as", "amina@kenic"), {"clear", "green", "amber", "red"})
        self.assertEqual(seen("--as", "unima"), {"clear", "green"})
        self.assertEqual(seen(), {"clear", "green", "amber", "red"}, "all the members' keys are at hand")
        self.fails("there is no member", "statement", "list", "--as", "nobody")
        # An operator without members' keys is nobody in particular.
        for member in ("cert-ke", "kenic"):
            (self.data / f"keys/{member}.key").unlink()
        self.assertEqual(seen(), {"clear", "green"}, "unima's key alone")
        (self.data / "keys/unima.key").unlink()
        self.assertEqual(seen(), {"clear"})

    def test_an_audience_that_cannot_be_is_refused(self):
        self.found("cert-ke")
        for words in (["--tlp", "amber"], ["--to", "kenic", "--person", "a@b"], ["--tlp", "clear", "--to", "kenic"], ["--to", "No One"]):
            self.fails("", "share", "-", *words, input="evil.example.net\n")
        self.fails("--tlp", "share", "-", "--tlp", "white", code=2, input="x.net\n")


class Intelligence(Case):
    """What works on files alone: no node is needed."""

    def file(self, name, value):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return path

    def test_a_pattern_is_checked(self):
        self.assertEqual(self.done("intel", "pattern", "check", "[file:name = 'a']").out, "The pattern is well formed.\n")
        self.fails("comity: pattern: column 12: found \"]\"", "intel", "pattern", "check", "[file:name=]")
        self.assertEqual(self.run_it("intel", "pattern", "check", "[file:name=]", "--json").json()["valid"], False)
        self.fails("START", "intel", "pattern", "check", "[a:b = 1] within 5 seconds")
        self.done("intel", "pattern", "check", "[a:b = 1] START '2020-01-01T00:00:00Z' STOP '2020-01-02T00:00:00Z'", "--spec", "2.0")
        self.fails("no such file", "intel", "pattern", "check", "nowhere.txt")

    def test_a_file_of_patterns_is_checked_line_by_line(self):
        path = self.file("patterns.txt", "[a:b = 1]\n\n[a:b = 'x'\r\n[c:d = true]\n")
        answer = self.run_it("intel", "pattern", "check", path)
        self.assertEqual(answer.code, 1)
        self.assertIn(f"{path} line 3 column 11: found the end of the pattern", answer.err)
        self.assertIn("1 of 3 patterns are wrong", answer.err)
        form = self.run_it("intel", "pattern", "check", "-", "--json", input="[a:b = 1]\n").json()
        self.assertEqual((form["valid"], form["checked"], form["wrong"]), (True, 1, []))

    def test_a_pattern_is_matched(self):
        seen = self.file("seen.json", {"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "objects": [
            {"type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf", "first_observed": "2020-01-01T00:00:00Z",
             "last_observed": "2020-01-01T00:00:00Z", "number_observed": 2, "object_refs": ["ipv4-addr--efcd5e80-570d-4131-b213-62cb18eaa6a8"]},
            {"type": "ipv4-addr", "id": "ipv4-addr--efcd5e80-570d-4131-b213-62cb18eaa6a8", "value": "198.51.100.7"}]})
        answer = self.done("intel", "pattern", "match", "[ipv4-addr:value ISSUBSET '198.51.100.0/24'] REPEATS 2 TIMES", seen)
        self.assertIn("observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf", answer.out)
        self.fails("no match among 1 observations", "intel", "pattern", "match", "[ipv4-addr:value = '198.51.100.7'] REPEATS 3 TIMES", seen)
        form = self.run_it("intel", "pattern", "match", "[ipv4-addr:value = '198.51.100.8']", seen, "--json").json()
        self.assertEqual((form["match"], form["observations"], form["bound"]), (False, 1, []))
        self.fails("back references", "intel", "pattern", "match", "[ipv4-addr:value MATCHES '(1)\\\\1']", seen)
        self.fails("the text ends too early", "intel", "pattern", "match", "[a:b = 1]", self.file("bad.json", "{"))

    def test_objects_are_validated_each_for_itself(self):
        bundle = {"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                  "objects": [INDICATOR, dict(INDICATOR, pattern="[a:b"), dict(INDICATOR, indicator_types=["odd"])]}
        path = self.file("bundle.json", bundle)
        answer = self.run_it("intel", "validate", path)
        self.assertEqual(answer.code, 1)
        self.assertIn("3 objects, 2 valid, 1 not", answer.out)
        self.assertIn("object 2: indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f.pattern: column 5: found the end", answer.err)
        self.assertNotIn("advice", answer.err)
        good = self.file("good.json", INDICATOR)
        self.assertIn("1 objects, 1 valid, 0 not", self.done("intel", "validate", good).out)
        form = self.run_it("intel", "validate", path, good, "--strict", "--json").json()
        self.assertEqual([one["wrong"] for one in form], [1, 0])
        self.assertIn("open vocabulary", json.dumps(form[0]["verdicts"][2]["advice"]))
        self.fails("bad.json: JSON", "intel", "validate", self.file("bad.json", "{"))

class Exchange(Case):
    """What docs/exchange.md tells of."""

    MAIL = ("From: analyst@cert.ke\nSubject: Phishing wave\n\nplease block hxxps://evil[.]com/login and 45 [.] 155 [.] 205 [.] 233,\n"
            "not https://www.cert.ke/. The file is dropper.exe.\n")
    TABLE = "ioc,kind,tags,tlp\nevil[.]net,domain,\"a, b\",amber\n45.155.205.233,ip,,\n10.0.0.1,ip,,\n"

    def test_a_mail_is_understood_before_it_is_shared(self):
        self.found("cert-ke")
        mail = self.write("mail.txt", self.MAIL)
        dry = self.done("share", mail, "--dry-run")
        for line in ("line 4: url https://evil.com/login", "line 4: ipv4 45.155.205.233", "line 5: left out: https://www.cert.ke/", "read as text"):
            self.assertIn(line, dry.err)
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 1)
        form = self.done("share", mail, "--json").json()
        self.assertEqual((form["title"], form["objects"]), ("Phishing wave", 3))
        self.assertEqual(self.done("share", mail, "--json").json()["statements"], [], "nothing new")
        self.assertIn("nothing new to share", self.done("share", mail).err)

    def feed_event(self, n):
        uuid = f"00000000-0000-4000-8000-00000000000{n}"
        return uuid, {"Event": {"uuid": uuid, "info": f"Event {n}", "date": "2026-01-01", "timestamp": str(1767225600 + n), "published": True,
                                "threat_level_id": "2", "analysis": "2", "Orgc": {"name": "X", "uuid": "11111111-1111-4111-8111-111111111111"},
                                "Attribute": [{"uuid": f"00000000-0000-4000-8000-0000000000a{n}", "type": "domain", "category": "Network activity",
                                               "to_ids": True, "timestamp": str(1767225600 + n), "value": f"n{n}.evil.net"}]}}

    def test_a_misp_feeds_folder_is_shared_event_by_event(self):
        self.found("cert-ke")
        feed = self.folder / "feed"
        feed.mkdir()
        events = dict(self.feed_event(n) for n in (1, 2, 3))
        for uuid, event in events.items():
            (feed / f"{uuid}.json").write_text(json.dumps(event))
        (feed / "99999999-9999-4999-8999-999999999999.json").write_text("not in the manifest, not read")
        (feed / "hashes.csv").write_text("x")
        manifest = {uuid: {"timestamp": event["Event"]["timestamp"], "info": "x"} for uuid, event in events.items()}
        (feed / "manifest.json").write_text(json.dumps(manifest))
        dry = self.done("share", str(feed), "--dry-run")
        for words in ("read as misp", "3 files", "in 3 statements"):
            self.assertIn(words, dry.err)
        self.assertLess(dry.err.index("01.json"), dry.err.index("03.json"))
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 1)
        form = self.done("share", str(feed), "--tlp", "clear", "--json").json()
        self.assertEqual([f["title"] for f in form["files"]], ["Event 1", "Event 2", "Event 3"])
        self.assertEqual((form["statements"], form["not_understood"]), (3, 0))
        for n in (1, 2, 3):
            self.assertEqual(len(self.done("intel", "search", f"n{n}.evil.net", "--type", "indicator", "--json").json()), 1)
        again = self.done("share", str(feed), "--tlp", "clear", "--json").json()
        self.assertEqual(again["statements"], 0, "nothing new")
        (feed / "manifest.json").write_text(json.dumps({**manifest, "22222222-2222-4222-8222-222222222222": {"timestamp": "1"}}))
        self.fails("not understood", "share", str(feed), "--tlp", "clear")
        self.done("share", str(feed), "--tlp", "clear", "--skip")
        (feed / "manifest.json").write_text(json.dumps({"../../etc/passwd": {"timestamp": "1"}}))
        self.fails("names no event", "share", str(feed))
        (feed / "manifest.json").write_text("[]")
        self.fails("is no manifest", "share", str(feed))

    def test_a_folder_of_bundles_is_shared_file_by_file_and_whole_or_not(self):
        self.found("cert-ke")
        folder = self.folder / "bundles"
        (folder / "below").mkdir(parents=True)
        def indicator(n):
            return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-00000000000{n}", "created": "2026-01-01T00:00:00Z",
                    "modified": "2026-01-01T00:00:00Z", "pattern": f"[domain-name:value = 'n{n}.evil.net']", "pattern_type": "stix",
                    "valid_from": "2026-01-01T00:00:00Z", "indicator_types": ["malicious-activity"]}
        def bundle(*numbers):
            return json.dumps({"type": "bundle", "id": f"bundle--00000000-0000-4000-8000-00000000000{numbers[0]}", "objects": [indicator(n) for n in numbers]})
        (folder / "a.json").write_text(bundle(1, 2))
        (folder / "b.json").write_text(bundle(2, 3))
        (folder / "c.txt").write_text("evil.example.com\n")
        (folder / ".hidden").write_text("\0")
        (folder / "below" / "d.json").write_text("{")
        dry = self.done("share", str(folder), "--dry-run", "--json").json()
        self.assertEqual([(len(f["statements"]), f["objects"], f["repeated"]) for f in dry["files"]][:2], [(1, 2, 0), (1, 1, 1)])
        (folder / "e.json").write_text("{")
        self.fails("nothing was shared", "share", str(folder), "--tlp", "clear")
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 1)
        self.done("share", str(folder), "--tlp", "clear", "--skip")
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 4)
        for n in (1, 2, 3):
            self.assertEqual(len(self.done("intel", "search", f"n{n}.evil.net", "--json").json()), 1)
        empty = self.folder / "empty"
        empty.mkdir()
        self.fails("holds nothing to share", "share", str(empty))

    def test_a_table_is_mapped_and_split_by_audience(self):
        self.found("cert-ke")
        table = self.write("feed.csv", self.TABLE)
        form = self.done("share", table, "--columns", "value=ioc,type=kind,labels=tags", "--json").json()
        self.assertEqual([s["audience"]["tlp"] for s in form["statements"]], ["green", "amber"])
        self.assertEqual([left["text"] for left in form["left_out"]], ["10.0.0.1"])
        self.fails("there is no column", "share", table, "--columns", "value=nothing")
        self.fails("no meaning of a column", "share", table, "--columns", "colour=ioc")
        self.fails("JSON", "share", table, "--format", "stix")

    def test_active_indicators_are_exported_and_listed_ones_held_back(self):
        self.found("cert-ke")
        self.done("share", "-", "--tlp", "clear", input="evil.com\n45.155.205.233\ngoogle.com\n8.8.8.8\n")
        plain = self.done("intel", "export", "--format", "plain")
        self.assertEqual(plain.out, "45.155.205.233\nevil.com\n")
        self.assertIn("held back: google.com", plain.err)
        self.assertEqual(self.done("intel", "export", "--format", "squid").out, ".evil.com\n")
        let = self.done("intel", "export", "--format", "squid", "--allow-listed", "a drill")
        self.assertEqual(let.out, ".evil.com\n.google.com\n")
        said = self.done("statement", "list", "--type", "intelligence.override", "--json").json()
        self.assertEqual(len(said), 1)
        body = self.done("statement", "show", said[0]["id"], "--json").json()["statement"]["body"]
        self.assertEqual((body["reason"], [v["value"] for v in body["values"]]), ("a drill", ["google.com"]))
        self.fails("is no format", "intel", "export", "--format", "pdf")
        self.fails("public resolvers", "intel", "warninglist", "check", "8.8.8.8")
        self.done("intel", "warninglist", "check", "evil.com")
        lists = self.data / "warninglists"
        lists.mkdir()
        (lists / "own.json").write_text(json.dumps({"name": "ours", "type": "hostname", "list": ["evil.com"]}))
        self.assertEqual(self.done("intel", "export", "--format", "plain").out, "45.155.205.233\n")
        self.assertIn("ours", [each["name"] for each in self.done("intel", "warninglist", "list", "--json").json()])

    def test_exports_are_gated_by_what_members_say(self):
        self.found("cert-ke")
        self.done("share", "-", "--tlp", "clear", input="evil.com\nworse.com\n")
        ids = {each["name"]: each["id"] for each in self.done("intel", "search", "--type", "indicator", "--json").json()}
        seen, doubted = (next(i for name, i in ids.items() if what in name) for what in ("evil", "worse"))
        self.done("intel", "sight", seen, "--tlp", "clear")
        self.done("intel", "report", doubted, "--false-positive", "--tlp", "clear")
        gates = ((["--min-sightings", "1"], "evil.com\n"), (["--sighted-within", "1"], "evil.com\n"), (["--max-false-reports", "0"], "evil.com\n"),
                 (["--min-confidence", "45"], "evil.com\n"), (["--min-sightings", "2"], ""), ([], "evil.com\nworse.com\n"))
        with Server(self) as server:
            for words, lines in gates:
                self.assertEqual(self.done("intel", "export", "--format", "plain", *words).out, lines, words)
                self.assertEqual(self.done("intel", "export", "--format", "plain", *words, "--node", server.url, data=self.folder / "nowhere").out, lines, words)
                query = "&".join(f"{name[2:].replace('-', '_')}={value}" for name, value in zip(words[::2], words[1::2]))
                with urllib.request.urlopen(f"{server.url}/api/v1/intel/export/plain?{query}") as response:
                    self.assertEqual(response.read().decode(), lines, query)

    def test_exports_come_over_the_network_too(self):
        self.found("cert-ke")
        self.done("share", "-", "--tlp", "clear", input="evil.com\n")
        with Server(self) as server:
            self.assertEqual(self.done("intel", "export", "--format", "plain", "--node", server.url, data=self.folder / "nowhere").out, "evil.com\n")
            with urllib.request.urlopen(f"{server.url}/api/v1/intel/export/hosts") as response:
                self.assertEqual(response.read().decode(), "0.0.0.0 evil.com\n:: evil.com\n")
            with urllib.request.urlopen(f"{server.url}/misp/feed/manifest.json") as response:
                self.assertEqual(len(json.load(response)), 1)

    def test_pulls_need_a_key_in_custody(self):
        self.found("cert-ke")
        self.fails("holds no key", "pull", "add", "partner", "https://taxii.example/c/", "--as", "cert-ke")
        self.fails("say in whose name", "pull", "add", "partner", "https://taxii.example/c/")
        self.fails("is no interval", "pull", "add", "partner", "https://taxii.example/c/", "--as", "cert-ke", "--every", "soon")
        self.assertEqual(self.done("pull", "list", "--json").json(), [])
        self.fails("there is no pull", "pull", "run", "partner")


class Proofs(Case):
    def setUp(self):
        super().setUp()
        self.founded = self.found()
        for i in range(5):
            self.shared = self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", "--json", input=f"n{i}.evil.net\n").json()
        self.proof = self.done("log", "prove", self.shared["id"]).out
        self.bundle = self.done("log", "prove", self.shared["id"], "--bundle").out
        self.done("statement", "show", self.shared["id"], "--envelope", "envelope.json")

    def verify(self, proof, *words, key=None):
        return self.run_it("log", "verify", "-", "--key", key or self.founded["log_key"], *words, input=proof, data=self.folder / "nowhere")

    def test_a_proof_holds_by_id_by_envelope_and_by_what_it_carries(self):
        for proof, words in ((self.proof, ["--statement", self.shared["id"]]), (self.proof, ["--statement", "envelope.json"]), (self.bundle, [])):
            answer = self.verify(proof, *words)
            self.assertEqual(answer.code, 0, answer.err)
            self.assertIn("entry 5 of 6 in test.example/log", answer.out)
        self.assertEqual(self.verify(self.proof).code, 1, "which statement?")

    def test_of_an_erased_statement_its_place_is_proved(self):
        id = self.shared["id"]
        self.done("statement", "erase", id[:12], "--reason", "by mistake", "--as", "cert-ke")
        self.fails("was erased by its author", "statement", "show", id)
        self.fails("comity log prove " + id, "statement", "show", id)
        self.fails("was erased by its author", "log", "prove", id, "--bundle")
        after = self.done("log", "prove", id).out
        for proof in (after, self.proof, self.bundle):  # those made before hold as well
            answer = self.verify(proof, "--statement", id)
            self.assertEqual(answer.code, 0, answer.err)
            self.assertIn("entry 5 of", answer.out)
        self.assertEqual(self.done("check", "--json").json()["faults"], [])

    def test_every_forgery_is_refused(self):
        other = self.done("key", "generate", "stranger").out.strip()
        self.assertEqual(self.verify(self.bundle, key=other).code, 1)
        self.assertEqual(self.verify(self.bundle, "--member-key", other).code, 1)
        self.assertEqual(self.verify(self.bundle, "--witness", other).code, 1)
        self.assertEqual(self.verify(self.bundle, "--member-key", (self.data / "keys/kenic.pub")).code, 1, "another member's key")
        self.assertEqual(self.verify(self.proof, "--statement", "0" * 64).code, 1)
        lines = self.proof.splitlines(keepends=True)
        for i, line in enumerate(lines):
            if not line.strip():
                continue
            mangled = line[:-2] + ("A" if line[-2] != "A" else "B") + "\n"
            forged = "".join(lines[:i] + [mangled] + lines[i + 1:])
            if i == len(lines) - 1:
                continue  # the node's cosignature: without --witness nobody relies on it
            self.assertEqual(self.verify(forged, "--statement", self.shared["id"]).code, 1, line)
        for cut in range(0, len(self.proof), 17):
            answer = self.verify(self.proof[:cut], "--statement", self.shared["id"], "--witness", self.founded["cosigner_key"])
            self.assertEqual(answer.code, 1, f"cut at {cut}")

    def test_a_log_that_only_grew_continues_a_kept_checkpoint(self):
        self.write("kept", self.done("log", "head", "--note").out)
        words = ["log", "compare", "kept", "--key", self.founded["log_key"]]
        self.done(*words)
        self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", input="more.evil.net\n")
        self.assertIn("from 6 to 7", self.done(*words).out)
        with Server(self) as server:
            self.assertTrue(self.done(*words, "--json", "--node", server.url, data=self.folder / "nowhere").json()["consistent"])
        self.fails("", "log", "compare", "kept", "--key", self.done("key", "generate", "stranger").out.strip())

    def test_a_log_that_shows_two_histories_or_was_set_back_is_caught(self):
        fork = self.folder / "fork"
        shutil.copytree(self.data, fork)
        self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", input="one.evil.net\n")
        self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", input="two.evil.net\n", data=fork)
        self.write("kept", self.done("log", "head", "--note").out)
        words = ["log", "compare", "kept", "--key", self.founded["log_key"]]
        self.fails("shows two histories", *words, data=fork)
        self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", input="three.evil.net\n", data=fork)
        self.fails("shows two histories", *words, data=fork)
        self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", input="four.evil.net\n")
        self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", input="five.evil.net\n")
        self.write("kept", self.done("log", "head", "--note").out)
        self.fails("it was set back", *words, data=fork)

    def test_a_changed_statement_in_the_bundle_is_another_statement(self):
        envelope = json.loads((self.folder / "envelope.json").read_text())
        payload = json.loads(base64.b64decode(envelope["payload"]))
        payload["author"] = "kenic"
        envelope["payload"] = base64.b64encode(json.dumps(payload, separators=(",", ":")).encode()).decode()
        extra = base64.b64encode(json.dumps(envelope, separators=(",", ":")).encode()).decode()
        forged = re.sub(r"(?m)^extra .*$", "extra " + extra, self.bundle)
        self.assertNotEqual(forged, self.bundle)
        self.assertEqual(self.verify(forged).code, 1)


class Statements(Case):
    def test_one_is_submitted_again_and_answered_the_same(self):
        self.found()
        first = self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", "--json", input="evil.example.net\n").json()
        self.done("statement", "show", first["id"], "--envelope", "envelope.json")
        objects = [o["object"] for o in self.done("statement", "show", first["id"], "--objects").json()]
        self.write("objects.json", json.dumps({"objects": objects}, separators=(",", ":"), ensure_ascii=False))
        with Server(self) as server:
            for where in ([], ["--node", server.url]):
                again = self.done("statement", "submit", "envelope.json", "--objects", "objects.json", "--json", *where).json()
                self.assertEqual((again["id"], again["index"]), (first["id"], first["index"]))
                self.fails("body.objects.count", "statement", "submit", "envelope.json", *where)
        self.fails("exists already", "statement", "show", first["id"], "--envelope", "envelope.json")

    def test_what_is_no_envelope_or_not_the_members_is_refused(self):
        self.found()
        shared = self.done("share", "-", "--tlp", "clear", "--as", "cert-ke", "--json", input="evil.example.net\n").json()
        self.done("statement", "show", shared["id"], "--envelope", "envelope.json")
        envelope = json.loads((self.folder / "envelope.json").read_text())
        payload = json.loads(base64.b64decode(envelope["payload"]))
        payload["nonce"] = "A" * 22
        forged = dict(envelope, payload=base64.b64encode(json.dumps(payload, separators=(",", ":")).encode()).decode())
        for name, content in (("empty", ""), ("text", "x"), ("array", "[]"), ("forged", forged), ("unsigned", dict(envelope, signatures=[])),
                              ("extra", dict(envelope, more=1)), ("large", "{" + " " * 70000 + "}")):
            self.fails("", "statement", "submit", self.write(name, content))
        self.assertEqual(self.done("log", "head", "--json").json()["size"], 2)

    def test_an_id_is_found_by_its_beginning(self):
        founded = self.found()
        self.done("statement", "show", founded["id"][:8])
        for text in ("0" * 64, "deadbeef", founded["id"][:7], "xyz", "", "../../etc/passwd", founded["id"] + "0"):
            self.assertEqual(self.run_it("statement", "show", text).code, 1, text)

    def test_pages_of_a_long_list_join(self):
        self.found("cert-ke")
        with Server(self) as server:
            for i in range(12):
                self.done("share", "-", "--tlp", "clear", input=f"n{i}.evil.net\n")
            for where in ([], ["--node", server.url]):
                newest = [s["index"] for s in self.done("statement", "list", "--json", "--limit", "5", *where).json()]
                self.assertEqual(newest, [12, 11, 10, 9, 8])
                oldest = [s["index"] for s in self.done("statement", "list", "--json", "--limit", "100", "--oldest-first", *where).json()]
                self.assertEqual(oldest, list(range(13)))


class Server:
    """`comity serve` on the case's data folder, until the end of the block."""

    def __init__(self, case, *words):
        self.case, self.words = case, words

    def __enter__(self):
        self.log = open(self.case.folder / "serve.log", "w+")
        self.process = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", *self.words], stdout=subprocess.PIPE, stderr=self.log,
                                        env=self.case.environment, cwd=self.case.folder)
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"Comity listens at (http://127\.0\.0\.1:\d+)/\n", line)
        if not match:
            self.process.wait(PATIENCE)
            raise AssertionError(f"{line!r}: {(self.case.folder / 'serve.log').read_text()}")
        self.url = match[1]
        return self

    def stop(self, sign=signal.SIGTERM):
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.log.close()


class Serving(Case):
    def get(self, url, **headers):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
                return response.status, response.read().decode(), response.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers

    def test_it_serves_its_doors_and_stops_when_asked(self):
        self.found()
        for sign in (signal.SIGTERM, signal.SIGINT):
            with Server(self) as server:
                for path in ("/", "/healthz", "/readyz", "/api/v1/node", "/log/checkpoint", "/taxii2/"):
                    status, _, headers = self.get(server.url + path)
                    self.assertEqual(status, 200, path)
                    self.assertEqual(headers["X-Content-Type-Options"], "nosniff", path)
                self.assertEqual(self.get(server.url + "/nothing")[0], 404)
                self.assertEqual(server.stop(sign), 0)
            lines = [json.loads(line) for line in (self.folder / "serve.log").read_text().splitlines()]
            self.assertTrue(lines, "the log is JSON, a line each")

    def test_commands_work_on_the_folder_while_it_serves(self):
        self.found("cert-ke")
        with Server(self) as server:
            shared = self.done("share", "-", "--tlp", "clear", "--json", input="evil.example.net\n").json()
            self.assertEqual(json.loads(self.get(f"{server.url}/api/v1/log")[1])["size"], 2)
            self.assertEqual(self.get(f"{server.url}/api/v1/statements/{shared['id']}")[0], 200)

    def test_commands_work_over_the_network(self):
        self.found()
        self.done("account", "add", "amina@cert-ke", input="correct horse battery\n")
        token = self.done("token", "create", "amina@cert-ke", "--scope", "read", "--scope", "submit").out.strip()
        with Server(self) as server:
            at = ["--node", server.url]
            away = self.folder / "away"
            (away / "keys").mkdir(parents=True)
            shutil.copy(self.data / "keys/cert-ke.key", away / "keys")
            shared = self.done("share", "-", "--to", "cert-ke", "--json", *at, data=away, input="evil.example.net\n",
                               environment={"COMITY_TOKEN": token}).json()
            listed = self.done("statement", "list", "--json", *at, "--token", token, data=away).json()
            self.assertEqual(listed[0]["id"], shared["id"])
            self.assertNotIn(shared["id"], self.done("statement", "list", "--json", *at, data=away).out, "without the token: not for everybody")
            self.fails("", "statement", "show", shared["id"], *at, data=away)
            local = self.done("statement", "show", shared["id"], "--json", "--as", "cert-ke").json()
            self.assertEqual(self.done("statement", "show", shared["id"], "--json", *at, "--token", token, data=away).json(), local)
            for words in (["member", "list"], ["member", "show", "kenic"], ["group", "list"], ["log", "head"], ["statement", "list"],
                          ["statement", "show", shared["id"], "--objects"], ["log", "prove", shared["id"]]):
                far = self.done(*words, "--json", *at, "--token", token, data=away).json()
                self.assertEqual(far, self.done(*words, "--json", "--as", "cert-ke").json(), f"{words}: the same form from afar")
            self.fails("there is no member", "member", "show", "nobody", *at, data=away)
            self.fails("", "member", "list", *at, "--token", "comity_" + "A" * 43, data=away)
        self.fails("", "member", "list", *at, data=away)
        self.fails("--node: is no URL", "member", "list", "--node", "cert-ke.example")

    def test_a_bad_configuration_address_or_folder_is_said(self):
        self.fails("there is no node", "serve")
        self.found()
        self.fails("--listen", "serve", "--listen", "127.0.0.1:x")
        config = self.data / "comity.toml"
        text = config.read_text()
        config.write_text(text + "\n[http2]\nport = 1\n")
        self.fails("comity.toml line", "serve")
        config.write_text(text)
        with Server(self) as server:
            self.fails("", "serve", "--listen", server.url.removeprefix("http://"))
        printed = self.done("serve", "--print-config").out
        self.assertIn("[http]", printed)
        config.write_text(printed)
        self.assertEqual(self.done("serve", "--print-config").out, printed)

    def test_accounts_open_and_close(self):
        self.found()
        self.done("account", "add", "amina@cert-ke", input="correct horse battery\n")
        generated = self.done("account", "add", "siem@cert-ke", "--client", "--generate").out.strip()
        self.assertGreaterEqual(len(generated), 25)
        kinds = {a["name"]: a["staff"] for a in self.done("account", "list", "--json").json()}
        self.assertEqual(kinds, {"amina@cert-ke": True, "siem@cert-ke": False})

        def basic(server, name, password):
            secret = base64.b64encode(f"{name}:{password}".encode()).decode()
            return self.get(f"{server.url}/taxii2/", Authorization=f"Basic {secret}")[0]

        with Server(self) as server:
            self.assertEqual(basic(server, "amina@cert-ke", "correct horse battery"), 200)
            self.assertEqual(basic(server, "amina@cert-ke", "incorrect horse battery"), 401)
            self.done("account", "disable", "amina@cert-ke")
            self.assertEqual(basic(server, "amina@cert-ke", "correct horse battery"), 401)
            self.done("account", "enable", "amina@cert-ke")
            self.write("password", "another good password\n")
            self.done("account", "password", "amina@cert-ke", "--password-file", "password")
            self.assertEqual(basic(server, "amina@cert-ke", "correct horse battery"), 401)
            self.assertEqual(basic(server, "amina@cert-ke", "another good password"), 200)
            made = self.done("token", "create", "amina@cert-ke", "--json").json()
            self.assertEqual(basic(server, "amina@cert-ke", made["token"]), 200)
            self.assertEqual([t["id"] for t in self.done("token", "list", "amina@cert-ke", "--json").json()], [made["id"]])
            self.assertNotIn(made["token"], self.done("token", "list", "amina@cert-ke").out)
            self.done("token", "revoke", "amina@cert-ke", made["id"])
            self.assertEqual(basic(server, "amina@cert-ke", made["token"]), 401)
            self.done("account", "remove", "amina@cert-ke")
            self.assertEqual(basic(server, "amina@cert-ke", "another good password"), 401)
        self.fails("there is no account", "account", "disable", "amina@cert-ke")
        self.fails("there is no account", "token", "list", "amina@cert-ke")
        self.fails("fewer than 12", "account", "add", "b@cert-ke", input="short\n")
        self.fails("there is no member", "account", "add", "b@nobody", input="correct horse battery\n")
        self.fails("has no @", "account", "add", "b", input="correct horse battery\n")
        self.fails("holds no password", "account", "add", "b@cert-ke", input="")
        self.fails("exists already", "account", "add", "siem@cert-ke", input="correct horse battery\n")


class Terminal(Case):
    def typed(self, words, *lines):
        """Runs the words on a terminal of their own, types the lines as they are asked for, gives what was shown."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(PROGRAM, [PROGRAM, *words], self.environment)
        shown, waiting, deadline = b"", list(lines), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                more = os.read(terminal, 4096)
            except OSError:
                break
            if not more:
                break
            shown += more
            if waiting and shown.rstrip(b" ").endswith(b":"):
                os.write(terminal, waiting.pop(0).encode() + b"\n")
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        return code, shown.decode()

    def test_a_password_is_typed_twice_and_not_shown(self):
        self.found()
        code, shown = self.typed(["account", "add", "amina@cert-ke"], "correct horse battery", "correct horse battery")
        self.assertEqual(code, 0, shown)
        self.assertNotIn("horse", shown)
        code, shown = self.typed(["account", "add", "brian@cert-ke"], "correct horse battery", "something else here")
        self.assertEqual(code, 1, shown)
        self.assertIn("not the same", shown)
        self.assertNotIn("horse", shown)

    def test_ctrl_c_gives_the_terminal_back(self):
        self.found()
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(PROGRAM, [PROGRAM, "account", "add", "amina@cert-ke"], self.environment)
        shown = b""
        while b"password:" not in shown:
            self.assertTrue(select.select([terminal], [], [], PATIENCE)[0])
            shown += os.read(terminal, 4096)
        echo = lambda: bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
        self.assertFalse(echo())
        os.write(terminal, b"\x03")
        self.assertEqual(os.waitpid(pid, 0)[1], signal.SIGINT)
        self.assertTrue(echo())
        os.close(terminal)

    def test_colour_is_for_terminals_that_want_it(self):
        self.found()
        self.assertIn("\x1b[1m", self.typed(["member", "list"])[1])
        self.environment["NO_COLOR"] = "1"
        self.assertNotIn("\x1b", self.typed(["member", "list"])[1])


class ShellsAndPages(Case):
    def commands(self):
        """Every command, by what the help texts list."""
        found, open_ = [], [[]]
        while open_:
            words = open_.pop()
            text = self.done(*words, "--help").out
            section = re.search(r"\nCommands:\n((?:  .*\n)+)", text)
            if words:
                found.append(words)
            for line in section[1].splitlines() if section else []:
                open_.append([*words, line.split()[0]])
        return found

    def test_bash_completes_every_command_and_its_options(self):
        script = self.write("completion.bash", self.done("completion", "bash").out)
        by_parent = {}
        for words in self.commands():
            by_parent.setdefault(tuple(words[:-1]), set()).add(words[-1])

        def complete(*words):
            line = f'source {script}; COMP_WORDS=(comity {" ".join(repr(w) for w in words)}); COMP_CWORD={len(words)}; _comity; printf "%s\\n" "${{COMPREPLY[@]}}"'
            done = subprocess.run(["bash", "--norc", "-c", line], capture_output=True, text=True, cwd=self.folder, timeout=PATIENCE)
            self.assertEqual(done.stderr, "")
            return set(done.stdout.split())

        for parent, children in by_parent.items():
            self.assertLessEqual(children, complete(*parent, ""), parent)
        self.assertEqual(complete("stat"), {"statement"})
        self.assertEqual(complete("key", "gen"), {"generate"})
        self.assertIn("--force", complete("key", "generate", "--"))
        self.assertIn("--json", complete("key", "generate", "--"))
        self.assertEqual(complete("--data", "x", "key", "gen"), {"generate"}, "an option's value is no command")
        self.write("iocs.txt", "")
        self.assertIn("iocs.txt", complete("share", "io"))
        self.assertIn("iocs.txt", complete("share", "--key", "io"))

    def test_other_shells_take_their_scripts(self):
        for shell, check in (("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])):
            script = self.write(f"completion.{shell}", self.done("completion", shell).out)
            if shutil.which(shell):
                self.assertEqual(subprocess.run([*check, str(script)], capture_output=True, timeout=PATIENCE).stderr, b"")
        self.fails("SHELL", "completion", "tcsh", code=2)

    def test_every_command_has_its_manual_page(self):
        self.done("man", "--into", "pages")
        pages = {page.name for page in (self.folder / "pages").iterdir()}
        self.assertEqual(pages, {"comity.1", *("comity-" + "-".join(words) + ".1" for words in self.commands())})
        if shutil.which("groff"):
            for page in (self.folder / "pages").iterdir():
                done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(page)], capture_output=True, timeout=PATIENCE)
                self.assertEqual(done.stderr.decode(), "", page.name)
        for words in (["key", "generate"], ["comity-key-generate"]):
            self.assertEqual(self.done("man", *words).out, (self.folder / "pages/comity-key-generate.1").read_text())
        self.assertEqual(self.done("man").out, (self.folder / "pages/comity.1").read_text())
        self.fails("there is no page of 'key make'", "man", "key", "make", code=1)
        self.assertEqual(sorted(path.name for path in self.folder.glob("comity-*")), [], "a page's name is no folder")

    def test_what_cannot_be_printed_is_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "completion", "bash"], stdout=full, stderr=subprocess.PIPE, env=self.environment, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)

    def test_the_wrong_command_line_is_2_and_names_what_was_meant(self):
        self.fails('"statment" is no command: did you mean statement?', "statment", code=2)
        self.fails("--josn is no option: did you mean --json?", "member", "list", "--josn", code=2)
        self.fails("NAME is required", "key", "generate", code=2)
        self.assertEqual(self.run_it().code, 2)
        self.assertEqual(self.run_it("log").code, 2)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(PROGRAM).resolve())
    unittest.main()
