"""``python -m literacy``: the same as the ``literacy`` command."""

from literacy.cli import main

if __name__ == "__main__":
    main(prog_name="literacy")
