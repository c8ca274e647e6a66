#!/usr/bin/env python3
"""The open market as whole programs: a tender published, bids under seal, opened together, opened again elsewhere, awarded, questioned and audited.

    COMITY_PROGRAM=build/release/comity tests/system/tender_test.py [-v] [CASE...]
"""
import base64
import json
import time
import unittest

import cli_test

OCID = "ocds-x-1"
CALL = "cert-rw/routers"
BIDDING, OPENING = 12, 12  # seconds; programs of the sanitizers are slow


def release(tag, number, **more):
    return {"ocid": OCID, "id": str(number), "date": f"2026-01-0{number}T00:00:00Z", "tag": [tag], "initiationType": "tender", **more}


def in_days(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))


TENDER = {"id": "t1", "title": "Routers for 120 schools", "status": "active", "procurementMethod": "open", "mainProcurementCategory": "goods",
          "value": {"amount": 100000, "currency": "USD"}, "tenderPeriod": {"startDate": in_days(-1), "endDate": in_days(7)}}


class PublishersFiles(cli_test.Case):
    def test_each_defect_has_a_kind_a_file_a_line_and_a_mend(self):
        lines = [json.dumps(release("tender", 1, tender={"id": "t", "minValue": {"amount": -1}})), json.dumps({**release("award", 2), "date": "2026-01-01T00:00:00Z"}),
                 json.dumps({**release("award", 1), "date": "0001-01-01T00:00:00Z"}), json.dumps(release("tender", 3, language="caf\xe9"), ensure_ascii=False)]
        (self.folder / "bad.jsonl").write_bytes("\n".join(lines).encode("latin-1"))
        found = self.run_it("tender", "check", "bad.jsonl")
        self.assertEqual(found.code, 1)
        for said in ("bad.jsonl line 1: 1 tender.minValue.amount: negative: is below 0: mend it at the source", "bad.jsonl line 2: 2 date: equal-date: ",
                     "bad.jsonl line 3: 1 date: bad-date: ", "bad.jsonl line 3: 1 id: duplicate-id: ", "bad.jsonl line 4: not-utf8: has bytes that are no UTF-8: convert it"):
            self.assertIn(said, found.err)
        self.assertEqual(self.run_it("tender", "check", "bad.jsonl", "--json").json()["quarantined"], 0)
        # What can be merged is, whatever else is wrong; nothing defective is published.
        self.assertEqual(len(self.done("tender", "merge", "bad.jsonl").out.splitlines()), 1)
        self.found("cert-rw")
        self.fails("bad.jsonl line 1", "tender", "publish", "bad.jsonl", "--as", "cert-rw")
        self.assertEqual(self.done("tender", "list", "--json").json()["rows"], [])

    def test_flags_of_compiled_releases_as_cardinal_takes_them(self):
        self.write("compiled.jsonl", "".join(json.dumps({"ocid": ocid, "tender": {"procurementMethod": method, "procurementMethodDetails": details, "numberOfTenderers": 1, "tenderPeriod": {
            "startDate": "2026-01-01T00:00:00Z", "endDate": "2026-01-09T00:00:00Z"}}}) + "\n" for ocid, method, details in (("a", "open", "x"), ("b", "direct", "y"))))
        def flagged(*words):
            return self.done("tender", "flags", "compiled.jsonl", *words, "--json").json()["results"].get("OCID", {})
        self.assertEqual(flagged(), {"a": {"R003": 1, "R018": 1}, "b": {"R003": 1}})
        self.assertEqual(flagged("--days-of", "x=5", "--days-method", "open"), {"a": {"R018": 1}})
        self.fails("is no method and its days", "tender", "flags", "compiled.jsonl", "--days-of", "x")


