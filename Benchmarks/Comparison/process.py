"""Starting other programs, and saying well what went wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.path.join(ROOT, ".build-peers")
"""What `Benchmarks/Peers/install.sh` has built and installed."""

PATIENCE = 120
"""A run takes some seconds; in so many it is stuck."""


class Failure(Exception):
    """What stops the measurement, in words for the one who started it."""


def run(command: list[str], environment: dict[str, str] | None = None, patience: float | None = PATIENCE) -> str:
    """Runs a program to its end.

    Returns what it printed; raises `Failure` where it did not end well.
    """
    name = " ".join(command)
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **(environment or {})},
            timeout=patience)
    except FileNotFoundError as error:
        raise Failure(
            f"there is no {error.filename}; Benchmarks/Peers/install.sh installs what the comparison needs beside Swift"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{name}\ndid not end in {patience} seconds") from error
    if result.returncode != 0:
        raise Failure(f"{name}\nended with status {result.returncode}:\n{result.stderr or result.stdout}")
    return result.stdout


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def exit_with(main: Callable[[], int]) -> NoReturn:
    """Ends the program with the status of its main function, or with 1 and the words of its failure."""
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"failed: {failure}", file=sys.stderr)
        sys.exit(1)
