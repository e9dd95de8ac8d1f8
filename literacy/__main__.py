"""The ``literacy`` command's way in, also as ``python -m literacy``: an interruption ends it quietly at any moment."""

import os
import signal
from types import FrameType


def run() -> None:
    """Run the command line; Ctrl-C is heard before the libraries are loaded and no longer once all is done."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGINT, _leave)
    from literacy.cli import main

    try:
        main(prog_name="literacy")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # or the interpreter's own end would be killed by it


def _leave(number: int, _: FrameType | None) -> None:
    """End at once: there is nothing yet to tidy."""
    os._exit(128 + number)


if __name__ == "__main__":
    run()
