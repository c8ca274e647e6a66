#!/usr/bin/env python3
"""The clearing house as whole programs: from a measured gap over needs, offers and a plan that proves itself to deliveries and their effect.

    COMITY_PROGRAM=build/release/comity tests/system/clearing_test.py [-v] [CASE...]
"""
import json
import os
import pathlib
import time
import unittest

import cli_test

SHARED = pathlib.Path(os.environ.get("COMITY_SHARED_DATA") or "../shared/data").resolve() / "divide"
YEAR = ("--from", "2027-01-01", "--until", "2027-12-31")
OCID = "ocds-gap-1"
CALL = "agency/masts"
BIDDING, OPENING = 20, 20  # seconds; programs of the sanitizers are slow
MAST = 80000  # USD


def routers(amount, *more):
    return ("--title", "Routers", "--kind", "equipment", "--subject", "router", "--amount", str(amount), "--unit", "piece", *YEAR, *more)


class Board(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.found("cert-rw", "cert-ke", "acme", "bank", "agency")
        self.write("groups.csv", "group,place,from,to\nldc,RWA,,\n")
        self.done("divide", "import", "groups.csv", "--scheme", "un", "--source", "UN", "--edition", "1", "--as", "agency")
        self.done("need", "add", "routers", *routers(60), "--place", "RWA", "--people", "600", "--as", "cert-rw")
        self.done("need", "add", "routers", *routers(60), "--place", "KEN", "--people", "6000", "--as", "cert-ke")
        self.done("offer", "add", "fund", "--title", "Fund", "--kind", "funding", "--amount", "16000", "--unit", "USD", *YEAR, "--pays", "acme", "--as", "bank")
        self.done("offer", "add", "routers", *routers(500), "--cost", "200", "--fund", "bank/fund", "--as", "acme")

    def given(self, name="plan.json"):
        plan = json.loads((self.folder / name).read_text())
        return {a["need"]: a["amount"] for a in plan["assignments"]}

    def test_a_round_and_what_becomes_of_it(self):
        self.assertIn("does not fit", self.done("need", "show", "cert-rw/routers").out)  # the fund is no router
        said = self.done("plan", "make", "--scheme", "un", "--curve", "--out", "plan.json").out
        self.assertEqual(self.given(), {"cert-ke/routers": 40, "cert-rw/routers": 40})  # 80 can be paid for, half of them is each group's
        self.assertIn("KEEPING", said)
        self.assertIn("It holds", self.done("plan", "check", "plan.json", data="nowhere").out)
        again = self.done("plan", "make", "--scheme", "un", "--curve", "--json").out
        self.assertEqual(json.loads(again), json.loads((self.folder / "plan.json").read_text()))
        # A plan that favours somebody is refused.
        bent = json.loads(again)
        bent["assignments"][0]["amount"] = 60
        self.write("bent.json", bent)
        self.fails("gives 4000 too much", "plan", "check", "bent.json")
        for group in bent["groups"]:
            group["floor"] = 0
        bent["assignments"][0]["amount"] = 40
        self.write("bent.json", bent)
        self.fails("its proof is about", "plan", "check", "bent.json")
        why = self.done("plan", "why", "plan.json", "cert-rw/routers", "--json").json()["rows"]
        self.assertEqual([(r["offer"], r["given"]) for r in why], [("acme/routers", 40)])
        self.assertGreater(why[0]["money_price"], 0, "money is what is short")
        published = self.done("plan", "publish", "plan.json", "--title", "Round 1", "--as", "agency", "--json").json()["id"]
        self.assertIn("Round 1", self.done("plan", "list").out)
        # The one in need chooses; nobody else does.
        self.done("need", "accept", "routers", "acme/routers", "--amount", "30", "--plan", published, "--as", "cert-rw")
        self.done("need", "decline", "routers", "acme/routers", "--reason", "No spares", "--as", "cert-ke")
        self.fails("neither the author's own", "need", "decline", "cert-ke/routers", "acme/routers", "--as", "bank")
        self.done("plan", "make", "--scheme", "un", "--out", "second.json")
        self.assertEqual(self.given("second.json"), {})
        self.done("need", "decline", "routers", "acme/routers", "--undo", "--as", "cert-ke")
        self.done("plan", "make", "--scheme", "un", "--out", "third.json")
        self.assertEqual(self.given("third.json"), {"cert-ke/routers": 50})
        # Promised, delivered, received; late until then.
        self.done("commitment", "make", "k1", "--offer", "routers", "--need", "cert-rw/routers", "--amount", "30", "--milestone", "first=2027-03-31=10",
                  "--milestone", "rest=2027-09-30=20", "--as", "acme")
        self.fails("come to 10, promised is 30", "commitment", "make", "k2", "--offer", "routers", "--need", "cert-rw/routers", "--amount", "30",
                   "--milestone", "first=2027-03-31=10", "--as", "acme")
        late = self.done("commitment", "list", "--overdue", "--at", "2027-04-10", "--json").json()["rows"]
        self.assertEqual([(m["state"], m["days_late"]) for m in late[0]["milestones"]], [("overdue", 10), ("due", 0)])
        self.done("commitment", "deliver", "k1", "first", "--amount", "10", "--day", "2027-04-09", "--evidence", "Waybill=https://acme.example/17", "--as", "acme")
        self.done("commitment", "deliver", "acme/k1", "first", "--amount", "9", "--day", "2027-04-09", "--as", "cert-rw")
        row = self.done("commitment", "list", "--at", "2027-04-10", "--json").json()["rows"][0]
        self.assertEqual((row["delivered"], row["received"], row["disagree"], row["choice"]), (10, 9, True, "accepted"))
        self.done("commitment", "deliver", "acme/k1", "first", "--amount", "10", "--day", "2027-04-09", "--as", "cert-rw")
        row = self.done("commitment", "list", "--at", "2027-04-10", "--json").json()["rows"][0]
        self.assertEqual((row["received"], row["disagree"], row["milestones"][0]["state"]), (10, False, "received"))
        self.assertIn("received", self.done("commitment", "list", "--at", "2027-04-10").out)
        # Said anew, taken back.
        self.done("need", "add", "routers", *routers(20), "--place", "KEN", "--people", "2000", "--as", "cert-ke")
        self.assertIn("20", self.done("need", "list", "--member", "cert-ke").out)
        self.done("need", "withdraw", "routers", "--reason", "Bought", "--as", "cert-ke")
        self.assertIn("was taken back: Bought", self.done("need", "show", "cert-ke/routers").out)
        self.fails("there is no need cert-ke/routers", "need", "withdraw", "routers", "--as", "cert-ke")
        before = self.done("rebuild", "--json").json()["view_digest"]
        self.assertEqual(self.done("rebuild", "--json").json()["view_digest"], before)
        self.assertEqual(self.done("check", "--json").json()["faults"], [])

    def test_what_follows_a_restricted_need_is_for_the_same(self):
        self.done("need", "add", "quiet", *routers(5), "--place", "RWA", "--people", "50", "--tlp", "green", "--as", "cert-rw")
        self.done("need", "decline", "quiet", "acme/routers", "--as", "cert-rw")
        self.done("need", "withdraw", "quiet", "--as", "cert-rw")
        for item in self.done("statement", "list", "--json", "--as", "cert-rw").json()[:3]:
            self.assertEqual(item["audience"]["tlp"], "green", item)


@unittest.skipUnless(SHARED.is_dir(), "no ../shared/data beside the checkout (or COMITY_SHARED_DATA): real data untested")
class WholeCircle(cli_test.Case):
    """Real figures: who is furthest behind, what they need, who gets what, who builds it for how much, what it did."""

    def release(self, tag, **more):
        self.written = getattr(self, "written", 0) + 1
        # Each in a second of its own, for releases are merged by their dates: the first a second back, the second now; the award
        # is dated by the program, long after the second; the others follow it a second and two ahead.
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.written - 2))
        name = f"release-{self.written}.json"
        self.write(name, {"ocid": OCID, "id": str(self.written), "date": now, "tag": [tag], "initiationType": "tender", **more})
        self.done("tender", "publish", name, "--as", "agency")

    def until(self, name):
        end = self.done("tender", "bids", CALL, "--json").json()["call"][name]
        while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) <= end:
            time.sleep(0.2)

    def tender(self, place, amount):
        """What the plan gives is asked for in the open, under seal; returns who gets it, and for how much."""
        def in_days(n):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + n * 86400))

        self.release("planning", planning={"rationale": f"{place} is among those furthest behind", "budget": {"amount": {"amount": amount * MAST, "currency": "USD"}}})
        self.release("tender", buyer={"id": "agency", "name": "agency"}, tender={
            "id": "t1", "title": f"{amount} masts for {place}", "status": "active", "procurementMethod": "open", "mainProcurementCategory": "works",
            "value": {"amount": amount * MAST, "currency": "USD"}, "tenderPeriod": {"startDate": in_days(-20), "endDate": in_days(1)}})
        self.done("tender", "call", "masts", "--title", "Masts", "--process", OCID, "--deadline", f"{BIDDING}s", "--open-by", f"{BIDDING + OPENING}s", "--currency", "USD",
                  "--opener", "audit", "--opener", "donor", "--as", "agency")
        self.done("tender", "bid", CALL, "--amount", str(amount * MAST - 1000), "--as", "operator")
        self.done("tender", "bid", CALL, "--amount", str(amount * MAST + 5000), "--as", "rival")
        self.until("deadline")
        self.done("tender", "open", CALL, "--as", "operator")
        self.done("tender", "open", CALL, "--as", "audit")  # the rival keeps silent: the openers open its bid
        self.done("tender", "open", CALL, "--as", "donor")
        self.until("open_by")
        told = self.done("tender", "bids", CALL, "--json").json()
        self.assertTrue(told["settled"])
        self.assertEqual(sorted((b["bidder"], b["stand"], b["opened_by"]) for b in told["bids"]), [("operator", "valid", "key"), ("rival", "valid", "shares")])
        best = next(b for b in told["bids"] if b["bid"] == told["ranked"][0])
        self.done("tender", "award", CALL, "--bidder", best["bidder"], "--id", "a1", "--as", "agency")
        return best["bidder"], best["value"]["amount"]

    def test_from_the_gap_to_the_effect(self):
        self.found("agency", "operator", "rival", "donor", "audit")
        figures = ("--source", "gapminder", "--licence", "CC-BY-4.0", "--edition", "2024", "--as", "agency")
        self.done("divide", "import", SHARED / "internet_users.csv", *figures, "--unit", "% of population", "--low", "0", "--high", "100")
        rows = self.done("divide", "show", "internet_users", "--year", "2022", "--json").json()["rows"]
        gaps = sorted((r for r in rows if r["value"] < 50), key=lambda r: (r["value"], r["place"]))[:12]
        self.assertEqual(len(gaps), 12)
        self.write("groups.csv", "group,place,from,to\n" + "".join(f"last,{r['place']},,\n" for r in gaps[:6]))
        self.done("divide", "import", "groups.csv", "--scheme", "gap", "--source", "test", "--edition", "1", "--as", "agency")
        for i, row in enumerate(gaps):
            people = round((100 - row["value"]) * 1000)
            self.done("need", "add", f"masts-{row['place']}", "--title", f"Masts for {row['place']}", "--kind", "infrastructure", "--subject", "mast", "--amount",
                      str(3 + i % 4), "--unit", "mast", *YEAR, "--place", row["place"], "--people", str(people), "--as", "agency")
        self.done("offer", "add", "fund", "--title", "Fund", "--kind", "funding", "--amount", "2000000", "--unit", "USD", *YEAR, "--pays", "operator", "--as", "donor")
        self.done("offer", "add", "masts", "--title", "Masts", "--kind", "infrastructure", "--subject", "mast", "--amount", "100", "--unit", "mast", *YEAR,
                  "--cost", str(MAST), "--fund", "donor/fund", "--as", "operator")
        self.done("plan", "make", "--scheme", "gap", "--out", "plan.json")
        self.done("plan", "check", "plan.json")
        plan = json.loads((self.folder / "plan.json").read_text())
        self.assertEqual(sum(a["amount"] for a in plan["assignments"]), 25)
        self.assertLessEqual(plan["value"], plan["bound"])
        groups = {g["id"]: g for g in plan["groups"]}
        self.assertLess(groups["last"]["missed"], 0.2 * groups["last"]["floor"])
        first = plan["assignments"][0]
        place = first["need"][-3:]
        self.done("need", "accept", first["need"], first["offer"], "--as", "agency")
        amount = round(first["amount"])
        builder, price = self.tender(place, amount)
        self.assertEqual((builder, price), (first["offer"].split("/")[0], amount * MAST - 1000))
        self.release("contract", contracts=[{"id": "c1", "awardID": "a1", "status": "active", "value": {"amount": price, "currency": "USD"}}])
        self.done("commitment", "make", "k1", "--offer", "masts", "--need", first["need"], "--amount", str(first["amount"]), "--milestone",
                  f"all=2027-06-30={first['amount']}", "--indicator", "internet_users", "--from-year", "2018", "--expected", "1", "--as", "operator")
        self.done("commitment", "deliver", "k1", "all", "--amount", str(first["amount"]), "--day", "2027-05-01", "--as", "operator")
        self.done("commitment", "deliver", "operator/k1", "all", "--amount", str(first["amount"]), "--day", "2027-05-01", "--as", "agency")
        self.release("implementation", contracts=[{"id": "c1", "awardID": "a1", "implementation": {
            "transactions": [{"id": "p1", "value": {"amount": price, "currency": "USD"}, "payee": {"id": builder, "name": builder}}]}}])
        shown = self.done("tender", "show", f"agency/{OCID}", "--json").json()
        self.assertEqual([r["tag"] for r in shown["releases"]], [["planning"], ["tender"], ["award"], ["contract"], ["implementation"]])
        self.assertEqual(shown["compiled"]["contracts"][0]["implementation"]["transactions"][0]["value"]["amount"], price)
        for flag in shown["flags"]:  # so few bids give questions, not findings: each says how many it was compared with
            self.assertTrue(flag["question"], flag)
            self.assertGreaterEqual(flag["compared"], 1, flag)
        self.assertEqual(self.done("commitment", "list", "--json").json()["rows"][0]["milestones"][0]["state"], "received")
        effect = self.done("commitment", "list", "--json").json()["rows"][0]["effect"]
        self.assertEqual(effect["place"], place)
        self.assertAlmostEqual(effect["change"], effect["after"] - effect["before"])
        self.assertGreater(effect["places"], 20)


if __name__ == "__main__":
    unittest.main()
