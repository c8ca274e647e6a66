#!/usr/bin/env python3
"""A member's own logs against what the community shares, as whole programs.

    COMITY_PROGRAM=build/release/comity tests/system/scan_test.py [-v] [CASE...]
"""
import gzip
import json
import os
import pathlib
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request

import cli_test

LIST = "evil-site.net\n9.9.9.9\n8.8.0.0/16\nhttp://bad-host.org/x/y.exe\nd41d8cd98f00b204e9800998ecf8427e\n"
LOG = "GET www.EVIL-site.net from 10.0.0.1\nnotevil-site.net 19.9.9.9\nsum D41D8CD98F00B204E9800998ECF8427E\nsee hxxp://bad-host[.]org/x/y.exe.\n"


class Scan(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.found("cert-ke", "kenic")
        self.write("list.txt", LIST)
        self.done("share", "list.txt", "--tlp", "green", "--title", "Week 47", "--as", "cert-ke")

    def findings(self, answer):
        return [json.loads(line) for line in answer.out.splitlines()]

    def test_what_is_shared_is_met_in_logs_of_any_kind(self):
        logs = self.folder / "logs"
        logs.mkdir()
        (logs / "a.log").write_text(LOG)
        (logs / "b.log.gz").write_bytes(gzip.compress(b"x 8.8.4.4 y\n"))
        found = self.findings(self.done("scan", "logs", "--as", "kenic"))
        self.assertEqual([(f["line"], f["kind"], f["value"]) for f in found],
                         [(1, "domain", "evil-site.net"), (3, "md5", "d41d8cd98f00b204e9800998ecf8427e"),
                          (4, "url", "http://bad-host.org/x/y.exe"), (1, "ipv4-network", "8.8.0.0/16")])
        self.assertEqual([i["source"] for i in found[0]["indicators"]], ["cert-ke"])
        self.assertEqual(found[0]["indicators"][0]["tlp"], "green")
        self.assertTrue(found[0]["indicators"][0]["id"].startswith("indicator--"))
        self.assertEqual(found[3]["file"], "logs/b.log.gz")
        # By standard input, and in every form.
        lines = self.done("scan", "-", "--output", "lines", "--as", "kenic", input=LOG).out.splitlines()
        self.assertTrue(lines[0].startswith("-:1: domain evil-site.net (cert-ke, TLP:green"), lines[0])
        self.assertIn("evil-site.net", self.done("scan", "logs/a.log", "--output", "table", "--as", "kenic").out)
        sarif = self.done("scan", "logs", "--output", "sarif", "--as", "kenic").json()
        self.assertEqual((sarif["version"], len(sarif["runs"][0]["results"])), ("2.1.0", 4))
        self.assertEqual(len(self.findings(self.done("scan", "logs", "--threads", "2", "--as", "kenic"))), 4)
        # What was seen can be shared, and says nothing of where.
        stix = self.done("scan", "logs", "--output", "stix", "--as", "kenic")
        self.assertEqual([o["type"] for o in stix.json()["objects"]], ["sighting"] * 4)
        (self.folder / "seen.json").write_text(stix.out)
        self.done("share", "seen.json", "--tlp", "green", "--as", "kenic")

    def test_compound_patterns_are_followed_through_several_logs(self):
        logs = self.folder / "logs"
        logs.mkdir()
        (logs / "conn.log").write_text("#separator \\x09\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\n"
                                       "1790000100.5\t10.0.0.5\t203.0.113.7\t4444\n1790009000.5\t10.0.0.5\t203.0.113.7\t4444\n")
        (logs / "dns.log").write_text("#separator \\x09\n#fields\tts\tid.orig_h\tquery\n1790000000.0\t10.0.0.5\tevil-site.net\n")
        pattern = "([domain-name:value = 'evil-site.net'] FOLLOWEDBY [network-traffic:dst_port = 4444]) WITHIN 300 SECONDS"
        # One that is given needs no node.
        sensor = {"data": self.folder / "no-node"}
        found = self.findings(self.done("scan", "logs", "--pattern", pattern, **sensor))
        self.assertEqual([(f["kind"], [(r["file"], r["line"]) for r in f["records"]]) for f in found],
                         [("pattern", [("logs/dns.log", 3), ("logs/conn.log", 3)])])
        self.assertEqual(found[0]["records"][0]["time"], "2026-09-21T14:13:20.000000Z")
        self.assertIn("logs/conn.log:3: pattern ", self.done("scan", "logs", "--pattern", pattern, "--output", "lines", **sensor).out)
        self.fails("no pattern matched", "scan", "logs/dns.log", "--pattern", pattern, **sensor)
        self.fails("column", "scan", "logs", "--pattern", "[domain-name:value = ]", **sensor, code=2)
        self.fails("leave --follow out", "scan", "-", "--follow", "--pattern", pattern, **sensor, code=2)
        self.assertIn("no fields", self.run_it("scan", "-", "--pattern", pattern, input="evil-site.net\n", **sensor).err)
        self.assertIn("1 matched", self.done("scan", "-", "--pattern", "[domain-name:value LIKE '%site.net']", input=(logs / "dns.log").read_text(), **sensor).err)
        # The community's own, beside what the index has.
        indicator = {"type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                     "created": "2026-09-01T00:00:00.000Z", "modified": "2026-09-01T00:00:00.000Z", "name": "Beacon after lookup",
                     "pattern": pattern, "pattern_type": "stix", "valid_from": "2026-09-01T00:00:00Z"}
        self.write("compound.json", json.dumps(indicator))
        self.done("share", "compound.json", "--tlp", "green", "--as", "cert-ke")
        found = self.findings(self.done("scan", "logs", "--as", "kenic", "--patterns"))
        self.assertEqual([f["kind"] for f in found], ["domain", "pattern"])
        self.assertEqual((found[1]["indicators"][0]["id"], found[1]["indicators"][0]["source"]), (indicator["id"], "cert-ke"))
        self.assertEqual([f["kind"] for f in self.findings(self.done("scan", "logs", "--as", "kenic"))], ["domain", "not-looked-for"])
        table = self.done("scan", "logs", "--as", "kenic", "--patterns", "--output", "table").out
        self.assertRegex(table, r"Beacon after lookup +pattern +1 +logs/dns.log:3 +cert-ke")
        sarif = self.done("scan", "logs", "--pattern", "compound.json", "--output", "sarif", **sensor).json()["runs"][0]["results"][0]
        self.assertEqual((sarif["ruleId"], len(sarif["relatedLocations"])), ("pattern", 1))
        seen = self.done("scan", "logs", "--pattern", "compound.json", "--output", "stix", **sensor).json()["objects"]
        self.assertEqual([o["sighting_of_ref"] for o in seen], [indicator["id"]])
        self.assertIn("reported: 2 indicators", self.done("scan", "logs", "--as", "kenic", "--patterns", "--report").err)
        # In an index file, for sensors that have no node.
        stat = self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic", "--json")
        self.assertNotIn(indicator["id"], stat.err, "it is not left out")
        self.assertEqual(stat.json()["patterns"], 1)
        self.assertRegex(self.done("intel", "index", "stat", "sensor.cmx", **sensor).out, r"patterns: +1\n")
        found = self.findings(self.done("scan", "logs", "--index", "sensor.cmx", "--patterns", **sensor))
        self.assertEqual([f["kind"] for f in found], ["domain", "pattern"])
        said = found[1]["indicators"][0]
        self.assertEqual((said["id"], said["source"], said["name"], said["tlp"]), (indicator["id"], "cert-ke", "Beacon after lookup", "green"))
        self.assertEqual([f["kind"] for f in self.findings(self.done("scan", "logs", "--index", "sensor.cmx", **sensor))], ["domain", "not-looked-for"])
        self.done("intel", "index", "build", "hunt.cmx", "--pattern", "compound.json", "--pattern", "[domain-name:value LIKE '%nothing']", **sensor)
        found = self.findings(self.done("scan", "logs", "--index", "hunt.cmx", "--patterns", **sensor))
        self.assertEqual([f["kind"] for f in found], ["pattern"])
        self.fails("column", "intel", "index", "build", "bad.cmx", "--pattern", "[domain-name:value = ]", **sensor)
        # Damaged in its patterns it is refused before anything is told.
        damaged = bytearray((self.folder / "hunt.cmx").read_bytes())
        damaged[damaged.index(b"LIKE")] ^= 1  # in the pattern, before the recipe that has it too
        (self.folder / "hunt.cmx").write_bytes(damaged)
        refused = self.fails("its patterns are not as they were written", "scan", "logs", "--index", "hunt.cmx", "--patterns", **sensor, code=2)
        self.assertEqual(refused.out, "")

    def indicator(self, number, pattern, **more):
        return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
                "created": "2026-09-01T00:00:00.000Z", "modified": "2026-09-01T00:00:00.000Z", "pattern": pattern,
                "pattern_type": "stix", "valid_from": "2026-09-01T00:00:00Z", **more}

    def test_a_pattern_is_looked_for_whole_or_said_not_to_be(self):
        ssdeep, sum_ = "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ja3, ja4 = "e7d705a3286e19ea42f587b344ee6865", "t13d1516h2_8daaf6152771_b186095e22b6"
        mixed = self.indicator(1, f"[file:hashes.'SHA-256' = '{sum_}' OR file:hashes.SSDEEP = '{ssdeep}']")
        partly = self.indicator(2, "[ipv4-addr:value = '10.0.0.1' OR domain-name:value = 'beacon-site.net']")
        unclear = self.indicator(3, "[domain-name:value LIKE 'x%' OR domain-name:value = 'plain-site.net']")
        nothing = self.indicator(4, "[process:name = 'evil' AND domain-name:value = 'plain-site.net']")
        tls = self.indicator(5, f"[network-traffic:x_tls_ja3 = '{ja3}' AND network-traffic:dst_ref.value = '203.0.113.9']")
        mail = self.indicator(6, "[email-message:from_ref.value = 'a@b-site.net' AND email-message:subject LIKE '%invoice%']")
        newer = self.indicator(7, f"[network-traffic:x_tls_ja4 = '{ja4}' OR network-traffic:x_tls_ja4 LIKE 't99%']")
        self.write("all.json", json.dumps({"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                                           "objects": [mixed, partly, unclear, nothing, tls, mail, newer]}))
        self.done("share", "all.json", "--tlp", "green", "--as", "cert-ke")
        logs = self.folder / "logs"
        logs.mkdir()
        (logs / "a.log").write_text(f"a {ssdeep} b\nc {sum_} d\nbeacon-site.net 10.0.0.1\n")
        (logs / "ssl.log").write_text("#separator \\x09\n#fields\tts\tid.orig_h\tid.resp_h\tja3\tja4\n"
                                      f"1790000100.5\t10.0.0.5\t203.0.113.9\t{ja3}\t-\n1790000100.5\t10.0.0.5\t203.0.113.8\t-\t{ja4}\n")
        (logs / "smtp.log").write_text("#separator \\x09\n#fields\tts\tmailfrom\trcptto\tfrom\tsubject\n"
                                       "1790000100.5\tx@y.net\tme@z.net\tA <a@b-site.net>\tyour invoice\n")
        (logs / "dns.log").write_text("#separator \\x09\n#fields\tts\tid.orig_h\tquery\n1790000000.0\t10.0.0.5\tplain-site.net\n")
        met = lambda findings: sorted(f["indicators"][0]["id"][-1] for f in findings if "indicators" in f)
        told = lambda findings: {f["what"][:48].split()[0][-1]: f["why"] for f in findings[-1]["first"]}
        # Values alone: what takes more is named.
        found = self.findings(self.done("scan", "logs", "--as", "kenic"))
        self.assertEqual(met(found), ["1", "1", "2"])
        self.assertEqual((found[-1]["kind"], found[-1]["count"]), ("not-looked-for", 6))
        self.assertEqual(sorted(told(found)), ["2", "3", "4", "5", "6", "7"])
        self.assertIn("--patterns", told(found)["3"])
        self.assertIn("process:name", told(found)["4"])
        self.assertIn("private", told(found)["2"])
        # With patterns, the others whole.
        answer = self.done("scan", "logs", "--as", "kenic", "--patterns")
        found = self.findings(answer)
        self.assertEqual(met(found), ["1", "1", "2", "3", "5", "6", "7"])
        self.assertEqual(sorted(told(found)), ["2", "4"])
        self.assertIn("not looked for: indicator--8e2e2d2b-17d4-4cbf-938f-000000000004: its pattern asks for process:name, which no log tells of", answer.err)
        # An index says the same of itself, on sensors too.
        stat = self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic", "--json").json()
        self.assertEqual((stat["patterns"], stat["unwatched"]["count"], stat["kinds"]["ssdeep"]), (4, 2, 1))
        sensor = {"data": self.folder / "no-node"}
        self.assertRegex(self.done("intel", "index", "stat", "sensor.cmx", **sensor).out, r"unwatched: +2\n")
        found = self.findings(self.done("scan", "logs", "--index", "sensor.cmx", **sensor))
        self.assertEqual((met(found), found[-1]["count"]), (["1", "1", "2"], 6))
        found = self.findings(self.done("scan", "logs", "--index", "sensor.cmx", "--patterns", **sensor))
        self.assertEqual((met(found), found[-1]["count"]), (["1", "1", "2", "3", "5", "6", "7"], 2))
        sarif = self.done("scan", "logs", "--index", "sensor.cmx", "--output", "sarif", **sensor).json()
        self.assertEqual(sarif["runs"][0]["properties"]["not_looked_for"]["count"], 6)
        # One that is given and can never match is refused; in a bundle the others are looked for.
        self.fails("process:name", "scan", "logs", "--pattern", nothing["pattern"], **sensor, code=2)
        answer = self.done("scan", "logs", "--pattern", "all.json", **sensor)
        self.assertIn("left out: " + nothing["id"], answer.err)

    def test_an_index_is_updated_as_it_was_built(self):
        sensor = {"data": self.folder / "no-node"}
        self.write("names.txt", "file-name invoice.pdf.exe\nevil-site.net\n")
        self.done("intel", "index", "build", "list.cmx", "--from-list", "names.txt", "--file-names", **sensor)
        self.write("names.txt", "file-name invoice.pdf.exe\nevil-site.net\nworse-site.net\n10.0.0.1\n")
        stat = self.done("intel", "index", "update", "list.cmx", "--json", **sensor).json()
        self.assertEqual(stat["kinds"], {"domain": 2, "file-name": 1})
        self.assertEqual((stat["file_names"], stat["lists"]), (True, [str(self.folder / "names.txt")]))
        self.assertEqual([one["what"] for one in stat["unwatched"]["first"]], ["10.0.0.1"])
        # From another folder, and only of what has changed.
        self.write("names.txt", "file-name invoice.pdf.exe\nevil-site.net\nworse-site.net\n")
        os.makedirs(self.folder / "elsewhere")
        stat = self.done("intel", "index", "update", str(self.folder / "list.cmx"), "--json", cwd=self.folder / "elsewhere", **sensor).json()
        self.assertEqual((stat["values"], stat["unwatched"]["count"]), (3, 0))
        os.remove(self.folder / "names.txt")
        self.fails("names.txt", "intel", "index", "update", "list.cmx", **sensor)
        self.write("other.txt", "other-site.net\n")
        stat = self.done("intel", "index", "update", "list.cmx", "--from-list", "other.txt", "--json", **sensor).json()
        self.assertEqual(stat["lists"], [str(self.folder / "other.txt")])
        self.assertEqual(stat["kinds"], {"domain": 1})
        # Of the node, with a confidence.
        self.write("firm.json", json.dumps(self.indicator(1, "[domain-name:value = 'firm-site.net']", confidence=90)))
        self.write("weak.json", json.dumps(self.indicator(2, "[domain-name:value = 'weak-site.net']", confidence=2)))
        self.done("share", "firm.json", "--tlp", "green", "--as", "cert-ke")
        self.done("intel", "index", "build", "node.cmx", "--min-confidence", "20", "--as", "kenic")
        self.done("share", "weak.json", "--tlp", "green", "--as", "cert-ke")
        stat = self.done("intel", "index", "update", "node.cmx", "--as", "kenic", "--json").json()
        self.assertEqual((stat["values"], stat["min_confidence"]), (6, 20))
        self.done("intel", "index", "build", "hunt.cmx", "--pattern", "[domain-name:value LIKE '%site.net']", **sensor)
        self.assertEqual(self.done("intel", "index", "update", "hunt.cmx", "--json", **sensor).json()["patterns"], 1)
        given = self.done("intel", "index", "build", "in.cmx", "--from-list", "-", input="a-site.net\n", **sensor)
        self.assertIn("values", given.out)
        self.fails("standard input", "intel", "index", "update", "in.cmx", **sensor)

    def test_a_dry_run_shows_what_a_list_would_have_blocked(self):
        logs = self.folder / "logs"
        logs.mkdir()
        (logs / "new.log").write_text(LOG * 2)
        (logs / "old.log").write_text("77.91.7.1\n")
        self.write("more.txt", "77.91.7.0/24\n")
        self.done("share", "more.txt", "--tlp", "green", "--as", "cert-ke")
        long_ago = time.time() - 40 * 86400
        os.utime(logs / "old.log", (long_ago, long_ago))
        run = ("intel", "export", "--dry-run-logs", "logs", "--as", "kenic", "--json")
        blocked = self.done(*run, "--format", "rpz").json()
        self.assertEqual([(b["value"], b["count"], b["line"]) for b in blocked["blocked"]], [("evil-site.net", 2, 1)])
        self.assertEqual(blocked["files"], 1)
        wider = self.done(*run, "--format", "plain", "--type", "ip", "--days", "60").json()
        self.assertEqual([(b["value"], b["count"]) for b in wider["blocked"]], [("77.91.7.0/24", 1)])
        self.assertIn("nothing", self.done("intel", "export", "--dry-run-logs", "logs", "--as", "kenic", "--format", "plain", "--type", "ip").err)

    def test_devices_pull_a_feed_and_go_back(self):
        self.done("intel", "feed", "add", "fw", "--format", "plain", "--type", "domain", "--as", "kenic")
        self.fails("rpz has no place for hash", "intel", "feed", "add", "sums", "--format", "rpz", "--type", "hash", "--as", "kenic")
        self.fails("there is a feed fw already", "intel", "feed", "add", "fw", "--format", "plain", "--as", "kenic")
        self.done("account", "add", "fw1@kenic", "--client", input="correct horse battery\n")
        token = self.done("token", "create", "fw1@kenic").out.strip()
        with cli_test.Server(self) as server:
            def pull(etag=""):
                request = urllib.request.Request(server.url + "/api/v1/feeds/fw",
                                                 headers={"Authorization": "Bearer " + token, **({"If-None-Match": etag} if etag else {})})
                try:
                    with urllib.request.urlopen(request) as answer:
                        return answer.read().decode(), answer.headers["ETag"], answer.headers["X-Comity-State"]
                except urllib.error.HTTPError as error:
                    with error:
                        return error.code
            text, etag, state = pull()
            self.assertIn("evil-site.net", text)
            self.assertEqual(state, "1")
            self.assertEqual(pull(etag), 304)
        self.done("intel", "feed", "rollback", "fw", "--state", "1", "--as", "kenic")
        self.assertIn("state 1", self.done("intel", "feed", "list", "--as", "kenic").out)
        self.assertIn("in force", self.done("intel", "feed", "states", "fw", "--as", "kenic").out)
        self.assertEqual(self.done("intel", "feed", "get", "fw", "--as", "kenic").out, text)
        self.assertEqual(self.done("intel", "feed", "get", "fw", "--state", "1", "--as", "kenic").out, text)
        self.fails("there is no feed fw", "intel", "feed", "get", "fw", "--as", "cert-ke")
        self.done("intel", "feed", "resume", "fw", "--as", "kenic")
        self.done("intel", "feed", "remove", "fw", "--as", "kenic")

    def test_hits_become_sightings_as_the_policy_says(self):
        self.done("key", "generate", "kenic", "--out", "custody")
        self.done("member", "add-key", "custody/kenic.pub", "--custody", "--as", "kenic")
        (self.folder / "custody/kenic.key").replace(self.data / "keys/kenic.key")
        self.write("a.log", LOG)
        self.assertIn("3 wait", self.done("scan", "a.log", "--report", "--as", "kenic").err)
        waiting = self.done("sighting", "list", "--as", "kenic", "--json").json()
        self.assertEqual(len(waiting), 3)
        self.assertEqual(self.done("sighting", "list", "--as", "cert-ke", "--json").json(), [])
        one = waiting[0]["object"]
        self.assertIn("1 sightings said", self.done("sighting", "approve", one, "--as", "kenic").out)
        self.done("sighting", "discard", "all", "--as", "kenic")
        self.fails("none of these waits", "sighting", "approve", "all", "--as", "kenic")
        seen = self.done("sighting", "show", one, "--as", "cert-ke", "--json").json()
        self.assertEqual((seen["sighted_by"], seen["members"][0]["member"], seen["own"]), (1, "kenic", []))
        self.assertIn("kenic", self.done("sighting", "show", one, "--as", "kenic").out)
        self.assertIn("counted", self.done("sighting", "policy", "counted", "--as", "kenic").out)
        # Over the network, from an index file.
        self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic")
        with cli_test.Server(self) as server:
            self.done("account", "add", "wanjiru@kenic", input="correct horse battery\n")
            token = self.done("token", "create", "wanjiru@kenic", "--scope", "read", "--scope", "submit").out.strip()
            self.write("b.log", LOG)  # another log, for what was reported once counts once
            done = self.done("scan", "b.log", "--index", "sensor.cmx", "--report", "--node", server.url, "--token", token)
            self.assertIn("reported: 3 indicators (counted)", done.err)
        self.assertEqual(self.done("sighting", "show", one, "--as", "cert-ke", "--json").json()["count"], seen["count"])

    def test_other_programs_ask_an_index_file_at_a_socket(self):
        self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic")
        self.assertIn("domain evil-site.net (cert-ke", self.done("intel", "lookup", "a.evil-site.net", "--index", "sensor.cmx").out)
        where = str(self.folder / "s")
        served = subprocess.Popen([cli_test.PROGRAM, "intel", "index", "serve", str(self.folder / "sensor.cmx"), "--socket", where],
                                  stdout=subprocess.PIPE, text=True)
        try:
            self.assertIn("values at", served.stdout.readline())
            with socket.socket(socket.AF_UNIX) as asked:
                asked.connect(where)
                asked.sendall(b"WWW.evil-site[.]net\nx.org\n\xff\n8.8.4.4\n")
                asked.shutdown(socket.SHUT_WR)
                answers = [json.loads(line) for line in asked.makefile("rb")]
            self.assertEqual([a["listed"] for a in answers], [True, False, False, True])
            self.assertEqual(answers[0]["indicators"][0]["source"], "cert-ke")
            self.assertEqual(answers[3]["indicators"][0]["value"], "8.8.0.0/16")
        finally:
            served.terminate()
            self.assertEqual(served.wait(cli_test.PATIENCE), 0)
            served.stdout.close()
        self.assertFalse(pathlib.Path(where).exists())

    def test_the_exit_code_says_whether_something_was_met(self):
        self.fails("nothing that is listed was met", "scan", "-", "--as", "kenic", input="notevil-site.net\n")
        self.fails("no such file", "scan", "none.log", "--as", "kenic", code=2)
        (self.folder / "cut.gz").write_bytes(gzip.compress(LOG.encode() * 100)[:-20])
        cut = self.run_it("scan", "cut.gz", "--as", "kenic")
        self.assertEqual(cut.code, 2, "trouble, whatever was met")
        self.assertIn("cut short", cut.err)
        self.assertIn("evil-site.net", cut.out, "what was there is told")

    def test_the_same_hits_are_reported_once(self):
        self.write("a.log", LOG)
        self.assertIn("reported: 3 indicators", self.done("scan", "a.log", "--report", "--as", "kenic").err)
        self.assertIn("not counted again", self.done("scan", "a.log", "--report", "--as", "kenic").err)
        self.write("b.log", LOG)
        self.assertIn("reported: 3 indicators", self.done("scan", "b.log", "--report", "--as", "kenic").err)
        counts = [hit["count"] for hit in self.done("sighting", "list", "--as", "kenic", "--json").json()]
        self.assertEqual(counts, [2, 2, 2])

    def test_a_folder_is_followed_with_the_logs_that_come_to_it(self):
        self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic")
        logs = self.folder / "logs"
        logs.mkdir()
        (logs / "a.log").write_text("before: 9.9.9.9\n")
        (logs / "a.log.1").write_text("long before: 9.9.9.9\n")
        (logs / "old.log.gz").write_bytes(gzip.compress(b"9.9.9.9\n"))

        def follow():
            process = subprocess.Popen([cli_test.PROGRAM, "scan", "--follow", "--state", "state.json", "--index", "sensor.cmx", "logs"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder, env=dict(self.environment, COMITY_DATA=str(self.folder / "none")))
            self.addCleanup(process.kill)
            self.assertRegex(process.stderr.readline().decode(), r"\d logs? in logs")
            return process

        def told(process):
            found = json.loads(process.stdout.readline())
            return found["file"], found["line"], found["value"]

        def append(name, text):
            with (logs / name).open("a") as out:
                out.write(text)

        first = follow()
        append("a.log", "x evil-site.net\n")
        self.assertEqual(told(first), ("logs/a.log", 2, "evil-site.net"))
        append("new.log", "nothing\ny 8.8.1.1\n")
        self.assertEqual(told(first), ("logs/new.log", 2, "8.8.0.0/16"))
        self.until(lambda: json.loads((self.folder / "state.json").read_text())["files"]["logs/new.log"]["lines"] == 2)
        first.terminate()
        self.assertEqual(first.wait(cli_test.PATIENCE), 0, first.stderr.read())
        first.communicate()
        # While it rests, one is rotated twice and one comes.
        append("a.log", "9.9.9.9 once\n")
        (logs / "a.log.1").rename(logs / "a.log.3")
        (logs / "a.log").rename(logs / "a.log.2")
        (logs / "a.log.1").write_text("8.8.2.2\n")
        append("a.log", "http://bad-host.org/x/y.exe\n")
        append("third.log", "evil-site.net\n")
        second = follow()
        self.assertEqual({told(second) for _ in range(4)},
                         {("logs/a.log.2", 3, "9.9.9.9"), ("logs/a.log.1", 1, "8.8.0.0/16"),
                          ("logs/a.log", 1, "http://bad-host.org/x/y.exe"), ("logs/third.log", 1, "evil-site.net")})
        second.terminate()
        second.communicate(timeout=cli_test.PATIENCE)

    def test_nobody_scans_for_what_it_may_not_read(self):
        self.write("red.txt", "only-ours.net\n")
        self.done("share", "red.txt", "--tlp", "amber+strict", "--to", "cert-ke", "--as", "cert-ke")
        self.assertIn("only-ours.net", self.done("scan", "-", "--as", "cert-ke", input="only-ours.net\n").out)
        self.fails("nothing", "scan", "-", "--as", "kenic", input="only-ours.net\n")

    def test_an_index_goes_to_sensors_and_is_brought_up_to_date(self):
        built = self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic", "--json").json()
        self.assertEqual((built["values"], built["kinds"]["domain"]), (5, 1))
        sensor = {"data": self.folder / "no-node"}
        self.assertEqual(len(self.findings(self.done("scan", "-", "--index", "sensor.cmx", input=LOG, **sensor))), 3)
        self.write("many.txt", "".join(f"n{i}-host.net\n" for i in range(100)))
        self.done("share", "many.txt", "--tlp", "green", "--as", "cert-ke")
        self.fails("nothing", "scan", "-", "--index", "sensor.cmx", input="n7-host.net\n", **sensor)
        whole = self.done("intel", "index", "update", "sensor.cmx", "--as", "kenic", "--json").json()
        self.assertEqual((whole["values"], whole["increments"]), (105, None), "so many that the file was made anew")
        self.write("one.txt", "one-more.net\n")
        self.done("share", "one.txt", "--tlp", "green", "--as", "cert-ke")
        more = self.done("intel", "index", "update", "sensor.cmx", "--as", "kenic", "--json").json()
        self.assertEqual((more["values"], more["increments"]["values"]), (105, 1))
        self.assertIn("one-more.net", self.done("scan", "-", "--index", "sensor.cmx", input="one-more.net n7-host.net\n", **sensor).out)
        # From a list, without any node.
        self.assertEqual(self.done("intel", "index", "build", "list.cmx", "--from-list", "list.txt", "--json", **sensor).json()["values"], 5)
        self.assertEqual(self.done("intel", "index", "stat", "list.cmx", "--json", **sensor).json()["values"], 5)
        # A damaged one is refused before anything is told from it.
        path = self.folder / "list.cmx"
        damaged = bytearray(path.read_bytes())
        damaged[-3] ^= 1
        path.write_bytes(damaged)
        self.fails("copy it again", "scan", "-", "--index", "list.cmx", input=LOG, **sensor, code=2)
        self.fails("copy it again", "intel", "index", "stat", "list.cmx", **sensor)

    def test_a_log_is_followed_through_rotation_and_a_restart(self):
        self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic")
        log = self.folder / "dns.log"
        log.write_text("before: 9.9.9.9\n")

        def follow():
            return subprocess.Popen([cli_test.PROGRAM, "scan", "--follow", "--from-start", "--state", "state.json", "--index", "sensor.cmx", "dns.log"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder, env=dict(self.environment, COMITY_DATA=str(self.folder / "none")))

        def value(process):
            return json.loads(process.stdout.readline())["value"]

        def append(text):
            with log.open("a") as out:
                out.write(text)

        first = follow()
        self.addCleanup(first.kill)
        self.assertEqual(value(first), "9.9.9.9")
        append("x evil-site.net\n")
        self.assertEqual(value(first), "evil-site.net")
        log.rename(self.folder / "dns.log.1")
        log.write_text("8.8.1.1\n")
        self.assertEqual(value(first), "8.8.0.0/16")
        self.until(lambda: json.loads((self.folder / "state.json").read_text())["files"]["dns.log"]["lines"] == 1)
        first.terminate()
        self.assertEqual(first.wait(cli_test.PATIENCE), 0, first.stderr.read())
        append("bad: http://bad-host.org/x/y.exe\n")
        second = follow()
        self.addCleanup(second.kill)
        self.assertEqual(value(second), "http://bad-host.org/x/y.exe", "once, and nothing of before again")
        # A newer index is taken up while it runs.
        self.write("one.txt", "later-host.net\n")
        self.done("share", "one.txt", "--tlp", "green", "--as", "cert-ke")
        self.done("intel", "index", "update", "sensor.cmx", "--as", "kenic")
        ended = threading.Event()

        def write_on():
            while not ended.wait(0.1):
                append("later-host.net\n")
        writer = threading.Thread(target=write_on)
        writer.start()
        try:
            self.assertEqual(value(second), "later-host.net")
        finally:
            ended.set()
            writer.join()
        second.terminate()
        second.communicate(timeout=cli_test.PATIENCE)

    def test_patterns_of_an_index_are_followed_through_rotation_and_a_restart(self):
        def indicator(last, name, pattern):
            return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd{last}",
                    "created": "2026-09-01T00:00:00.000Z", "modified": "2026-09-01T00:00:00.000Z", "name": name,
                    "pattern": pattern, "pattern_type": "stix", "valid_from": "2026-09-01T00:00:00Z"}
        beacon = "([domain-name:value LIKE 'c2%'] FOLLOWEDBY [network-traffic:dst_port = 4444]) WITHIN 60 SECONDS"
        self.write("beacon.json", json.dumps(indicator("01", "Beacon", beacon)))
        self.done("share", "beacon.json", "--tlp", "green", "--as", "cert-ke")
        self.done("intel", "index", "build", "sensor.cmx", "--as", "kenic")

        def append(log, **record):
            with (self.folder / log).open("a") as out:
                out.write(json.dumps(record) + "\n")

        def follow():
            process = subprocess.Popen([cli_test.PROGRAM, "scan", "--follow", "--from-start", "--state", "state.json", "--index", "sensor.cmx",
                                        "--patterns", "dns.log", "conn.log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
                                       env=dict(self.environment, COMITY_DATA=str(self.folder / "none")))
            self.addCleanup(process.kill)
            return process

        def told(process):
            found = json.loads(process.stdout.readline())
            if found["kind"] != "pattern":
                return found["value"]
            return [found["indicators"][0]["name"]] + [(r["file"], r["line"]) for r in found["records"]]

        def read(log, lines):
            self.until(lambda: json.loads((self.folder / "state.json").read_text())["patterns"]["files"][log]["lines"] == lines)

        first = follow()
        append("dns.log", ts=1790000000, query="c2.host.net")
        append("conn.log", ts=1790000005, dest_ip="10.0.0.7", dest_port=4444)
        self.assertEqual(told(first), ["Beacon", ("dns.log", 1), ("conn.log", 1)])
        # What is late comes under the time at which it began; a value is told beside.
        append("dns.log", ts=1790000100, query="c2.host.net")
        append("dns.log", ts=1790000200, query="evil-site.net")
        self.assertEqual(told(first), "evil-site.net")
        read("dns.log", 3)
        append("conn.log", ts=1790000110, dest_ip="10.0.0.7", dest_port=4444)
        self.assertEqual(told(first), ["Beacon", ("dns.log", 2), ("conn.log", 2)])
        # Half of a match is kept through the end of the program and a rotation.
        append("dns.log", ts=1790000300, query="c2.host.net")
        read("dns.log", 4)
        first.terminate()
        self.assertEqual(first.wait(cli_test.PATIENCE), 0)
        self.assertIn(b"2 matched", first.stderr.read())
        (self.folder / "dns.log").rename(self.folder / "dns.log.1")
        append("dns.log", ts=1790000301, query="other.net")
        append("conn.log", ts=1790000310, dest_ip="10.0.0.7", dest_port=4444)
        second = follow()
        self.assertEqual(told(second), ["Beacon", ("dns.log", 4), ("conn.log", 3)])
        # A newer index's patterns are taken up, and what waits for the others still waits.
        append("dns.log", ts=1790000400, query="c2.host.net")
        self.until(lambda: json.loads((self.folder / "state.json").read_text())["patterns"]["kept"] != {})
        self.write("other.json", json.dumps(indicator("02", "Other", "[domain-name:value = 'later.net' AND domain-name:value LIKE 'l%']")))
        self.done("share", "other.json", "--tlp", "green", "--as", "cert-ke")
        self.assertIn("1 patterns added", self.done("intel", "index", "update", "sensor.cmx", "--as", "kenic").err)
        ended = threading.Event()

        def write_on():
            while not ended.wait(0.1):
                append("dns.log", ts=1790000401, query="later.net")
        writer = threading.Thread(target=write_on)
        writer.start()
        try:
            self.assertEqual(told(second)[0], "Other")
        finally:
            ended.set()
            writer.join()
        append("conn.log", ts=1790000410, dest_ip="10.0.0.7", dest_port=4444)
        found = told(second)
        while found[0] == "Other":
            found = told(second)
        self.assertEqual(found, ["Beacon", ("dns.log", 2), ("conn.log", 4)])
        second.terminate()
        second.communicate(timeout=cli_test.PATIENCE)
        # A state that is none is refused, with the mend.
        self.write("bad.json", '{"files":{},"patterns":{"files":{},"logs":[],"kept":{"x":[[0,1,2,[0]]]}}}')
        self.fails("remove it", "scan", "--follow", "--state", "bad.json", "--pattern", beacon, "dns.log", data=self.folder / "none", code=2)

    def until(self, holds):
        end = time.monotonic() + cli_test.PATIENCE
        while True:
            try:
                if holds():
                    return
            except (OSError, ValueError, KeyError):
                pass
            self.assertLess(time.monotonic(), end, "did not come about")
            time.sleep(0.05)


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(cli_test.PROGRAM).resolve())
    unittest.main()