class Market(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.found("cert-rw", "acme", "globex", "initech", "audit", "ngo", "uni")

    def as_json(self, *words, **more):
        return self.done(*words, "--json", **more).json()

    def call(self, *more, bidding=BIDDING, opening=OPENING):
        self.done("tender", "call", "routers", "--title", "Routers", "--process", OCID, "--deadline", f"{bidding}s", "--open-by", f"{bidding + opening}s", "--currency", "USD",
                  "--opener", "audit", "--opener", "ngo", "--opener", "uni", *more, "--as", "cert-rw")

    def until(self, name):
        """Waits until the second is past."""
        end = self.as_json("tender", "bids", CALL)["call"][name]
        while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) <= end:
            time.sleep(0.2)

    def stands(self, answer):
        return {(b["bidder"], b["revision"]): b["stand"] for b in answer["bids"]}

    def test_from_the_plan_to_the_payment(self):
        self.write("planning.json", {"releases": [release("planning", 1, planning={"rationale": "Schools are offline."})]})
        self.write("tender.json", release("tender", 2, tender=TENDER))
        self.done("tender", "publish", "planning.json", "tender.json", "--as", "cert-rw")
        self.write("bad.json", release("bid", 3))
        self.fails("none of the closed codelist", "tender", "publish", "bad.json", "--as", "cert-rw")
        self.fails("is past", "tender", "call", "late", "--title", "Late", "--process", OCID, "--deadline", "2026-01-01T00:00:00Z", "--open-by", "2026-01-02T00:00:00Z", "--as", "cert-rw")
        self.call()
        self.done("tender", "bid", CALL, "--amount", "99000", "--as", "acme")
        self.done("tender", "bid", CALL, "--amount", "95000", "--note", "With spares", "--document", "Offer=https://acme.example/offer", "--as", "acme")
        self.done("tender", "bid", CALL, "--amount", "90000", "--as", "globex")
        self.done("tender", "bid", CALL, "--amount", "97000", "--as", "initech")
        self.fails("the call asks for USD", "tender", "bid", CALL, "--amount", "1", "--currency", "EUR", "--as", "initech")
        self.fails("its deadline is", "tender", "open", CALL, "--as", "acme")
        # The operator of the node, who has all that is stored, finds no amount anywhere.
        for file in self.data.rglob("*"):
            if file.is_file():
                for amount in (b"95000", b"90000", b"97000"):
                    self.assertNotIn(amount, file.read_bytes(), file)
        before = self.as_json("tender", "bids", CALL)
        self.assertEqual(set(self.stands(before).values()), {"sealed", "replaced"})
        self.assertEqual(before["ranked"], [])
        self.until("deadline")
        self.fails("its deadline is past", "tender", "bid", CALL, "--amount", "1", "--as", "globex")
        self.fails("are not all opened", "tender", "award", CALL, "--bidder", "globex", "--id", "a1", "--as", "cert-rw")
        self.done("tender", "open", CALL, "--as", "acme")
        self.done("tender", "open", CALL, "--as", "globex")
        # Initech has seen that it is not the lowest and keeps silent: two of the three openers open it.
        self.done("tender", "open", CALL, "--as", "audit")
        self.done("tender", "open", CALL, "--as", "uni")
        self.until("open_by")
        told = self.as_json("tender", "bids", CALL)
        self.assertTrue(told["settled"])
        self.assertEqual(self.stands(told), {("acme", 0): "replaced", ("acme", 1): "valid", ("globex", 0): "valid", ("initech", 0): "valid"})
        by_id = {b["bid"]: b for b in told["bids"]}
        self.assertEqual([by_id[i]["value"]["amount"] for i in told["ranked"]], [90000, 95000, 97000])
        self.assertEqual([by_id[i]["opened_by"] for i in told["ranked"]], ["key", "key", "shares"])
        self.assertEqual(told["faults"], [])
        self.assertIn("valid", self.done("tender", "bids", CALL).out)
        # Anyone opens them again, out of a file, without a node or a network. Logs tell no time but that of their newest entry.
        (self.folder / "later.txt").write_text("evil-site.net\n")
        self.done("share", "later.txt", "--tlp", "clear", "--as", "acme")
        self.done("carry", "out", "logs.carry")
        nowhere = self.folder / "nowhere"
        again = self.as_json("tender", "recount", CALL, "--from", "logs.carry", data=nowhere)
        self.assertEqual({k: v for k, v in again.items() if k in told}, told)
        self.assertEqual((again["discrepancies"], again["uncounted"]), ([], []))
        self.assertIn("valid", self.done("tender", "recount", CALL, data=self.data).out)
        # Not the lowest, so it says why; to one that has not bid, never.
        self.fails("--reason", "tender", "award", CALL, "--bidder", "acme", "--id", "a1", "--as", "cert-rw")
        self.fails("has no bid that counts", "tender", "award", CALL, "--bidder", "audit", "--id", "a1", "--as", "cert-rw")
        self.fails("another member's call", "tender", "award", CALL, "--bidder", "acme", "--id", "a1", "--as", "globex")
        self.done("tender", "award", CALL, "--bidder", "acme", "--id", "a1", "--reason", "Spares for five years", "--as", "cert-rw")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
        self.write("contract.json", dict(release("contract", 4, contracts=[{"id": "c1", "awardID": "a1", "dateSigned": now}]), date=now))
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
        self.write("paid.json", dict(release("implementation", 5, contracts=[{"id": "c1", "awardID": "a1", "implementation": {"transactions": [{"id": "p1", "date": later}]}}]), date=later))
        self.done("tender", "publish", "contract.json", "--as", "cert-rw")
        self.done("tender", "publish", "paid.json", "--as", "cert-rw")
        shown = self.as_json("tender", "show", f"cert-rw/{OCID}")
        self.assertEqual([r["tag"] for r in shown["releases"]], [["planning"], ["tender"], ["award"], ["contract"], ["implementation"]])
        self.assertEqual(len(shown["compiled"]["bids"]["details"]), 3)
        self.assertEqual(shown["compiled"]["contracts"][0]["implementation"]["transactions"][0]["id"], "p1")
        self.assertEqual([f["flag"] for f in shown["flags"]], ["R003"])  # eight days to bid
        # The buyer's reply stands beside the flag.
        self.done("tender", "reply", OCID, "R003", "--text", "Schools open in February.", "--evidence", "Calendar=https://rw.example/c", "--as", "cert-rw")
        self.done("tender", "reply", f"cert-rw/{OCID}", "R003", "--text", "Too short for us.", "--as", "globex")
        out = self.done("tender", "show", f"cert-rw/{OCID}").out
        self.assertIn("cert-rw (buyer) replies: Schools open in February.", out)
        self.assertIn("globex (tenderer) replies: Too short for us.", out)
        self.done("tender", "reply", f"cert-rw/{OCID}", "R003", "--withdraw", "--as", "globex")
        self.assertNotIn("Too short", self.done("tender", "show", f"cert-rw/{OCID}").out)
        self.assertIn("R003", self.done("tender", "list", "--flag", "R003").out)
        audit = self.as_json("tender", "audit", "--least", "1")
        self.assertEqual((audit["tenders"], audit["chosen"]), (3, 1))
        self.assertIn("fewer than 5", self.done("tender", "audit").out)
        before = self.as_json("rebuild")["view_digest"]
        self.assertEqual(self.as_json("rebuild")["view_digest"], before)
        self.assertEqual(self.as_json("check")["faults"], [])

    def test_whoever_bends_is_found_out(self):
        self.call("--threshold", "2", bidding=10, opening=8)
        sealed = {}
        for member, amount in (("acme", 10), ("globex", 20)):
            self.done("tender", "bid", CALL, "--amount", amount, "--as", member)
            sealed[member] = self.as_json("statement", "list", "--type", "development.bid", "--author", member)[0]["id"]
        # Initech copies acme's sealed bid, to bid the same without knowing what.
        self.done("statement", "show", sealed["acme"], "--envelope", "acme.envelope")
        envelope = json.loads((self.folder / "acme.envelope").read_text())
        payload = json.loads(base64.b64decode(envelope["payload"]))
        payload["author"] = "initech"
        copied = dict(envelope, payload=base64.b64encode(json.dumps(payload, separators=(",", ":")).encode()).decode())
        self.write("copy.envelope", copied)
        self.done("statement", "sign", "copy.envelope", "--key", self.data / "keys/initech.key")
        self.done("statement", "submit", "copy.envelope")
        self.until("deadline")
        self.done("tender", "open", CALL, "--as", "acme")
        self.done("tender", "open", CALL, "--as", "audit")
        self.until("open_by")
        told = self.as_json("tender", "bids", CALL)
        # One opener alone opens nothing: globex is listed as unopened, and so is initech, who knows no key of what it copied.
        self.assertEqual(self.stands(told), {("acme", 0): "valid", ("globex", 0): "unopened", ("initech", 0): "unopened"})
        # Too late: nobody changes what has been settled.
        self.done("tender", "open", CALL, "--as", "globex")
        self.done("tender", "open", CALL, "--as", "ngo")
        late = self.as_json("tender", "bids", CALL)
        self.assertEqual(self.stands(late), self.stands(told))
        self.assertEqual([b["why"] for b in late["bids"] if b["bidder"] == "globex"], ["its key came after open_by"])
        # Of a log whose bytes were bent nothing is believed.
        self.done("carry", "out", "logs.carry")
        carried = bytearray((self.folder / "logs.carry").read_bytes())
        at = carried.find(envelope["payload"][:60].encode())
        at = at if at > 0 else len(carried) // 2
        carried[at + 40] ^= 1
        (self.folder / "bent.carry").write_bytes(bytes(carried))
        self.assertNotEqual(self.run_it("tender", "recount", CALL, "--from", "bent.carry").code, 0)


if __name__ == "__main__":
    unittest.main()
