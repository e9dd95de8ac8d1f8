"""Scoring on hand-made responses: kinds of missing, dimensions, rules, universes and groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from literacy.answers.responses import Responses
from literacy.errors import LiteracyError
from literacy.instrument import KINDS, Instrument, load_instrument
from literacy.scoring import is_scored, restore_scored, score


@pytest.fixture(scope="module")
def erenhot() -> Instrument:
    return load_instrument("erenhot")


def respond(instrument: Instrument, people: list[dict[str, object]]) -> Responses:
    """Everybody answers every item right, except as told: ``item = code`` or ``item = kind of missing``."""
    rows, kinds = [], []
    for person in people:
        row: dict[str, object] = {"age": 40, "sex": 1, "education": 5, "occupation": 4, "residence": 1}
        row |= {
            i.name: "|".join(map(str, i.key)) if i.type == "multiple" else i.key[0]
            for i in instrument.scored_items
        }
        kind = dict.fromkeys((i.name for i in instrument.items), 0)
        for name, value in person.items():
            missing = KINDS.index(value) if isinstance(value, str) and value in KINDS else 0
            row[name], kind[name] = (None, missing) if missing else (value, 0)
        rows.append(row)
        kinds.append(kind)
    frame = pd.DataFrame(rows).reindex(columns=[i.name for i in instrument.items])
    return Responses(frame, pd.DataFrame(kinds).astype("int8"), instrument, instrument.wave(2025))


def names(instrument: Instrument, dimension: str) -> list[str]:
    return [i.name for i in instrument.scored_items if i.dimension == dimension]


def test_all_right_is_a_hundred_points_in_both_standards(erenhot: Instrument) -> None:
    responses = respond(erenhot, [{}])
    for standard in ("cast100", "benchmark2016"):
        row = score(responses, standard).frame.iloc[0]
        assert row["total"] == 100.0 and row["literate"] == 1.0
    assert score(responses).frame.loc[0, "tier"] == "advanced"


def test_dont_know_counts_against_but_not_asked_does_not(erenhot: Instrument) -> None:
    knowledge = names(erenhot, "knowledge")
    half = knowledge[: len(knowledge) // 2]
    frame = score(
        respond(
            erenhot, [dict.fromkeys(half, kind) for kind in ("dont_know", "refused", "skipped", "not_asked")]
        )
    ).frame
    np.testing.assert_allclose(frame["knowledge"], [20, 20, 20, 40])
    assert frame["n_dont_know"].tolist() == [len(half), 0, 0, 0]
    assert frame["n_not_asked"].tolist() == [0, 0, 0, len(half)]
    assert frame.loc[3, f"{half[0]}_correct"] is pd.NA or np.isnan(frame.loc[3, f"{half[0]}_correct"])


def test_nobody_is_scored_who_was_asked_nothing(erenhot: Instrument) -> None:
    everything = dict.fromkeys((i.name for i in erenhot.scored_items), "not_asked")
    row = score(respond(erenhot, [everything])).frame.iloc[0]
    assert np.isnan(row["total"]) and np.isnan(row["literate"]) and pd.isna(row["tier"])


def test_multiple_choice_is_all_or_nothing(erenhot: Instrument) -> None:
    item = next(i for i in erenhot.scored_items if i.type == "multiple")
    key = "|".join(map(str, item.key))
    wrong = "|".join(map(str, item.key[:-1]))
    backwards = "|".join(map(str, reversed(item.key)))
    frame = score(respond(erenhot, [{item.name: key}, {item.name: wrong}, {item.name: backwards}])).frame
    assert frame[f"{item.name}_correct"].tolist() == [1.0, 0.0, 1.0]


def test_the_two_standards_disagree_where_they_must(erenhot: Instrument) -> None:
    """32 of 50 right passes 60 % of the benchmark rule and not 70 points."""
    wrong = [i.name for i in erenhot.scored_items][:18]
    responses = respond(erenhot, [dict.fromkeys(wrong, "dont_know")])
    assert score(responses, "benchmark2016").frame.loc[0, "literate"] == 1.0
    assert score(responses, "benchmark2016").frame.loc[0, "total"] == 64.0
    assert score(responses, "cast100").frame.loc[0, "literate"] == 0.0


def test_universes_and_overlapping_groups(erenhot: Instrument) -> None:
    people = [
        {"age": 65, "occupation": 5},
        {"age": 16, "occupation": 6},
        {"age": 75},
        {"age": "refused"},
        {"age": 18},
        {"age": 69},
    ]
    frame = score(respond(erenhot, people)).frame
    assert frame["universe"].tolist() == ["adults", "pupils", "outside", "outside", "adults", "adults"]
    assert frame.loc[0, ["group_elderly", "group_farmers_herders", "group_youth"]].tolist() == [1, 1, 0]
    assert frame.loc[4, "group_youth"] == 1


def test_unknown_standard_names_the_nearest(erenhot: Instrument) -> None:
    with pytest.raises(LiteracyError, match="did you mean 'cast100'") as caught:
        score(respond(erenhot, [{}]), "cast10")
    assert caught.value.code == "scoring.standard"


def test_a_scored_table_is_read_back(erenhot: Instrument) -> None:
    scored = score(respond(erenhot, [{}, {"age": 16}]), "benchmark2016")
    assert is_scored(scored.frame)
    again = restore_scored(scored.frame, None)
    assert again.standard.id == "benchmark2016" and again.wave.year == 2025
    mixed = pd.concat([scored.frame, scored.frame.assign(standard="cast100")], ignore_index=True)
    with pytest.raises(LiteracyError, match="2 different values"):
        restore_scored(mixed, None)


def test_no_respondent_is_printed(erenhot: Instrument) -> None:
    scored = score(respond(erenhot, [{"age": 57}] * 3))
    assert "57" not in str(scored) and "adults" in str(scored)
    assert "unweighted" in scored._repr_html_()


def test_count_rule_scales_a_shortened_form() -> None:
    gss = load_instrument("gss-science")
    items = gss.standard().items
    right = {i.name: i.key[0] for i in gss.items if i.name in items}
    frame = pd.DataFrame([right, right | {items[0]: None, items[1]: None}]).reindex(
        columns=[i.name for i in gss.items]
    )
    missing = pd.DataFrame(0, index=[0, 1], columns=[i.name for i in gss.items], dtype="int8")
    missing.loc[1, list(items[:2])] = KINDS.index("not_asked")
    scored = score(Responses(frame, missing, gss, gss.wave())).frame
    assert scored["total"].tolist() == [8.0, 8.0]


def test_a_standard_with_an_input_missing_is_refused(erenhot: Instrument) -> None:
    rule = erenhot.standard("cast100")
    incomplete = replace(erenhot, rules=type(erenhot.rules)({"cast100": replace(rule, literate=None)}))
    with pytest.raises(LiteracyError, match="literate"):
        score(respond(incomplete, [{}]), "cast100")
