#!/usr/bin/env python3
"""The digital divide as whole programs: figures imported from real files, measured, forecast, drawn.

    COMITY_PROGRAM=build/release/comity tests/system/divide_test.py [-v] [CASE...]
"""
import csv
import io
import json
import os
import pathlib
import unittest

import cli_test

SHARED = pathlib.Path(os.environ.get("COMITY_SHARED_DATA") or "../shared/data").resolve() / "divide"
FIGURES = ("--source", "gapminder", "--licence", "CC-BY-4.0", "--edition", "2024", "--as", "cert-ke")


class Defects(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.found()

    def test_nothing_is_half_imported(self):
        self.write("users.csv", "geo,time,users\nrwa,2022,31\nrwa,20222,32\natlantis,2022,1\nken,2022,-3\nken,2023,less than 1\n")
        words = ("divide", "import", "users.csv", *FIGURES, "--unit", "%", "--low", "0", "--high", "100")
        refused = self.fails("users.csv line 3: 3 defects, and nothing was imported", *words)
        self.assertIn("users.csv line 4: unknown-place: 'atlantis' is no place", refused.err)
        self.assertIn("users.csv line 5: out-of-bounds", refused.err)
        self.assertEqual(self.done("statement", "list", "--type", "development.dataset", "--json").json(), [])
        tried = self.done(*words, "--dry-run", "--json").json()
        self.assertEqual([d["kind"] for d in tried["defects"]], ["impossible-year", "unknown-place", "out-of-bounds"])
        self.done(*words, "--skip")
        rows = self.done("divide", "show", "users", "--json").json()["rows"]
        self.assertEqual([(r["place"], r["year"], r["value"], r["figures"][0]["known"]) for r in rows],
                         [("KEN", 2023, 1, "below"), ("RWA", 2022, 31, "stated")])

    def test_groups_that_meet_are_named_with_their_lines(self):
        self.write("groups.csv", "group,place,from,to\nldc,RWA,2020,2010\nldc,KEN,,\nlldc,KEN,2015,\nldc,XYZ,,\n")
        refused = self.fails("groups.csv line 2: 3 defects, and nothing was imported", "divide", "import", "groups.csv", "--scheme", "x", "--source", "UN",
                             "--edition", "1", "--as", "cert-ke")
        for said in ("line 2: impossible-year", "line 4: duplicate", "by line 3", "line 5: unknown-place"):
            self.assertIn(said, refused.err)

    def test_an_index_of_ones_own(self):
        definition = json.loads(self.done("divide", "define", "hdi-2010", "--print").out)
        definition.update(id="mine", root={"id": "r", "parts": [{"id": "a", "indicator": "users", "low": 0, "high": 50}]})
        self.write("mine.json", definition)
        self.write("users.csv", "geo,time,users\nrwa,2022,25\nken,2022,40\n")
        self.done("divide", "import", "users.csv", *FIGURES, "--unit", "%")
        self.done("divide", "define", "mine.json", "--as", "kenic")
        rows = self.done("divide", "index", "mine", "--year", "2022", "--draws", "5", "--json").json()
        self.assertEqual([(r["place"], r["score"], r["rank"]) for r in rows["rows"]], [("KEN", 0.8, 1), ("RWA", 0.5, 2)])
        self.assertEqual(len(rows["sensitivity"]["rows"]), 2)
        self.fails("has no goalposts for i911mw_IDI", "divide", "index", "idi-2023", "--year", "2022")
        self.assertIn("KEN", self.done("divide", "index", "mine", "--year", "2022").out)
        self.done("divide", "index", "mine", "--year", "2022", "--out", "index.svg")
        self.assertEqual((self.folder / "index.svg").read_text().count("<circle"), 250, "nobody is missing")
        self.done("divide", "index", "mine", "--year", "2022", "--out", "index.png")
        self.assertTrue((self.folder / "index.png").read_bytes().startswith(b"\x89PNG"))


@unittest.skipUnless(SHARED.is_dir(), "no ../shared/data beside the checkout (or COMITY_SHARED_DATA): real data untested")
class RealFigures(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.found()
        self.done("divide", "import", SHARED / "internet_users.csv", *FIGURES, "--unit", "% of population", "--low", "0", "--high", "100")
        self.done("divide", "import", SHARED / "pop.csv", *FIGURES, "--indicator", "population", "--unit", "people", "--low", "0")
        self.done("divide", "import", SHARED / "ilevels4_wb.csv", "--groups", "ilevels4_wb", "--scheme", "income", *FIGURES)

    def test_from_the_files_to_the_pictures(self):
        shown = self.done("divide", "show", "--json").json()
        self.assertEqual({d["indicator"] for d in shown["datasets"]}, {"internet_users", "population"})
        self.assertEqual([s["scheme"] for s in shown["schemes"]], ["income"])
        words = ("divide", "inequality", "internet_users", "--weights", "population", "--from", "2000", "--to", "2023", "--carry", "2", "--scheme", "income")
        rows = self.done(*words, "--json").json()["rows"]
        self.assertEqual(len(rows), 24)
        self.assertAlmostEqual(rows[-1]["gini"], 0.18842, places=5)
        self.assertEqual(rows[-1]["places"], 183)
        for row in rows:
            self.assertAlmostEqual(row["theil_t_parts"]["within"] + row["theil_t_parts"]["between"], row["theil_t"], places=12)
        self.assertIn("0.1884", self.done(*words).out)
        table = list(csv.DictReader(io.StringIO(self.done(*words, "--csv").out)))
        self.assertEqual(float(table[-1]["gini"]), rows[-1]["gini"])
        self.done(*words, "--out", "gini.svg")
        self.assertIn("<svg", (self.folder / "gini.svg").read_text())
        self.done("divide", "map", "internet_users", "--year", "2022", "--weights", "population", "--out", "map.svg")
        self.assertEqual((self.folder / "map.svg").read_text().count("<circle"), 250, "nobody is missing")
        self.done("divide", "map", "internet_users", "--year", "2022", "--out", "map.png")
        self.assertTrue((self.folder / "map.png").read_bytes().startswith(b"\x89PNG"))
        forecast = ("divide", "forecast", "internet_users", "--place", "RWA", "--until", "2030", "--target", "68")
        self.assertIn("not under this model", self.done(*forecast).out)
        self.done(*forecast, "--out", "rwanda.png")
        self.done(*forecast, "--out", "rwanda.csv")
        self.assertIn("24.9", self.done("divide", "distance", "internet_users", "--benchmark", "SWE", "--place", "RWA", "--year", "2023").out)
        self.fails("can't be written as", *forecast, "--out", "rwanda.doc")
        # Sources that disagree.
        self.done("divide", "import", SHARED / "factbook_connectivity.csv", "--source", "factbook", "--licence", "CC0-1.0", "--edition", "2024", "--unit",
                  "% of population", "--indicator", "internet_users", "--value-column", "internet_users_pct", "--year-column", "internet_year",
                  "--place-column", "gec", "--codes", "gec", "--low", "0", "--high", "100", "--skip", "--as", "kenic")
        apart = self.done("divide", "show", "internet_users", "--conflicts", "--json").json()
        said = {(r["place"], r["year"]): [f["value"] for f in r["figures"]] for r in apart["rows"]}
        self.assertEqual(said[("CHN", 2023)], [90.6, 78.0])
        self.assertLess(apart["conflicts"], 20)
        self.assertGreater(apart["shared"], 150)
        before = self.done("rebuild", "--json").json()["view_digest"]
        self.assertEqual(self.done("rebuild", "--json").json()["view_digest"], before)
        self.assertEqual(self.done("check", "--json").json()["faults"], [])


if __name__ == "__main__":
    unittest.main()
