"""Tests of summary.py: `python3 -m unittest discover -s Tests -p '*_test.py'`."""
import unittest

from summary import MOST_FAILURES, WIDTH, Summary


def last_screen(*lines):
    summary = Summary()
    for line in lines:
        summary.read(line)
    return summary, list(summary.lines())


BEGUN = '◇ Test "it works" started.'
PASSED = '✔ Test "it works" passed after 0.001 seconds.'
TOTAL = "✔ Test run with 5 tests in 2 suites passed after 1.5 seconds."


class SummaryTests(unittest.TestCase):
    def test_a_run_without_failures_is_one_line(self):
        case = '◇ Test case passing 1 argument size → 5 to "sizes" started.'
        sizes = ['◇ Test "sizes" started.', case, '✔ Test "sizes" with 2 test cases passed after 0.1 seconds.']
        _, lines = last_screen("◇ Test run started.", "◇ Suite A started.", BEGUN, PASSED, *sizes,
                               "✔ Suite A passed after 0.1 seconds.", TOTAL)
        self.assertEqual(lines, [TOTAL])

    def test_a_failure_has_its_place_its_test_and_its_reason(self):
        issue = '✘ Test "it works" recorded an issue at ATests.swift:5:9: Expectation failed: a == b'
        _, lines = last_screen(BEGUN, issue, '✘ Test "it works" failed after 0.1 seconds with 1 issue.')
        self.assertEqual(lines, ["== 1 failures", '  ATests.swift:5:9  "it works"\n      Expectation failed: a == b'])

    def test_the_arguments_of_a_failure_are_left_out(self):
        issue = '✘ Test "it works" recorded an issue with 1 argument x → 5 at ATests.swift:5:9: Caught error: e'
        _, lines = last_screen(issue)
        self.assertEqual(lines[1].split("\n")[0], '  ATests.swift:5:9  "it works"')

    def test_many_failures_fit_on_a_screen(self):
        issues = [f'✘ Test "t{n}" recorded an issue at A.swift:{n}:1: ' + "x" * 10_000 for n in range(500)]
        _, lines = last_screen(*issues)
        text = "\n".join(lines)
        self.assertLess(text.count("\n"), 3 * MOST_FAILURES)
        self.assertLess(max(map(len, text.split("\n"))), WIDTH + 10)
        self.assertIn(f"and {500 - MOST_FAILURES} more kinds", text)

    def test_the_same_failure_is_told_once(self):
        issue = '✘ Test "it works" recorded an issue with 1 argument x → {} at A.swift:5:9: Caught error: e'
        _, lines = last_screen(*[issue.format(number) for number in range(8)])
        self.assertEqual(lines, ["== 8 failures", '  A.swift:5:9  "it works"\n      Caught error: e (8 times)'])

    def test_a_crash_names_the_test_that_was_running(self):
        _, lines = last_screen("◇ Suite A started.", BEGUN, PASSED, '◇ Test "it crashes" started.',
                               "error: Exited with unexpected signal code 5")
        self.assertIn('  "it crashes"', lines)
        self.assertIn("  error: Exited with unexpected signal code 5", lines)
        self.assertNotIn('  "it works"', lines)

    def test_known_issues_are_counted_by_reason(self):
        issue = '✘ Test "it works" recorded a known issue at A.swift:1:1: Caught error: the server has no TLS'
        _, lines = last_screen(BEGUN, issue, issue, PASSED, TOTAL)
        self.assertEqual(lines, [TOTAL, "== 2 known issues: Caught error: the server has no TLS"])

    def test_a_name_of_several_lines_is_named(self):
        summary, lines = last_screen("◇ Test case passing 1 argument text → \"a", 'b" to "texts" started.')
        self.assertEqual(lines[-1], '  "texts"')
        self.assertTrue(summary.long_names)

    def test_a_long_name_is_named(self):
        summary, lines = last_screen('◇ Test case passing 1 argument t → "' + "x" * 5000 + '" to "texts" started.')
        self.assertEqual(lines[-1], '  "texts"')

    def test_nothing_in_it_gives_orders_to_a_terminal(self):
        _, lines = last_screen('✘ Test "t" recorded an issue at A.swift:1:1: \x1b[2J')
        self.assertNotIn("\x1b", "".join(lines))


if __name__ == "__main__":
    unittest.main()
