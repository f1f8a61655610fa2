#!/usr/bin/env python3
"""Checks that the article on moving from Python names all of Python's cachetory, as it is installed for the tests.

    Tests/Documentation/migration.py

Its public classes, their methods and the parameters of those, its functions, and the options of its URLs: each has to
stand in the article between backticks. Exits with 1 and names what is missing.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = ROOT / "docs" / "Cachetory.docc" / "MigratingFromPython.md"
ENVIRONMENT = ROOT / ".build-python"

# What stands for the value, the key or the URL that a method is about.
ARGUMENTS = {"self", "cls", "key", "value", "url", "_url", "data", "items", "deadline", "keys"}
# How a `with` ends, and how protocols are put together.
MACHINERY = re.compile(r"^__(init|enter|aenter)__$|^exc_|^traceback$|^callable_$|^(de)?serialize$|Read$|Write$", re.I)


def names(tree: ast.Module) -> Iterator[str]:
    """The public names of a module, the parameters of its functions and methods, and the options in its fields."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            if not node.name.startswith("_"):
                yield node.name
            for member in node.body:
                if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
                    yield from function_names(member)
                if isinstance(member, ast.AnnAssign):
                    yield from options(member)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from function_names(node)


def function_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    is_private = function.name.startswith("_") and not function.name.startswith("__")
    if is_private:
        return
    yield function.name
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    yield from (argument.arg for argument in arguments if argument.arg not in ARGUMENTS)


def options(field: ast.AnnAssign) -> Iterator[str]:
    for node in ast.walk(field):
        if isinstance(node, ast.keyword) and node.arg == "alias" and isinstance(node.value, ast.Constant):
            yield node.value.value


def main() -> int:
    packages = list(ENVIRONMENT.glob("lib/python3*/site-packages/cachetory"))
    if not packages:
        print(f"{ENVIRONMENT} is missing; run Tests/python.sh", file=sys.stderr)
        return 1
    found: set[str] = set()
    for file in packages[0].rglob("*.py"):
        if "private" not in file.relative_to(packages[0]).parts:
            found |= {name for name in names(ast.parse(file.read_text())) if not MACHINERY.search(name)}
    prose = re.sub(r"^```.*?^```", "", ARTICLE.read_text(), flags=re.MULTILINE | re.DOTALL)
    code = " ".join(piece for _, piece in re.findall(r"(`+)(.+?)\1", prose))
    missing = sorted(name for name in found if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", code))
    for name in missing:
        print(f"{ARTICLE.name} does not tell what becomes of Python's {name}", file=sys.stderr)
    if not missing:
        print(f"the article on moving from Python names all {len(found)} names of cachetory")
    return 1 if missing or not found else 0


if __name__ == "__main__":
    sys.exit(main())
