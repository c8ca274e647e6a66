#!/usr/bin/env python3
"""A share with a hole, by real nodes: who joins later has all but what it may not read, and that by itself once it may.

    COMITY_PROGRAM=build/release/comity tests/system/holes_test.py [-v] [CASE...]
"""
import hashlib
import json
import pathlib
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import federation_test as base  # noqa: E402
import hostile_test as hostile  # noqa: E402

ID = "indicator--8e2e2d2b-17d4-4cbf-938f-%012x"
COLLECTION = "/taxii2/community/collections/all/objects/"
PASSWORD = "a password of tests\n"
# Where a node gives objects: with their package, or by themselves.
hostile.KINDS["objects by any way"] = r"^/api/v1/(logs/\w+/packages|statements/\w+/objects)"


def indicator(n):
    return {"type": "indicator", "spec_version": "2.1", "id": ID % n, "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "pattern": f"[domain-name:value = 'host-{n}.example.org']", "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z"}


class Holes(base.Case):
    def wait_for(self, true, what):
        end = time.monotonic() + base.PATIENCE
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(f"--- {node.member}\n{(self.folder / (node.member + '.log')).read_text()[-2000:]}" for node in self.nodes)
                self.fail(f"{what}\n{logs}")
            time.sleep(0.3)

    def bundle(self, *numbers):
        path = self.folder / f"bundle-{numbers[0]}.json"
        path.write_text(json.dumps({"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                                    "objects": [indicator(n) for n in numbers]}, separators=(",", ":")))
        return path

    def taxii(self, node):
        """Ids of all that a member's account there is given; the newest first."""
        if not hasattr(node, "token"):
            env_file = self.folder / "password"
            env_file.write_text(PASSWORD)
            node.run("account", "add", f"amina@{node.member}", "--password-file", env_file)
            node.token = node.run("token", "create", f"amina@{node.member}", "--name", "t", "--scope", "read").strip()
        ids, following, more = [], "", True
        while more:
            request = urllib.request.Request(f"{node.url()}{COLLECTION}?limit=400{following}", headers={
                "Authorization": f"Bearer {node.token}", "Accept": "application/taxii+json;version=2.1"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                page = json.load(answer)
            ids += [each["id"] for each in page.get("objects", [])]
            more = page.get("more", False)
            following = f"&next={page.get('next', '')}"
        return ids

    def status(self, node, origin="ke.example/log"):
        return next(log for log in node.json("node", "status") if log["origin"] == origin)

    def joined(self):
        first, second = self.nodes
        second.run("join", first.url(), "--charter", self.charter, "--origin", "fr.example/log")
        second.run("node", "announce", "--url", second.url())
        second.start()

    def shared_and_narrowed(self):
        self.found("ke", "fr")
        first, _ = self.nodes
        first.run("share", self.bundle(*range(1000)), "--tlp", "clear", "--as", "ke")
        self.withdrawal = first.json("intel", "withdraw", ID % 500, "--tlp", "clear", "--as", "ke")["id"]
        first.run("intel", "mark", ID % 17, "--tlp", "red", "--person", "amina@ke", "--as", "ke")

    def assert_sound(self, node, objects, withheld):
        checked = node.json("check")
        self.assertEqual((checked["faults"], checked["objects"], checked["withheld"]), ([], objects, withheld))
        digest = node.json("rebuild")["view_digest"]
        self.assertEqual(node.json("rebuild")["view_digest"], digest)

    def test_who_joins_later_has_all_but_two_and_these_by_itself_once_it_may(self):
        self.shared_and_narrowed()
        first, second = self.nodes
        self.joined()
        self.wait_for(lambda: len(self.taxii(second)) == 998, "not all that may be read has come")
        ids = self.taxii(second)
        self.assertEqual(set(ids), {ID % n for n in range(1000)} - {ID % 17, ID % 500})
        status = self.status(second)
        self.assertEqual((status["missing"], status["withheld"], status["unduly"]), (0, 2, 0))
        self.assertIn("2 objects withheld", second.run("node", "status"))
        self.assertIn('comity_withheld_objects 2', urllib.request.urlopen(second.url() + "/metrics", timeout=60).read().decode())
        self.assert_sound(second, 998, 2)
        # It says no more of them than who reads the share is told anyhow.
        share = next(s["id"] for s in second.json("statement", "list") if s["type"] == "intelligence.share")
        self.assertEqual(len(second.json("statement", "show", share, "--objects")), 998)
        self.assertRegex(second.run("statement", "show", share), r"objects: +998 of 1000: 2 are withdrawn, marked for others, or not here")
        self.assertEqual([(h["statement"], h["author"], h["withheld"], [(g["log"], g["token"]) for g in h["given_by"]]) for h in status["holes"]],
                         [(share, "ke", 2, [("ke.example/log", False)])])
        self.assertRegex(second.run("node", "status"), share[:12] + r" +ke +2 +.* is asked without a token")

        first.run("intel", "mark", ID % 17, "--tlp", "clear", "--as", "ke")
        self.wait_for(lambda: len(self.taxii(second)) == 999, "what was marked for all does not come by itself")
        self.assertEqual(self.taxii(second)[-1], ID % 17, "it is new to who has read on")
        first.run("statement", "erase", self.withdrawal, "--as", "ke")
        self.wait_for(lambda: len(self.taxii(second)) == 1000, "what is withdrawn no longer does not come by itself")
        status = self.status(second)
        self.assertEqual((status["missing"], status["withheld"], status["holes"]), (0, 0, []))
        self.assertRegex(second.run("statement", "show", share), r"objects: +1000\n")
        self.assert_sound(second, 1000, 0)
        first.run("node", "add", second.url(), *self.keys_of(second))  # what was said there alone
        self.wait_for(lambda: first.json("rebuild")["view_digest"] == second.json("rebuild")["view_digest"], "the views differ")

    def test_by_a_stick_as_over_the_line(self):
        self.shared_and_narrowed()
        first, second = self.nodes
        self.joined()
        second.stop()
        second.run("node", "remove", second.json("node", "list")[0]["name"])
        first.run("share", self.bundle(*range(2000, 2100)), "--tlp", "clear", "--as", "ke")
        first.run("intel", "mark", ID % 2042, "--tlp", "red", "--person", "amina@ke", "--as", "ke")
        before = self.status(second)["withheld"]
        first.run("carry", "out", "one.carry")
        brought = second.json("carry", "in", "one.carry")
        self.assertEqual((brought["missing"], brought["withheld"], brought["fault"]), (0, before + 1, None))
        whys = [h["why"] for h in self.status(second)["holes"]]
        self.assertIn("it came by file", whys[-1])
        self.assertIn("followed no longer", whys[0])
        first.run("intel", "mark", ID % 2042, "--tlp", "clear", "--as", "ke")
        first.run("carry", "out", "two.carry")
        self.assertEqual(second.json("carry", "in", "two.carry")["withheld"], before)
        self.assertEqual(second.json("check")["faults"], [])

    def test_who_withholds_what_is_for_all_is_told(self):
        self.found("ke", "fr", "no")
        first, second, third = self.nodes
        first.run("share", self.bundle(*range(10)), "--tlp", "clear", "--as", "ke")
        third.run("join", first.url(), "--charter", self.charter, "--origin", "no.example/log")
        third.run("node", "announce", "--url", third.url())
        third.start()
        hidden = json.dumps(indicator(4), separators=(",", ":")).encode()
        digest = b'"' + hashlib.sha256(b"\0" + hidden).hexdigest().encode() + b'"'

        def lie(body, _):
            item = b'{"position":4,"object":' + hidden + b"}"
            for found in (b"," + item, item + b",", item):
                body = body.replace(found, b"")
            return hostile.answer(body.replace(hidden, digest))
        spoiler = hostile.Spoiler(first.port)
        self.addCleanup(spoiler.close)
        spoiler.kind, spoiler.lie = "objects by any way", lie
        liar = f"http://127.0.0.1:{spoiler.port}"
        second.run("join", liar, "--charter", self.charter, "--origin", "fr.example/log")
        self.assertEqual(self.status(second)["withheld"], 1)
        second.run("node", "add", third.url(), *self.keys_of(third))
        second.run("node", "sync")
        self.assertEqual(self.status(second)["withheld"], 0)
        self.assert_sound(second, 10, 0)
        fault = [s["fault"] for s in second.json("node", "sync") if s["fault"]]
        self.assertEqual(len(fault), 1, fault)
        self.assertIn("withholds 1 objects", fault[0])
        self.assertEqual(self.status(second)["unduly"], 1)
        self.assertIn("withholds 1 objects", second.run("node", "status"))
        self.assertIn("1 faults", second.run("node", "check", code=1))
        spoiler.kind = None  # it is honest from now on
        second.run("node", "sync")
        self.assertEqual(self.status(second)["unduly"], 0)
        second.run("node", "check")


if __name__ == "__main__":
    unittest.main()
