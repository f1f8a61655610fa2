#!/usr/bin/env python3
"""Checks the relative links and pictures of README and of all Markdown in docs: they lead to a file, and a heading in it.

    Tests/Documentation/links.py

Links in double backticks and with `doc:` are docc's to check, as it builds the site. Links to other hosts are not asked
for: a test that depends on them fails for reasons of theirs. Exits with 1 and names each dead link.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"|<source[^>]* srcset=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"^(https?:|mailto:|doc:)")


def prose(text: str) -> str:
    """The text without its blocks and pieces of code."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def anchors(file: Path) -> set[str]:
    """The fragments that a Markdown file's headings answer to: lower case, hyphens for spaces, no punctuation."""
    headings = re.findall(r"^#+ +(.+)$", re.sub(r"^```.*?^```", "", file.read_text(), flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def dead_links(file: Path) -> list[str]:
    dead = []
    for groups in LINK.findall(prose(file.read_text())):
        link = next(group for group in groups if group)
        if ELSEWHERE.match(link):
            continue
        path, _, fragment = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if not target.exists():
            dead.append(f"{file.relative_to(ROOT)}: {link} leads to nothing")
        elif fragment and fragment not in anchors(target):
            dead.append(f"{file.relative_to(ROOT)}: {link} leads to no heading")
    return dead


def main() -> int:
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    count = sum(len(LINK.findall(prose(file.read_text()))) for file in files)
    dead = [line for file in files for line in dead_links(file)]
    for line in dead:
        print(line, file=sys.stderr)
    if not dead:
        print(f"{count} links in {len(files)} files lead somewhere")
    return 0 if count and not dead else 1


if __name__ == "__main__":
    sys.exit(main())
