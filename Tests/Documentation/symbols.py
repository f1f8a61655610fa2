#!/usr/bin/env python3
"""Checks the public symbols, as `docs/build.sh` extracted them, against the documentation.

    Tests/Documentation/symbols.py

- Each public symbol has a documentation comment, of its own or inherited; what the compiler derives needs none.
- The root page sorts every public symbol of the top level into a topic, each once, and every article.
- The articles on errors and on TLS name every case of every public error.

Exits with 1 and names what is missing.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYMBOLS = ROOT / ".build-docs" / "symbols"
CATALOGUE = ROOT / "docs" / "Cachetory.docc"

ERROR_ARTICLES = ["Errors.md", "TLS.md"]

# Far fewer than there are; so a graph that was not extracted as a whole is noticed.
FEWEST_SYMBOLS = 400


def load() -> tuple[list[dict], list[dict]]:
    symbols, relationships = [], []
    for file in sorted(SYMBOLS.glob("*.symbols.json")):
        graph = json.loads(file.read_text())
        symbols += graph["symbols"]
        relationships += graph["relationships"]
    return symbols, relationships


def name(symbol: dict) -> str:
    return ".".join(symbol["pathComponents"])


def undocumented(symbols: list[dict]) -> list[str]:
    # What the compiler derives, such as `==`, has no place in a source file. The block of an extension is no symbol of
    # its own; its members are.
    written = [s for s in symbols if "location" in s and s["kind"]["identifier"] != "swift.extension"]
    if len(written) < FEWEST_SYMBOLS:
        return [f"only {len(written)} symbols were found, so something is wrong with docs/build.sh"]
    return [
        f"{place(s)}: {name(s)} has no documentation"
        for s in written
        if not any(line["text"].strip() for line in s.get("docComment", {}).get("lines", []))
    ]


def place(symbol: dict) -> str:
    path = symbol["location"]["uri"].removeprefix("file://").removeprefix(f"{ROOT}/")
    return f"{path}:{symbol['location']['position']['line'] + 1}"


def unsorted(symbols: list[dict]) -> list[str]:
    page = (CATALOGUE / "Cachetory.md").read_text()
    topics = page[page.index("## Topics"):]
    # A link may end in what tells overloads apart.
    links = [re.sub(r"-\(.*\)$", "", link) for link in re.findall(r"^- ``(.+)``$", topics, re.MULTILINE)]
    tops = [name(s) for s in symbols if len(s["pathComponents"]) == 1 and s["kind"]["identifier"] != "swift.extension"]
    tops = [top for top in tops if top not in {"Swift", "Foundation", "FoundationEssentials"}]
    wrong = [f"Cachetory.md does not sort {top} into a topic" for top in sorted(set(tops) - set(links))]
    for link in sorted(set(links)):
        if links.count(link) != tops.count(link):
            wrong.append(f"Cachetory.md has {link} {links.count(link)} times in its topics, not {tops.count(link)}")
    articles = {article.stem for article in CATALOGUE.glob("*.md")} - {"Cachetory"}
    for article in sorted(articles - set(re.findall(r"^- <doc:(.+)>$", topics, re.MULTILINE))):
        wrong.append(f"Cachetory.md does not sort the article {article} into a topic")
    return wrong


def unexplained(symbols: list[dict], relationships: list[dict]) -> list[str]:
    errors = {r["source"] for r in relationships if r["kind"] == "conformsTo" and r["target"] == "s:s5ErrorP"}
    enums = [s for s in symbols if s["kind"]["identifier"] == "swift.enum"]
    enums = {name(s) for s in enums if s["identifier"]["precise"] in errors}
    if not enums:
        return ["no public errors were found, so something is wrong with this check"]
    article = "".join((CATALOGUE / name).read_text() for name in ERROR_ARTICLES)
    cases = [s for s in symbols if s["kind"]["identifier"] == "swift.enum.case"]
    return [
        f"none of {', '.join(ERROR_ARTICLES)} tells what {name(s)} means"
        for s in cases
        if ".".join(s["pathComponents"][:-1]) in enums
        and f"``{s['pathComponents'][-2]}/{s['pathComponents'][-1]}``" not in article
    ]


def main() -> int:
    symbols, relationships = load()
    wrong = undocumented(symbols) + unsorted(symbols) + unexplained(symbols, relationships)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(f"{len(symbols)} symbols are documented, and sorted on the root page")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
