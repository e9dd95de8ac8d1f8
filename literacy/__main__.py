"""Entry point of the ``literacy`` command and of ``python -m literacy``; an interrupt ends it quietly at any time."""

import os
import signal
from types import FrameType


def run() -> None:
    """Run the command line; Ctrl-C is handled before the libraries are imported and ignored once all work is done."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGINT, _leave)
    from literacy.cli import main

    try:
        main(prog_name="literacy")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt must not kill the interpreter at exit


def _leave(number: int, _: FrameType | None) -> None:
    """Exit at once; nothing needs cleaning up yet."""
    os._exit(128 + number)


if __name__ == "__main__":
    run()
