#!/usr/bin/env python3
"""A proposal from its first version to a recount elsewhere, as whole programs.

    COMITY_PROGRAM=build/release/comity tests/system/governance_test.py [-v] [CASE...]
"""
import datetime
import pathlib
import time
import unittest

import cli_test

PROCEDURE = {
    "id": "quick", "title": "Two thirds, half of the members voting", "electorate": {"everybody": True},
    "quorum": {"of": "present", "base": "all", "at_least": "1/2"}, "adopted": {"of": "yes", "base": "cast", "at_least": "2/3"},
}


class Decision(cli_test.Case):
    MEMBERS = ("cert-ke", "kenic", "isoc-fj")

    def setUp(self):
        super().setUp()
        self.found(*self.MEMBERS)
        self.write("rule.txt", "Article 1\nEverybody shares what it knows.\n")
        self.write("regle.txt", "Article premier\nChacun partage ce qu'il sait.\n")
        self.write("quick.json", PROCEDURE)

    def proposed(self):
        return self.done("proposal", "new", "--as", "cert-ke", "--text", "en=rule.txt", "--title", "en=Sharing", "--text", "fr=regle.txt",
                         "--title", "fr=Partage", "--translation", "fr", "--json").json()["id"]

    def opened(self, proposal, seconds):
        self.closes = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        return self.done("proposal", "open", proposal, "--as", "cert-ke", "--procedure", "quick.json", "--closes",
                         self.closes.strftime("%Y-%m-%dT%H:%M:%SZ"), "--json").json()["id"]

    def vote(self, member, proposal, *words):
        return self.done("vote", proposal, *words, "--as", member, "--json").json()["id"]

    def test_from_the_proposal_to_the_recount(self):
        proposal = self.proposed()
        self.assertEqual(self.done("proposal", "list", "--language", "fr", "--json").json()[0]["title"], "Partage")
        self.assertIn("A translation, which binds nobody", self.done("proposal", "show", proposal[:8], "--language", "fr").out)
        self.fails("no vote on", "vote", proposal, "yes", "--as", "kenic")
        self.fails("its author opens the vote", "proposal", "open", proposal, "--as", "kenic", "--procedure", "quick.json", "--days", "1")
        vote = self.opened(proposal, 20)
        self.vote("cert-ke", proposal, "yes")
        self.vote("kenic", proposal, "no", "--reason", "Article 1 says too little")
        self.assertIn("rejected: yes of cast: at least 2/3", self.done("tally", proposal).out)
        self.vote("kenic", vote, "abstain")
        tally = self.done("tally", proposal, "--json").json()
        self.assertEqual((tally["outcome"], tally["counted"], tally["adopted"]["value"], tally["adopted"]["base"]), ("adopted", 2, 1, 1))
        self.assertEqual([(one["author"], one["why"]) for one in tally["disregarded"]], [("kenic", "replaced")])
        self.fails("the vote is open until", "tally", proposal, "--certify", "--as", "cert-ke")

        while datetime.datetime.now(datetime.timezone.utc) < self.closes + datetime.timedelta(seconds=2):
            time.sleep(0.2)
        self.vote("isoc-fj", proposal, "no")
        late = self.done("tally", proposal, "--json").json()
        self.assertEqual(late["outcome"], "adopted")
        self.assertIn(("isoc-fj", "late"), [(one["author"], one["why"]) for one in late["disregarded"]])
        self.done("tally", proposal, "--certify", "--as", "cert-ke")

        # Elsewhere, out of a file: nothing of this node is there but logs and statements.
        self.done("carry", "out", "logs.carry")
        empty = self.folder / "elsewhere"
        again = self.done("recount", proposal, "--from", "logs.carry", "--json", data=empty).json()
        self.assertEqual({key: again[key] for key in late}, late)
        self.assertEqual((again["discrepancies"], again["certified_by"]), ([], ["cert-ke"]))
        self.assertEqual(self.done("recount", proposal, "--from", self.data, data=empty).out, self.done("tally", proposal).out)

    def test_a_revised_text_needs_new_votes(self):
        proposal = self.proposed()
        self.opened(proposal, 3600)
        self.vote("cert-ke", proposal, "yes")
        self.write("rule-2.txt", "Article 1\nEverybody shares what it must.\n")
        self.fails("its author revises it", "proposal", "revise", proposal, "--as", "kenic", "--text", "en=rule-2.txt", "--title", "en=Sharing")
        revised = self.done("proposal", "revise", proposal, "--as", "cert-ke", "--text", "en=rule-2.txt", "--title", "en=Sharing", "--note",
                            "Less", "--json").json()["id"]
        self.assertEqual(self.done("tally", proposal, "--json").json()["version"], proposal)
        self.opened(proposal, 3600)
        again = self.done("tally", revised, "--json").json()
        self.assertEqual((again["version"], again["counted"], again["outcome"]), (revised, 0, "no-quorum"))
        self.assertEqual(len(self.done("proposal", "show", revised, "--json").json()["votes"]), 2)

    def test_an_objection_is_answered_and_consensus_declared(self):
        self.write("quick.json", dict(PROCEDURE, binds="acceding", adopted={"all": [
            {"declared": "consensus"}, {"of": "sustained-objections", "at_most": 0}]}))
        proposal = self.proposed()
        self.opened(proposal, 3600)
        self.vote("cert-ke", proposal, "yes")
        self.fails("body.reason", "vote", proposal, "no", "--objection", "--as", "kenic")
        ballot = self.vote("kenic", proposal, "no", "--objection", "--reason", "It cannot be built")
        self.done("proposal", "declare", proposal, "consensus", "--as", "cert-ke")
        self.assertIn("rejected: sustained objections", self.done("tally", proposal).out)
        self.fails("there is no ballot", "proposal", "answer", proposal, "0123456789", "So", "--as", "cert-ke")
        self.done("proposal", "answer", proposal, ballot[:10], "It was, in Nairobi", "--as", "cert-ke")
        self.done("proposal", "accede", proposal, "--as", "isoc-fj")
        tally = self.done("tally", proposal, "--json").json()
        self.assertEqual((tally["outcome"], tally["binds"], tally["acceded"]), ("adopted", "acceding", ["isoc-fj"]))

    def test_impossible_votes_are_refused(self):
        proposal = self.proposed()
        self.write("bad.json", dict(PROCEDURE, quorum={"of": "present", "at_least": 4}))
        self.fails("these 3 electors cannot reach it", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "bad.json", "--days", "1")
        self.write("bad.json", dict(PROCEDURE, adopted={"of": "yes", "base": "cast", "at_least": "4/3"}))
        self.fails("4/3 is above one", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "bad.json", "--days", "1")
        self.fails("less than 7 days", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "unanimity", "--days", "1")
        self.fails("there is no proposal", "proposal", "show", "0123456789")
        self.fails("VOTE", "vote", proposal, "maybe", code=2)


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(cli_test.PROGRAM).resolve())
    unittest.main()
