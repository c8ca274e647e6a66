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

    def test_amendments_are_voted_and_applied_to_the_letter(self):
        proposal = self.proposed()
        self.write("wanted.txt", "Article 1\nEverybody shares what it must know.\n")
        self.fails("does not stand in the text", "proposal", "amend", proposal, "--as", "kenic", "--quote", "nowhere", "--with", "x")
        self.fails("more than once", "proposal", "amend", proposal, "--as", "kenic", "--quote", "s", "--with", "x")
        self.fails("is what stands there already", "proposal", "amend", proposal, "--as", "kenic", "--text", "en=rule.txt")
        amend = lambda member, *words: self.done("proposal", "amend", proposal, "--as", member, *words, "--json").json()["id"]
        must = amend("kenic", "--text", "en=wanted.txt", "--note", "Less")
        members = amend("isoc-fj", "--quote", "Everybody", "--with", "Every member")
        other = amend("cert-ke", "--quote", "what it knows", "--with", "little")
        shown = {one["id"]: one for one in self.done("proposal", "amendments", proposal, "--json").json()["amendments"]}
        self.assertEqual(shown[must]["edits"], [{"language": "en", "at": 35, "quote": "knows", "text": "must know"}])
        self.assertEqual((shown[must]["conflicts"], shown[must]["state"], shown[must]["untouched"]), ([other], "proposed", []))
        self.assertIn("{+Every member+}", self.done("proposal", "amendments", proposal).out)
        self.fails("no vote on", "vote", must, "yes", "--as", "kenic")
        self.fails("its author opens the vote", "proposal", "open", must, "--as", "kenic", "--procedure", "quick.json", "--days", "1")
        self.fails("none has been adopted since", "proposal", "consolidate", proposal, "--as", "cert-ke")
        for amendment in (must, members, other):
            self.opened(amendment, 12 if amendment != other else 20)
            for member in self.MEMBERS:
                self.vote(member, amendment, "yes")
        self.wait_for_the_close()
        answer = self.done("proposal", "amendments", proposal, "--json").json()
        self.assertEqual({one["id"]: one["state"] for one in answer["amendments"]}, {must: "adopted", members: "adopted", other: "fell"})
        self.assertEqual(answer["result"]["amendments"], sorted([must, members]))
        self.assertEqual([fell["amendment"] for fell in answer["result"]["fallen"]], [other])
        self.fails("is voted on without its amendment", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "quick.json", "--days", "1")
        self.fails("its author revises it", "proposal", "consolidate", proposal, "--as", "kenic")
        version = self.done("proposal", "consolidate", proposal, "--as", "cert-ke", "--json").json()["id"]
        newest = self.done("proposal", "show", proposal, "--json").json()["versions"][-1]
        self.assertEqual((newest["id"], newest["content"], newest["amendments"]), (version, answer["result"]["content"], sorted([must, members])))
        self.assertEqual(newest["texts"][0]["text"], "Article 1\nEvery member shares what it must know.\n")
        self.assertEqual(newest["texts"][1]["text"], "Article premier\nChacun partage ce qu'il sait.\n")
        vote = self.opened(version, 3600)
        self.vote("kenic", vote, "yes")

        # Elsewhere: the votes on the amendments are counted again with it.
        self.done("carry", "out", "logs.carry")
        again = self.done("recount", vote, "--from", "logs.carry", "--json", data=self.folder / "elsewhere").json()
        self.assertEqual((again["version"], again["discrepancies"]), (version, []))
        self.assertEqual(len(self.done("recount", "--all", "--from", "logs.carry", "--json", data=self.folder / "elsewhere").json()["votes"]), 4)

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

    def test_the_chair_has_no_word_after_the_close(self):
        self.write("quick.json", dict(PROCEDURE, adopted={"declared": "consensus"}))
        proposal = self.proposed()
        self.opened(proposal, 4)
        ballot = self.vote("kenic", proposal, "no", "--objection", "--reason", "It cannot be built")
        self.vote("cert-ke", proposal, "yes")
        self.wait_for_the_close()
        self.fails("counts until the close", "proposal", "declare", proposal, "consensus", "--as", "cert-ke")
        self.fails("counts until the close", "proposal", "answer", proposal, ballot[:10], "So", "--as", "cert-ke")

    def test_impossible_votes_are_refused(self):
        proposal = self.proposed()
        self.write("bad.json", dict(PROCEDURE, quorum={"of": "present", "at_least": 4}))
        self.fails("these 3 electors cannot reach it", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "bad.json", "--days", "1")
        self.write("bad.json", dict(PROCEDURE, adopted={"of": "yes", "base": "cast", "at_least": "4/3"}))
        self.fails("4/3 is above one", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "bad.json", "--days", "1")
        self.fails("less than 7 days", "proposal", "open", proposal, "--as", "cert-ke", "--procedure", "unanimity", "--days", "1")
        self.fails("there is no proposal", "proposal", "show", "0123456789")
        self.fails("VOTE", "vote", proposal, "maybe", code=2)

    # Adopted by all three, closed; the vote.
    def adopted(self, rule, text="Article 1\nNothing goes to everybody.\n", binds="all"):
        self.write("quick.json", dict(PROCEDURE, binds=binds))
        self.write("rule.json", rule)
        self.write("act.txt", text)
        proposal = self.done("proposal", "new", "--as", "cert-ke", "--text", "en=act.txt", "--title", "en=Nothing for everybody", "--rule",
                             "rule.json", "--json").json()["id"]
        vote = self.opened(proposal, 8)
        for member in self.MEMBERS:
            self.vote(member, proposal, "yes")
        return proposal, vote

    # A proposal that all vote for, closed.
    def decided(self, proposal):
        vote = self.opened(proposal, 8)
        for member in self.MEMBERS:
            self.vote(member, proposal, "yes")
        self.wait_for_the_close()
        return vote

    def test_the_charter_is_amended_by_a_vote_and_recounted(self):
        self.assertIn("founded", self.done("charter", "show").out)
        self.fails("changes nothing", "charter", "amend", "--as", "cert-ke")
        self.write("some.json", dict(PROCEDURE, electorate={"members": ["cert-ke"]}))
        self.fails("takes the vote from some", "charter", "amend", "--rules-by", "some.json", "--as", "cert-ke")
        self.write("four.json", dict(PROCEDURE, id="four", quorum={"of": "present", "at_least": 4}))
        self.fails("could decide nothing by 'four'", "charter", "amend", "--charter-by", "four.json", "--as", "cert-ke")
        self.write("ours.json", dict(PROCEDURE, id="ours", title="Ours"))
        amendment = self.done("charter", "amend", "--purpose", "To warn and to assist", "--rules-by", "ours.json", "--charter-by", "ours.json", "--as",
                              "cert-ke", "--json").json()["id"]
        self.fails("the charter names none", "proposal", "open", amendment, "--days", "1", "--as", "cert-ke")
        vote = self.decided(amendment)
        shown = self.done("charter", "show", "--json").json()
        self.assertEqual([(one["version"], one["state"]) for one in shown], [(1, "ended"), (2, "in-force")])
        self.assertEqual((shown[1]["vote"], shown[1]["purpose"]), (vote, "To warn and to assist"))
        out = self.done("charter", "show").out
        self.assertRegex(out, r"rules by: +ours \(Ours\)")
        self.assertRegex(out, r"2 +in-force .*purpose, procedures\.rules, procedures\.charter")
        self.assertIn("charter by", self.done("community", "show").out)
        self.assertEqual(self.done("community", "show", "--json").json()["community"]["purpose"], "To warn and to assist")
        # From now on by its own procedure, and rules too.
        name = self.done("charter", "amend", "--name", "Another name", "--as", "cert-ke", "--json").json()["id"]
        closes = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.assertIn("will bind nobody", self.done("proposal", "open", name, "--procedure", "quick.json", "--closes", closes, "--as", "cert-ke").err)
        opened = self.done("proposal", "open", name, "--closes", closes, "--as", "cert-ke", "--json")
        self.assertNotIn("will bind nobody", opened.err)
        self.assertEqual(self.done("tally", opened.json()["id"], "--json").json()["procedure"], "ours")
        proposal, _ = self.adopted({"number": "DS-1"})
        self.wait_for_the_close()
        self.assertIn("lets rules be adopted: ours", self.done("tally", proposal).out)
        # Elsewhere, with nothing but the log.
        self.done("carry", "out", "logs.carry")
        again = self.done("recount", proposal, "--from", "logs.carry", "--json", data=self.folder / "elsewhere").json()
        self.assertIn("lets rules be adopted: ours", again["unbinding"]["why"])
        self.assertEqual(again["discrepancies"], [])
        before = self.done("charter", "show", "--json").json()
        self.done("rebuild")
        self.assertEqual(self.done("charter", "show", "--json").json(), before)

    def test_a_committee_is_founded_decides_and_ends(self):
        self.write("majority.json", dict(PROCEDURE, quorum={"of": "present", "base": "all", "at_least": "1/2"}))
        found = ("body", "found", "steering", "--as", "cert-ke", "--text", "en=rule.txt", "--title", "en=Steering committee", "--procedure",
                 "majority.json")
        self.fails("are all vacant", *found, "--seat", "chair=")
        self.fails("it is no member", *found, "--seat", "chair=mallory")
        self.fails("would go round", *found, "--seat", "chair=cert-ke", "--parent", "steering")
        self.fails("there is no body above", *found, "--seat", "chair=cert-ke", "--parent", "above")
        self.fails("there is no body steering", "body", "show", "steering")
        proposal = self.done(*found, "--seat", "chair=amina@cert-ke", "--seat", "vice=kenic", "--until", "chair=2036-01-01", "--json").json()["id"]
        self.decided(proposal)
        self.assertRegex(self.done("body", "list").out, r"steering +Steering committee +committee +2 of 2")
        shown = self.done("body", "show", "steering", "--json").json()
        self.assertEqual([(seat["member"], seat.get("person"), seat["held"]) for seat in shown["seats"]],
                         [("cert-ke", "amina", True), ("kenic", None, True)])
        self.assertIn("Everybody shares what it knows.", self.done("body", "show", "steering").out)
        self.fails("already", *found, "--seat", "chair=cert-ke")

        # What is put to it is decided by its seats.
        asked = self.proposed()
        self.fails("goes not with --body", "proposal", "open", asked, "--as", "cert-ke", "--procedure", "quick.json", "--body", "steering", "--days", "1")
        self.fails("there is no body nothing", "proposal", "open", asked, "--as", "cert-ke", "--body", "nothing", "--days", "1")
        self.closes = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=8)
        vote = self.done("proposal", "open", asked, "--as", "cert-ke", "--body", "steering", "--closes", self.closes.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "--json").json()["id"]
        for member in self.MEMBERS:
            self.vote(member, asked, "yes")
        tally = self.done("tally", vote, "--json").json()
        self.assertEqual((tally["outcome"], tally["body"]["id"], [line["member"] for line in tally["roll_call"]], [one["why"] for one in tally["disregarded"]]),
                         ("adopted", "steering", ["cert-ke", "kenic"], ["foreign"]))
        self.assertIn("amina@cert-ke", self.done("tally", vote).out)
        self.wait_for_the_close()
        self.done("tally", vote, "--certify", "--as", "cert-ke")
        self.done("carry", "out", "bodies.carry")
        again = self.done("recount", vote, "--from", "bodies.carry", "--json", data=self.folder / "elsewhere").json()
        self.assertEqual((again["outcome"], again["body"]["id"]), ("adopted", "steering"))

        # Other seats, then its end.
        self.decided(self.done("body", "appoint", "steering", "--seat", "vice=isoc-fj", "--as", "cert-ke", "--json").json()["id"])
        self.assertEqual([seat["member"] for seat in self.done("body", "show", "steering", "--json").json()["seats"]], ["cert-ke", "isoc-fj"])
        self.decided(self.done("body", "dissolve", "steering", "--reason", "Its work is done", "--as", "cert-ke", "--json").json()["id"])
        self.assertIn("No bodies.", self.done("body", "list").err + self.done("body", "list").out)
        self.assertEqual(self.done("body", "list", "--all", "--json").json()[0]["why_ended"], "dissolved")

    def test_the_public_is_asked_moderated_and_answered(self):
        proposal = self.proposed()
        self.fails("closes: --days or --closes", "consultation", "open", proposal, "--as", "cert-ke")
        self.fails("its author revises it", "consultation", "open", proposal, "--days", "1", "--as", "kenic")
        closes = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = self.done("consultation", "open", proposal, "--public", "--closes", closes, "--question", "Who pays?", "--as", "cert-ke",
                          "--json").json()["id"]
        self.assertIn("consultation-closes", self.done("agenda", "--member", "kenic").out)
        self.assertIn("Consultation closes: Sharing", self.done("proposal", "calendar").out)
        self.assertIn("Who pays?", self.done("consultation", "show", asked[:8]).out)
        told = ("consultation", "comment", asked, "We can't", "--name", "Fishers of Lamu", "--take-in", "--as", "kenic")
        comment = self.done(*told, "--json").json()["id"]
        self.fails("holds an e-mail address", "consultation", "comment", asked, "to a@b.org", "--name", "A", "--take-in", "--as", "kenic")
        self.fails("takes nothing in from the public", "consultation", "comment", asked, "x", "--name", "A")
        # Without a key in custody the node takes nothing in.
        with cli_test.Server(self) as server:
            self.fails("federation.member", "consultation", "comment", asked, "x", "--name", "A", "--node", server.url, data=self.folder / "nowhere")
        self.assertIn("Fishers of Lamu (taken in by kenic)", self.done("consultation", "show", asked).out)

        self.done("moderation", "hide", comment, "--reason", "No reason of its", "--as", "isoc-fj")
        self.assertIn("We can't", self.done("consultation", "show", asked).out)
        self.done("moderation", "hide", comment, "--reason", "It names a child", "--as", "cert-ke")
        self.assertNotIn("We can't", self.done("consultation", "show", asked).out)
        self.assertIn("hidden by cert-ke: It names a child", self.done("consultation", "show", asked).out)
        self.done("moderation", "show", comment, "--reason", "It does not", "--as", "kenic")
        self.done("account", "add", "amina@cert-ke", input="correct horse battery\n")
        self.done("account", "disable", "amina@cert-ke", "--say", "Its token was stolen", "--as", "cert-ke")
        acts = self.done("moderation", "list", "--json").json()
        self.assertEqual([(act["by"], act["act"], "void" in act) for act in acts],
                         [("cert-ke", "suspend", False), ("kenic", "show", False), ("cert-ke", "hide", False), ("isoc-fj", "hide", True)])

        self.write("summary.txt", "Who can't pay need not.\n")
        answer = ("consultation", "summarise", asked, "summary.txt", "--answer", f"{comment[:8]}=Taken up")
        self.fails("has not closed yet", *answer, "--as", "cert-ke")
        while self.done("consultation", "show", asked, "--json").json()["state"] == "open":
            time.sleep(0.5)
        self.fails("the consultation is cert-ke's", *answer, "--as", "kenic")
        self.done(*answer, "--as", "cert-ke")
        shown = self.done("consultation", "show", asked, "--json").json()
        self.assertEqual((shown["state"], shown["summary"]["answers"][0]["comments"]), ("answered", [comment]))

    def wait_for_the_close(self):
        while datetime.datetime.now(datetime.timezone.utc) < self.closes + datetime.timedelta(seconds=2):
            time.sleep(0.2)

    POLICY = {"clauses": [{"forbid": ["intelligence.share"], "title": "Nothing goes to everybody", "when": {"attribute": "tlp", "is": "clear"}}]}

    def share(self, *words):
        self.write("list.json", {"type": "bundle", "id": "bundle--11111111-1111-4111-8111-111111111111",
                                 "objects": [dict(cli_test.INDICATOR, modified=f"2026-01-01T00:00:{self.shared:02}.000Z")]})
        self.shared += 1
        return self.run_it("share", "list.json", "--as", "kenic", "--json", *words)

    def test_a_delegate_votes_and_officers_give_a_new_key(self):
        keys = self.data / "keys"
        apart = self.folder / "apart"  # keys that nobody finds by himself
        apart.mkdir()
        for name in ("amina", "bo", "chandra", "dede", "fresh"):
            self.done("key", "generate", "cert-ke", "--file", name)
            (keys / f"{name}.key").rename(apart / f"{name}.key")
            (keys / f"{name}.pub").rename(apart / f"{name}.pub")
        year = ("--from", "2026-01-01", "--until", "2099-01-01", "--as", "cert-ke")
        add = ("member", "add-key", apart / "amina.pub")
        self.fails("--power: is missing", *add, "--delegate", "amina", *year)
        self.fails("--until: is missing", *add, "--delegate", "amina", "--power", "vote", "--as", "cert-ke")
        self.done(*add, "--delegate", "amina", "--power", "vote", *year)
        self.assertIn("amina, to vote", self.done("member", "show", "cert-ke").out)
        proposal = self.proposed()
        self.opened(proposal, 60)
        amina = ("--as", "cert-ke", "--key", apart / "amina.key")
        self.done("vote", proposal, "yes", *amina)
        self.assertEqual(self.done("tally", proposal, "--json").json()["counted"], 1)
        self.fails("with the power to speak", "proposal", "comment", proposal, "No", *amina)
        self.done("member", "revoke-key", apart / "amina.pub", "--as", "cert-ke")
        time.sleep(1.1)
        self.fails("no secret key of cert-ke that counts", "vote", proposal, "no", *amina)
        self.assertEqual(self.done("tally", proposal, "--json").json()["counted"], 1)

        named = [word for name in ("bo", "chandra", "dede") for word in ("--officer", f"{name}={apart / name}.pub")]
        self.fails("body.threshold", "member", "officers", *named, "--threshold", "3", "--as", "cert-ke")
        self.fails("is a key of the member's already", "member", "officers", *named, "--officer", f"x={apart / 'amina.pub'}", "--threshold", "2",
                   "--as", "cert-ke")
        self.done("member", "officers", *named, "--threshold", "2", "--wait-hours", "0", "--as", "cert-ke")
        self.fails("nobody has asked for it", "member", "veto", apart / "fresh.pub", "--as", "cert-ke")
        self.fails("is an officer's for recovery", "member", "add-key", apart / "bo.pub", "--as", "cert-ke")
        self.assertIn("by 2 of bo, chandra, dede", self.done("member", "show", "cert-ke").out)
        self.fails("no secret key of cert-ke that counts", "member", "recover", apart / "fresh.pub", "--as", "cert-ke")
        self.done("member", "recover", apart / "fresh.pub", "--as", "cert-ke", "--key", apart / "bo.key", "--reason", "The office burnt down")
        self.assertIn("asked for by bo", self.done("member", "show", "cert-ke").out)
        self.done("member", "recover", apart / "fresh.pub", "--as", "cert-ke", "--key", apart / "dede.key")
        time.sleep(2.1)
        self.fails("no secret key of cert-ke that counts", "group", "set", "cert-ke/watch", "cert-ke", "--as", "cert-ke")
        self.done("group", "set", "cert-ke/watch", "cert-ke", "--as", "cert-ke", "--key", apart / "fresh.key")
        self.done("rebuild")
        self.done("check")

    def test_a_rule_comes_of_the_charters_procedure_alone(self):
        self.write("ours.json", {**PROCEDURE, "id": "ours"})
        self.write("mine.json", {**PROCEDURE, "id": "mine", "electorate": {"members": ["cert-ke"]}})
        self.write("rule.json", {"number": "DS-1"})

        def voted(*words, data, voters=("cert-ke",)):
            new = ("proposal", "new", "--as", "cert-ke", "--text", "en=rule.txt", "--title", "en=Sharing", "--rule", "rule.json", "--json")
            proposal = self.done(*new, data=data).json()["id"]
            closes = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=12)
            opened = self.done("proposal", "open", proposal, "--as", "cert-ke", "--closes", closes.strftime("%Y-%m-%dT%H:%M:%SZ"), *words, data=data)
            for member in voters:
                self.done("vote", proposal, "yes", "--as", member, data=data)
            self.closes = closes
            return proposal, opened

        # The founders name it.
        chartered = self.folder / "chartered"
        self.found(*self.MEMBERS, data=chartered, words=("--rules-by", "ours.json"))
        self.assertIn("ours (Two thirds", self.done("community", "show", data=chartered).out)
        self.write("later.json", {**PROCEDURE, "id": "later", "houses": [{"id": "un", "who": {"classes": ["international"]}}],
                                  "adopted": {"of": "yes", "base": "cast", "in": "each", "more_than": "1/2"}})
        early = self.done("community", "found", "charter.toml", "--rules-by", "later.json", "--out", "unsent.json")
        self.assertIn("With the founders alone nothing can be adopted by later", early.err)
        self.assertIn("Whoever opens a vote by later may close it within the hour", early.err)
        calm = self.done("community", "found", "charter.toml", "--rules-by", "simple-majority", "--out", "unsent.json")
        self.assertNotIn("within the hour", calm.err)
        named = self.done("community", "show", "--json", data=chartered).json()["community"]["procedures"]
        self.assertEqual(named, {"rules": [{**PROCEDURE, "id": "ours"}]})
        mine, opened = voted("--procedure", "mine.json", data=chartered)
        self.assertIn("What it adopts will bind nobody: opening.procedure: 'mine' is not one", opened.err)
        ours, opened = voted(data=chartered, voters=self.MEMBERS)
        self.assertNotIn("bind nobody", opened.err)
        # The founders name none: a coup of one is none.
        coup, opened = voted("--procedure", "mine.json", data=None)
        self.assertIn("not everybody could vote", opened.err)
        self.fails("the charter names none", "proposal", "open", coup, "--as", "cert-ke", "--days", "1")
        self.wait_for_the_close()

        self.assertEqual(self.done("tally", mine, "--json", data=chartered).json()["outcome"], "adopted")
        self.assertIn("What it adopts binds nobody: opening.procedure", self.done("tally", mine, data=chartered).out)
        shown = self.done("rule", "show", "DS-1", "--json", data=chartered).json()
        self.assertEqual((len(shown["versions"]), shown["procedure"], len(shown["barred"])), (1, "ours", 1))
        self.assertIn("BINDS NOBODY", self.done("rule", "show", "DS-1", data=chartered).out)
        self.assertEqual(self.done("rule", "list", "--all", "--json").json(), [])
        self.fails("adopted a text of that number, which binds nobody: opening.procedure.electorate: not everybody could vote", "rule", "show", "DS-1")

    def test_a_rule_is_kept_from_its_close_on_until_another_ends_it(self):
        self.shared = 0
        self.write("bad.json", {"number": "DS-1", "policy": {"clauses": [{"forbid": ["governance.ballot"], "title": "No votes"}]}})
        self.fails("of the core, which no rule can touch", "proposal", "new", "--as", "cert-ke", "--text", "en=rule.txt", "--title", "en=x", "--rule",
                   "bad.json")
        self.assertEqual(self.share("--tlp", "clear").code, 0)
        proposal, vote = self.adopted({"number": "DS-1", "topics": ["data-security"], "policy": self.POLICY,
                                       "suspension": {"classes": 1, "of_each": "1", "days": 1}})
        impact = self.done("rule", "impact", proposal, "--days", "1", "--json").json()
        self.assertEqual((impact["acts"], impact["allowed_before"], impact["allowed_after"], impact["flipped"]), (1, 1, 0, 1))
        self.assertEqual((impact["flips"][0]["author"], impact["flips"][0]["after"], impact["concerns"]), ("kenic", "refused", []))
        self.assertIn("would be", self.done("rule", "impact", proposal).out.lower())
        self.assertEqual(self.share("--tlp", "clear").code, 0, "the vote is open")
        self.assertEqual(self.done("rule", "list", "--json").json(), [])
        self.wait_for_the_close()

        refused = self.share("--tlp", "clear")
        self.assertEqual(refused.code, 1)
        self.assertIn("rule DS-1 (version 1): forbids intelligence.share: Nothing goes to everybody", refused.err)
        self.assertEqual(self.share("--tlp", "green").code, 0)
        rules = self.done("rule", "list", "--topic", "data-security", "--json").json()
        self.assertEqual([(rule["number"], rule["version"], rule["state"], rule["vote"]) for rule in rules], [("DS-1", 1, "in-force", vote)])
        self.assertEqual(self.done("rule", "list", "--at", "2026-01-01T00:00:00Z", "--json").json(), [])
        self.assertIn("Kept at every node's door", self.done("rule", "show", "DS-1").out)
        self.assertIn("<num>Article 1</num>", self.done("rule", "export", "DS-1").out)
        self.fails("there is no rule DS-2", "rule", "show", "DS-2")

        # Said of it.
        self.done("rule", "conform", "DS-1", "yes", "--as", "kenic", "--evidence", "Audit=https://kenic.example/audit", "--json")
        self.done("rule", "review", "DS-1", "kenic", "doubted", "--reason", "Not seen", "--as", "isoc-fj")
        self.fails("has not said how it keeps DS-1", "rule", "review", "DS-1", "isoc-fj", "doubted", "--reason", "x", "--as", "kenic")
        matrix = self.done("rule", "matrix", "--json").json()
        self.assertEqual([(r["member"], r["by"], r["doubted"], r["mutual"]) for r in matrix["recognition"]], [("kenic", matrix["recognition"][0]["by"], ["DS-1"], [])])
        self.assertIn("yes +0 -1", self.done("rule", "matrix").out)
        self.assertIn("Nothing is due.", self.done("rule", "due").err)
        self.fails("is no day", "rule", "conform", "DS-1", "yes", "--review-by", "2027-02-30", "--as", "kenic")
        said = self.done("rule", "show", "DS-1", "--json").json()["conformity"][0]
        self.assertEqual((said["member"], said["conforms"], said["reviews"][0]["finding"]), ("kenic", "yes", "doubted"))

        # Votes are cast whatever a rule says; another version ends the first.
        self.adopted({"number": "DS-1", "policy": {"clauses": [{"forbid": ["intelligence.share"], "title": "Not red", "when": {
            "attribute": "tlp", "is": "red"}}]}})
        self.wait_for_the_close()
        self.assertEqual(self.share("--tlp", "clear").code, 0)
        self.assertIn("version 2): forbids intelligence.share: Not red", self.share("--person", "amina@kenic").err)
        versions = self.done("rule", "show", "DS-1", "--json").json()["versions"]
        self.assertEqual([(one["version"], one["state"]) for one in versions], [(1, "ended"), (2, "in-force")])
        self.assertEqual(versions[0]["ended"], "superseded by version 2")

    def test_a_rule_is_suspended_in_an_emergency(self):
        self.shared = 0
        self.adopted({"number": "DS-1", "policy": self.POLICY, "suspension": {"classes": 2, "of_each": "1", "days": 1}})
        self.wait_for_the_close()
        self.assertEqual(self.share("--tlp", "clear").code, 1)
        self.done("rule", "suspend", "DS-1", "--days", "1", "--reason", "A worm", "--as", "cert-ke")
        self.assertEqual(self.share("--tlp", "clear").code, 1, "one class is not enough")
        self.done("rule", "suspend", "DS-1", "--days", "1", "--reason", "A worm", "--as", "isoc-fj")
        self.assertEqual(self.share("--tlp", "clear").code, 0)
        rule = self.done("rule", "show", "DS-1", "--json").json()
        self.assertEqual((rule["state"], len(rule["suspension"]["classes"])), ("suspended", 2))
        self.assertEqual(rule["suspension"]["classes"], ["government", "civil"])

    def test_policies_are_tried_before_they_are_proposed(self):
        self.write("policy.json", self.POLICY)
        self.write("shut.json", {"clauses": [{"forbid": ["intelligence.*"], "title": "Nothing at all"}]})
        act = {"action": "intelligence.share", "author": "kenic", "class": "technical"}
        self.write("acts.json", [act, dict(act, tlp="green")])
        tried = self.done("rule", "try", "policy.json", "--acts", "acts.json", "--json").json()["decisions"]
        self.assertEqual([one["allowed"] for one in tried], [False, True])
        self.assertIn("policy.json: Nothing goes to everybody", self.done("rule", "try", "policy.json", "--acts", "acts.json").out)
        self.assertIn("nobody could do intelligence.* any more", self.done("rule", "try", "policy.json", "shut.json").out)
        self.assertIn("Nothing speaks against it", self.done("rule", "try", "policy.json").err)
        self.write("acts.json", [dict(act, **{"class": "king"})])
        self.fails("[0].class", "rule", "try", "policy.json", "--acts", "acts.json")


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(cli_test.PROGRAM).resolve())
    unittest.main()
