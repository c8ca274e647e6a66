#!/usr/bin/env python3
"""A secret election as whole programs, with Debian's belenios-tool: from its announcement to a recount elsewhere.

    COMITY_PROGRAM=build/release/comity tests/system/election_test.py [-v] [CASE...]
"""
import base64
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import time
import unittest

import cli_test


@unittest.skipUnless(shutil.which("belenios-tool"), "belenios-tool is not installed (scripts/packages.sh: test)")
class SecretElection(cli_test.Case):
    MEMBERS = ("cert-ke", "kenic", "isoc-fj")

    def setUp(self):
        super().setUp()
        self.found(*self.MEMBERS)

    def announced(self, opens, closes, *more):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.opens, self.closes = now + datetime.timedelta(seconds=opens), now + datetime.timedelta(seconds=closes)
        stamp = lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.done("election", "new", "--as", "cert-ke", "--title", "Chair \"2027\"", "--candidate", "Amina", "--candidate", "Bo", "--candidate",
                         "Ché", "--trustee", "cert-ke", "--trustee", "kenic", "--opens", stamp(self.opens), "--closes", stamp(self.closes), *more,
                         "--json").json()["id"]

    def wait_for(self, at):
        while datetime.datetime.now(datetime.timezone.utc) < at + datetime.timedelta(seconds=2):
            time.sleep(0.2)

    # What the command line would not say: signed by the member all the same.
    def say(self, member, kind, body):
        community = self.done("community", "show", "--json").json()["community"]["id"]
        nonce = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
        # Of a member's acts that are witnessed in one second, the one that it issued last is the last.
        issued = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        payload = json.dumps({"v": 1, "community": community, "type": kind, "author": member, "issued": issued, "nonce": nonce,
                              "audience": {"tlp": "clear"}, "body": body})
        self.write("said.json", {"payloadType": "application/vnd.comity.statement+json", "payload": base64.b64encode(payload.encode()).decode(),
                                 "signatures": [{"keyid": "00000000", "sig": base64.b64encode(bytes(64)).decode()}]})
        self.done("statement", "sign", "said.json", "--key", self.data / "keys" / f"{member}.key")
        self.done("statement", "submit", "said.json")

    def test_from_the_announcement_to_the_recount(self):
        election = self.announced(15, 60, "--max", "2")
        self.fails("takes no ballots", "election", "vote", election, "Amina", "--as", "cert-ke")
        for member in self.MEMBERS:
            self.done("election", "register", election, "--as", member)
        self.fails("is no trustee", "election", "trustee", election, "--as", "isoc-fj")
        for member in ("cert-ke", "kenic"):
            self.done("election", "trustee", election, "--as", member)
        self.assertEqual(self.done("election", "show", election, "--json").json()["phase"], "registration")
        self.wait_for(self.opens)
        self.fails("opened at", "election", "register", election, "--as", "cert-ke")
        self.fails("cannot be elected", "election", "vote", election, "Nobody", "--as", "cert-ke")
        self.fails("3 are chosen", "election", "vote", election, "Amina", "Bo", "Ché", "--as", "cert-ke")
        vote = lambda member, *names: self.done("election", "vote", election, *names, "--as", member, "--json").json()["id"]
        first = vote("cert-ke", "Bo")
        vote("cert-ke", "Amina", "Ché")
        vote("kenic", "Ché")
        vote("isoc-fj")
        self.fails("is not to be opened", "election", "decrypt", election, "--as", "cert-ke")
        # One that is signed by its author, and whose proof does not hold: nobody's ballot but its own is lost.
        shown = self.done("election", "show", election, "--json").json()
        bad = next(one for one in shown["electors"] if one["member"] == "isoc-fj")["ballot_text"]
        bad = bad.replace('"response":"', '"response":"1', 1)
        self.say("isoc-fj", "governance.secret-ballot", {"election": election, "ballot": bad})
        shown = self.done("election", "show", election, "--json").json()
        self.assertEqual((shown["phase"], shown["counted"], len(shown["disregarded"])), ("voting", 3, 2))
        self.assertIn(first, [one["ballot"] for one in shown["disregarded"]])
        self.wait_for(self.closes)

        self.fails("has not opened the sum", "election", "count", election)
        for member in ("cert-ke", "kenic"):
            self.done("election", "decrypt", election, "--as", member)
        self.fails("has opened its part already", "election", "decrypt", election, "--as", "kenic")
        result = self.done("election", "count", election, "--json").json()
        self.assertEqual((result["votes"], result["elected"], result["counted"]), ([1, 0, 2], ["Ché"], 2))
        self.assertEqual(len(result["invalid"]), 1)
        self.done("election", "count", election, "--certify", "--as", "cert-ke")
        self.assertEqual(self.done("election", "list", "--json").json()[0]["phase"], "counted")
        self.assertRegex(self.done("election", "count", election).out, r"Ché +2 +elected")

        # Elsewhere, with nothing but the log.
        self.done("carry", "out", "logs.carry")
        elsewhere = self.folder / "elsewhere"
        again = self.done("recount", election, "--from", "logs.carry", "--json", data=elsewhere).json()
        self.assertEqual((again["elections"][0]["result"], again["discrepancies"]), (result, []))
        self.assertEqual(len(self.done("recount", "--all", "--from", "logs.carry", "--json", data=elsewhere).json()["elections"]), 1)

        # Somebody certifies something else.
        self.say("kenic", "governance.election-result", {"election": election, "votes": [2, 0, 1], "counted": 2, "ballots": result["ballots"]})
        self.done("carry", "out", "lied.carry")
        lied = self.run_it("recount", election, "--from", "lied.carry", data=elsewhere)
        self.assertEqual(lied.code, 1)
        self.assertIn("certified by kenic: votes: said to be 2 0 1, opened as 1 0 2", lied.err)

    # Ranked and graded ballots are shuffled by each trustee in turn, opened, and counted again elsewhere.
    def shuffled(self, ballots, *more):
        election = self.announced(15, 45, *more)
        for member in self.MEMBERS:
            self.done("election", "register", election, "--as", member)
        for member in ("cert-ke", "kenic"):
            self.done("election", "trustee", election, "--as", member)
        self.wait_for(self.opens)
        for member, names in ballots.items():
            self.done("election", "vote", election, *names, "--as", member)
        self.fails("is not to be shuffled: voting", "election", "shuffle", election, "--as", "cert-ke")
        self.wait_for(self.closes)
        self.assertEqual(self.done("election", "show", election, "--json").json()["phase"], "shuffling")
        self.fails("waits for the trustee 'cert-ke'", "election", "shuffle", election, "--as", "kenic")
        self.fails("is no trustee", "election", "shuffle", election, "--as", "isoc-fj")
        self.done("election", "shuffle", election, "--as", "cert-ke")
        self.fails("has shuffled the ballots already", "election", "shuffle", election, "--as", "cert-ke")
        # A shuffle that is none stands in nobody's way.
        whole = hashlib.sha256(b'{"no":"shuffle"}').hexdigest()
        self.say("kenic", "governance.election-piece",
                 {"election": election, "of": "shuffle", "whole": whole, "part": 1, "parts": 1, "text": '{"no":"shuffle"}'})
        self.fails("has not shuffled the ballots yet", "election", "decrypt", election, "--as", "cert-ke")
        return election

    def counted_everywhere(self, election):
        for member in ("cert-ke", "kenic"):
            self.done("election", "decrypt", election, "--as", member)
        result = self.done("election", "count", election, "--json").json()
        self.done("election", "count", election, "--certify", "--as", "cert-ke")
        self.assertEqual(self.done("election", "list", "--json").json()[0]["phase"], "counted")
        self.done("carry", "out", "logs.carry")
        again = self.done("recount", election, "--from", "logs.carry", "--json", data=self.folder / "elsewhere").json()
        self.assertEqual((again["elections"][0]["result"], again["discrepancies"]), (result, []))
        return result

    def test_a_single_transferable_vote_in_secret(self):
        ballots = {"cert-ke": ("Bo", "Amina"), "kenic": ("Bo", "Ché"), "isoc-fj": ("Amina",)}
        election = self.shuffled(ballots, "--method", "stv", "--seats", "2")
        self.done("election", "shuffle", election, "--as", "kenic")
        result = self.counted_everywhere(election)
        self.assertEqual((result["opened"], result["elected"], result["counted"]), ([[0, 1, 2], [1, 0, 0], [2, 1, 0]], ["Bo", "Amina"], 3))
        self.assertIn("Bo", self.done("election", "count", election).out)
        self.say("kenic", "governance.election-result", {"election": election, "elected": [2, 0], "counted": 3, "ballots": result["ballots"]})
        self.done("carry", "out", "lied.carry")
        lied = self.run_it("recount", election, "--from", "lied.carry", data=self.folder / "elsewhere")
        self.assertEqual(lied.code, 1)
        self.assertIn("said to be the candidates 2 0, counted as 1 0", lied.err)

    def test_a_majority_judgment_in_secret(self):
        grades = ("--method", "majority-judgment", "--grade", "Good", "--grade", "Fair", "--grade", "Poor")
        ballots = {member: ("Amina=Good", "Bo=Fair", "Ché=Poor") for member in self.MEMBERS}
        election = self.shuffled(ballots, *grades)
        self.fails("takes no ballots", "election", "vote", election, "Amina=Good", "--as", "cert-ke")
        self.done("election", "shuffle", election, "--as", "kenic")
        result = self.counted_everywhere(election)
        self.assertEqual((result["opened"], result["ranking"], result["elected"]), ([[1, 2, 3]] * 3, [["Amina"], ["Bo"], ["Ché"]], ["Amina"]))

    def test_without_a_trustees_key_it_is_void(self):
        election = self.announced(6, 60)
        self.done("election", "register", election, "--as", "cert-ke")
        self.done("election", "trustee", election, "--as", "cert-ke")
        self.wait_for(self.opens)
        shown = self.done("election", "show", election, "--json").json()
        self.assertEqual(shown["phase"], "void")
        self.assertIn("'kenic' had given no key", shown["flaw"])
        self.fails("is void", "election", "count", election)
        self.fails("there is no election", "election", "show", "0123456789")


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(cli_test.PROGRAM).resolve())
    unittest.main()
