"""Long work says on a terminal where it is and what time is left; in a pipe it says nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
from literacy.cli.output import show_stages
begin = show_stages(3)
for name in ("reading a.sav", "estimating", "drawing"):
    begin(name)
"""


def test_nothing_in_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stderr == "" and done.stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals here")
def test_stages_and_time_left_on_a_terminal() -> None:
    import pty

    ours, theirs = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", SCRIPT], stderr=theirs, stdout=subprocess.PIPE)
    out, _ = child.communicate(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 4000).decode()
    os.close(ours)
    assert "[1/3] reading a.sav" in shown and "[3/3] drawing, about 0 s left" in shown and out == b""


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals here")
def test_replicates_show_their_stages_on_a_terminal_alone() -> None:
    import pty

    import literacy

    words = ["estimate", str(literacy.sample_data()), "--share", "literate", "--margins", "2025"]
    command = [
        sys.executable,
        "-m",
        "literacy",
        *words,
        "--replicates",
        "rao_wu",
        "--number",
        "20",
        "--seed",
        "1",
    ]
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command, stderr=theirs, stdout=subprocess.PIPE)
    out, _ = child.communicate(timeout=120)
    os.close(theirs)
    shown = os.read(ours, 8000).decode()
    os.close(ours)
    assert child.returncode == 0 and b"literate" in out
    assert "[1/2] " in shown and "[2/2] " in shown
