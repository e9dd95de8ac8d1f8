"""Models and cross-tables of a scored sample wave: codes are categories and carry their labels."""

from __future__ import annotations

import pytest

import literacy as lit
from literacy.estimation.change.partition import decompose
from literacy.estimation.change.wave_change import compare
from literacy.estimation.models.prediction import marginal_means
from literacy.estimation.models.regression import regress
from literacy.estimation.statistics.crossing import crosstab
from literacy.sampling import Design, Sample

DESIGN = Design(weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person"))


@pytest.fixture(scope="module")
def waves() -> tuple[Sample, Sample]:
    instrument = lit.load_instrument("erenhot")
    files = [lit.read(lit.sample_data(f"erenhot_{year}.sav"), instrument) for year in (2023, 2025)]
    first, second = (Sample(lit.score(file), DESIGN) for file in files)
    return first, second


def test_codes_of_a_choice_are_categories(waves: tuple[Sample, Sample]) -> None:
    model = regress(waves[1], "literate ~ age + education", family="logistic")
    levels = model.table[model.table.variable == "education"].level.tolist()
    assert levels == ["2", "3", "4", "5"] and "age" in model.table.variable.tolist()
    (said,) = (n for n in model.notes if "Junior secondary" in n)
    assert "初中" not in said  # notes speak one language
    number = regress(waves[1], "literate ~ age + number(education)", family="logistic")
    assert len(number.coefficients) == 3
    means = marginal_means(model, "education")
    assert (means.table.ci_low > 0).all() and "education" in means.labels
    assert means.standard and means.wave == "2025" and means.universe == "adults"


def test_tiers_have_an_order(waves: tuple[Sample, Sample]) -> None:
    model = regress(waves[1], "tier ~ age", family="ordinal")
    assert model.categories == ("lower", "basic", "literate", "advanced")


def test_five_groups_overlap_and_compare(waves: tuple[Sample, Sample]) -> None:
    found = compare(*waves, "literate", by="group")
    assert found.wave == "2023 to 2025" and len(found.table) == 5
    close = compare(*waves, "literate", by="group", shared=True)
    assert close.estimate == pytest.approx(found.estimate)
    assert found.overlapping == ("group",)


def test_change_splits_by_education(waves: tuple[Sample, Sample]) -> None:
    found = decompose(*waves, "literate", by="education")
    whole = compare(*waves, "literate", where=None)
    assert found.estimate[2] == pytest.approx(
        whole.estimate[0], abs=2e-3
    )  # the few without education are left out
    assert found.estimate[0] + found.estimate[1] == pytest.approx(found.estimate[2])


def test_cross_table_of_tiers(waves: tuple[Sample, Sample]) -> None:
    found = crosstab(waves[1], "education", "tier")
    assert found.table.tier.tolist()[:4] == ["lower", "basic", "literate", "advanced"]
    assert found.table.groupby("education")["estimate"].sum().tolist() == pytest.approx([1.0] * 5)
