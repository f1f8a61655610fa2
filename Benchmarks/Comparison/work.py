"""What a client is asked to do."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Work:
    """One kind of operation, over and over, from some callers at once."""

    workload: str = "get"
    callers: int = 50
    """Tasks, threads, goroutines or connections: whatever calls at the same time in the client's language."""
    batch: int = 1
    value_size: int = 100
    rate: int | None = None
    """Operations to start in a second; without one, each caller starts the next when the one before has ended."""
    way: str = "near"
    """How the server is reached: `near` is loopback, `far` the proxy, `tls` encrypted; `memory` is no server."""

    BYTES = 100_000_000
    """What all values may take together."""

    @property
    def keys(self) -> int:
        return max(100, min(10_000, self.BYTES // self.value_size))

    @property
    def operation(self) -> str:
        return self.workload.upper() + (f" of {self.batch}" if self.batch > 1 else "")

    def __str__(self) -> str:
        parts = [self.operation]
        if self.value_size != 100:
            parts.append(size_text(self.value_size))
        parts.append(f"{self.callers:,}")
        if self.rate:
            parts.append(f"{self.rate:,}/s")
        if self.way != "near":
            parts.append(self.way)
        return ", ".join(parts)

    def description(self) -> dict[str, Any]:
        """The work for the raw figures."""
        return asdict(self)


def size_text(size: int) -> str:
    """A number of bytes with its unit: 10 B, 1 kB, 1 MB."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:g} {unit}"
    return f"{size} B"
