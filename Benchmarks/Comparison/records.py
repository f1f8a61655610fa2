"""The raw figures: all that the table and the plots are made of, kept as a JSON file."""

import json
import os
from collections.abc import Sequence
from typing import Any

from .clients import Figures
from .process import Failure

Rounds = list[dict[str, Figures]]
"""For each round, the figures of each run by its name."""


class Records:
    """What was measured, group by group, each with its time, its machine and its versions."""

    def __init__(self, groups: dict[str, Any] | None = None) -> None:
        self.groups = groups or {}

    @staticmethod
    def read(path: str) -> "Records":
        if not os.path.exists(path):
            return Records()
        with open(path) as file:
            return Records(json.load(file)["groups"])

    def write(self, path: str) -> None:
        """Replaces the file in one step: an interruption leaves the old one."""
        with open(path + ".new", "w") as file:
            json.dump({"groups": self.groups}, file, indent=1)
            file.write("\n")
        os.replace(path + ".new", path)

    def check(self, name: str, circumstances: dict[str, Any]) -> None:
        """Raises `Failure` where the rounds of a group on file were measured in other circumstances than these."""
        old = self.groups.get(name)
        for part in circumstances:
            if old is not None and old[part] != circumstances[part]:
                raise Failure(f"{name}: no rounds can be added to those on file, which have other {part}")

    def replace(self, name: str, record: dict[str, Any]) -> None:
        self.groups[name] = record

    def append(self, name: str, record: dict[str, Any]) -> None:
        """Adds rounds to those of a group that were measured in the same circumstances."""
        old = self.groups.get(name, record | {"rounds": [], "took_seconds": 0})
        self.groups[name] = old | {
            "rounds": old["rounds"] + record["rounds"],
            "took_seconds": old["took_seconds"] + record["took_seconds"],
        }

    def rounds(self, name: str) -> Rounds:
        return self.groups[name]["rounds"] if name in self.groups else []

    def samples(self, name: str, run: str, figure: str) -> Sequence[float]:
        """A figure of a run in each round; empty if it was not measured."""
        return [sample[run][figure] for sample in self.rounds(name) if figure in sample.get(run, {})]
