"""The catalogue holds what the program says: every text its Chinese, and the .mo is that .po."""

from __future__ import annotations

import re
import string

import pytest

from literacy.messages import tell, tell_column
from tests.messages import extraction as found


@pytest.fixture(scope="module")
def catalogue() -> found.Catalog:
    return found.read_catalogue()


def test_every_text_has_its_chinese(catalogue: found.Catalog) -> None:
    known = {m.id for m in catalogue if m.id and m.string and all(m.string)}
    lacking = [text for text, context in found.extract() if context is None and text not in known]
    assert not lacking, f"run make messages, and translate: {lacking[:20]}"


def test_the_compiled_catalogue_is_that_of_the_texts(catalogue: found.Catalog) -> None:
    assert found.compiled(catalogue) == found.MO.read_bytes()


def test_a_translation_holds_the_values_of_its_text(catalogue: found.Catalog) -> None:
    def places(text: str) -> list[str]:
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        return [str(n) if name == "" else name for n, name in enumerate(fields)]

    for message in catalogue:
        if not isinstance(message.id, str) or not message.id or not re.search(r"\{[!:\d}]", message.id):
            continue
        known = places(message.id)
        assert set(places(str(message.string))) <= {*known, *map(str, range(len(known)))}, message.id


def test_values_are_filled_in_after_the_text_was_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tell("a second file of the wave {}", 2025) == "a second file of the wave 2025"
    monkeypatch.setenv("LITERACY_LANG", "zh")
    assert tell("a second file of the wave {}", 2025) == "波次 2025 的第二个文件"
    assert tell("what no catalogue holds: {}", 1) == "what no catalogue holds: 1"
    assert tell_column("no such column") == "no such column"


def test_kinds_of_personal_data_have_their_chinese() -> None:
    from literacy.messages import tell_value
    from literacy.privacy.headers import _HEADERS
    from literacy.privacy.identifiers import PATTERNS

    kinds = {*_HEADERS, *(what for what, _ in PATTERNS)}
    assert {k for k in kinds if tell_value(k, "zh") == k} == set()
