"""Measures everything and prints a table for `docs/reference/speed.md`."""

from __future__ import annotations

from tests.bench import recording
from tests.bench.machine import described


def main() -> None:
    print(described())
    print()
    print("| what | measured | against | ratio | to reach |")
    print("|---|---|---|---|---|")
    for row in recording.rows():
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
