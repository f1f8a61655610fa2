#!/usr/bin/env python3
"""Copies what `swift test` prints, and ends with what went wrong in it: `swift test 2>&1 | Tests/summary.py`.

Thousands of lines say that a test began and passed, so a failure among them is not seen. The last screen says which
tests failed, where and why, which had begun and not ended when a crash ended them all, and what was left out, as on a
server without TLS.

Exits with 1 where the name of a test case is printed at length: one argument with a megabyte in it, or with thousands
of elements, makes more lines than all tests together. Its type should conform to `CustomTestStringConvertible`.
"""
import re
import sys

# What there is room for on a screen, in lines and in columns.
MOST_FAILURES = 12
WIDTH = 300
# Longer than any name that somebody would read.
LONGEST_NAME = 600

KNOWN = re.compile(r"recorded a known issue")
ISSUE = re.compile(r'Test (?P<test>".*?"|\S+) recorded an issue(?: with .*?)? at (?P<place>\S+?:\d+:\d+): (?P<text>.*)')
# Issues without a place, such as a time limit, and those of Swift's own runner.
OTHER = re.compile(r"recorded an issue|^error: |Fatal error|unexpected signal|: error: |Sanitizer: ")
EVENT = re.compile(r'^\S+ (?:Test|Suite) (?P<name>".*"|(?!run\b)\S+)(?: with \d+ test cases?)? '
                   r'(?:started\.$|(?P<end>passed|failed|skipped)\b)')
CASE = re.compile(r"^\S+ Test case passing ")
TOTAL = re.compile(r"Test run with .* (?:passed|failed) after")


class Summary:
    def __init__(self):
        # How often each came: a test of many cases may fail in all of them.
        self.failures = {}
        self.running = {}
        self.long_names = []
        self.totals = []
        self.known = {}
        self.in_case = False

    def read(self, line):
        """Takes one line of output, without its end."""
        self._check_name(line)
        if KNOWN.search(line):
            reason = line.split(": ", 1)[-1]
            self.known[reason] = self.known.get(reason, 0) + 1
        elif issue := ISSUE.search(line):
            self._fail(f'{issue["place"]}  {issue["test"]}\n      {issue["text"]}')
        elif OTHER.search(line):
            self._fail(line.strip())
        elif TOTAL.search(line):
            self.totals.append(line.strip())
        elif event := EVENT.match(line):
            # Several suites may have tests of one name.
            self.running[event["name"]] = self.running.pop(event["name"], 0) + (-1 if event["end"] else 1)
            if self.running[event["name"]] <= 0:
                del self.running[event["name"]]

    def _fail(self, text):
        self.failures[text] = self.failures.get(text, 0) + 1

    def _check_name(self, line):
        """Finds names of test cases that are longer than a line, or go on in the next ones."""
        if CASE.match(line):
            self.in_case = not re.search(r'started\.$|passed after|failed after|recorded an issue', line)
            # A zero byte ends what is written of a name, and the next test begins in the middle of the line.
            if self.in_case or len(line) > LONGEST_NAME or re.search(r". (Test|Suite) (\"|\w+ started)", line[20:]):
                self.long_names.append(line)
        elif self.in_case and re.search(r' to (".*"|\S+) started\.$', line):
            self.in_case = False
            self.long_names[-1] += " … " + line

    def lines(self):
        """The last screen."""
        yield from self.totals
        for reason, count in self.known.items():
            yield cut(f"== {count} known issues: {reason}")
        if self.failures:
            yield f"== {sum(self.failures.values())} failures"
            for failure, count in list(self.failures.items())[:MOST_FAILURES]:
                times = f" ({count} times)" if count > 1 else ""
                yield "\n".join(cut(part) for part in ("  " + failure).split("\n")) + times
            if len(self.failures) > MOST_FAILURES:
                yield f"  and {len(self.failures) - MOST_FAILURES} more kinds: look for \"recorded an issue\" above"
        # Where all goes well, every test that began has ended.
        if self.running:
            names = list(self.running)
            yield f"== {len(names)} tests and suites had begun and not ended; the last of them:"
            yield from (cut("  " + name) for name in names[-MOST_FAILURES:])
        if self.long_names:
            yield f"== {len(self.long_names)} test cases are printed at length; conform to CustomTestStringConvertible:"
            yield from list(dict.fromkeys(test_of(name) for name in self.long_names))[:MOST_FAILURES]


def test_of(case):
    """The test of a case, without its arguments."""
    names = re.findall(r' to (".*?"|\S+) started\.$', case)
    return cut("  " + (names[-1] if names else case))


def cut(text):
    """A text in one line, without what a terminal would take for an order."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: WIDTH + 1])
    return shown if len(text) <= WIDTH else shown[:WIDTH] + "…"


def main():
    summary = Summary()
    try:
        for raw in sys.stdin.buffer:
            sys.stdout.buffer.write(raw)
            sys.stdout.buffer.flush()
            summary.read(raw.decode(errors="replace").rstrip("\r\n"))
    except KeyboardInterrupt:
        pass
    print("\n".join(["", *summary.lines()]), flush=True)
    return 1 if summary.long_names else 0


if __name__ == "__main__":
    sys.exit(main())
