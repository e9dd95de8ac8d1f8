"""The same wave as the files are tried on."""

from tests.files.conftest import erenhot, truth

__all__ = ["erenhot", "truth"]
