"""Where the command `okr` begins."""

from __future__ import annotations

import gc


def main() -> None:
    """Run `okr`.

    What modules make while they are imported stays to the end. Looking through it for circles again
    and again took a sixth of the time of a start.
    """
    gc.disable()
    from api.cli import main as run  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    run()
