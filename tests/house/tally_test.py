#!/usr/bin/env python3
"""What ./run test counts is what the runners said."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import tally  # noqa: E402  (found by the line above)


class Tally(unittest.TestCase):
    def test_reads_google_test(self):
        self.assertEqual(tally.count("[==========] 5 tests from 2 test suites ran.\n[  PASSED  ] 5 tests.\n"), (5, 0, 0))
        self.assertEqual(tally.count("[  PASSED  ] 3 tests.\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.b\n"
                                     "[  FAILED  ] 2 tests, listed below:\n[  FAILED  ] A.c\n[  FAILED  ] A.d\n"), (3, 2, 1))

    def test_reads_nodes_runner(self):
        self.assertEqual(tally.count("ℹ tests 9\nℹ pass 7\nℹ fail 1\nℹ skipped 1\n"), (7, 1, 1))
        self.assertEqual(tally.count("# pass 7\n# fail 0\n# skipped 0\n"), (7, 0, 0))

    def test_reads_vitest_in_colour(self):
        self.assertEqual(tally.count("\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m | \x1b[32m20 passed\x1b[39m (21)\n"), (20, 1, 0))
        self.assertEqual(tally.count(" Test Files  3 passed (3)\n      Tests  12 passed (12)\n"), (12, 0, 0))

    def test_reads_unittest(self):
        self.assertEqual(tally.count("Ran 12 tests in 0.1s\n\nOK\n"), (12, 0, 0))
        self.assertEqual(tally.count("Ran 12 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=3)\n"), (6, 3, 3))

    def test_adds_what_several_runners_said(self):
        self.assertEqual(tally.count("7 passed, 1 failed\n...\n# pass 5\n# fail 2\n3 passed, 0 failed\n"), (15, 3, 0))

    def test_knows_nothing_of_other_words(self):
        self.assertIsNone(tally.count("all 12 passed, I think\n"))

    def junit(self, cases):
        with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
            file.write(f"<testsuite>{cases}</testsuite>")
            file.flush()
            return tally.junit(file.name)

    def test_counts_a_program_that_says_nothing_as_one(self):
        self.assertEqual(self.junit('<testcase name="a" status="run"><system-out>fine</system-out></testcase>'), (1, 0, 0))

    def test_counts_a_crash_even_when_tests_had_passed(self):
        self.assertEqual(self.junit('<testcase name="a" status="fail"><system-out>[  PASSED  ] 4 tests.</system-out></testcase>'
                                    '<testcase name="b" status="fail"><failure/></testcase>'), (4, 2, 0))

    def test_counts_what_was_not_built_as_failed_and_what_is_disabled_as_skipped(self):
        self.assertEqual(self.junit('<testcase name="a" status="notrun"/><testcase name="b" status="disabled"/>'), (0, 1, 1))


if __name__ == "__main__":
    unittest.main()
