"""Mutation check: faults put into the kernels by hand, each of which a named test must catch: ``make mutations``.

Each fault is put into a copy of the package; the test is then run on the copy and must fail. `docs/mutations.md` is
written from the list below.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HAND = "tests/kernels/test_by_hand.py"
DESIGN, MODELS, WEIGHTING = "kernels/design", "kernels/models", "kernels/weighting"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: what it is, the module, the text that is replaced (it occurs once), by what, and the test."""

    what: str
    module: str
    right: str
    wrong: str
    test: str


FAULTS = (
    Fault(
        "n in place of n - 1 among the units of a stratum", f"{DESIGN}/variance.py",
        "size / np.maximum(size - 1, 1), 1.0)", "size / np.maximum(size, 1), 1.0)",
        "test_variance_of_a_total_divides_by_one_unit_less",
    ),
    Fault(
        "the finite population correction is lost", f"{DESIGN}/variance.py",
        "factor[stage.stratum] * stage.unsampled)", "factor[stage.stratum])",
        "test_what_was_not_sampled_scales_the_variance",
    ),
    Fault(
        "the sign of a derivative is swapped", f"{DESIGN}/linearization.py",
        "np.stack([-mean, np.ones_like(mean)], axis=1)", "np.stack([mean, np.ones_like(mean)], axis=1)",
        "test_the_mean_loses_what_the_weights_gain",
    ),
    Fault(
        "n in place of n - 1 in the population variance", f"{DESIGN}/linearization.py",
        "divide(self.n, self.n - 1)", "divide(self.n, self.n)",
        "test_the_population_variance_divides_by_one_less",
    ),
    Fault(
        "people outside the domain are left out of the design", f"{DESIGN}/elements.py",
        "(count * (n[:, None] - count) / n[:, None])", "(0.0 * count)",
        "test_single_people_outside_the_domain_count_as_zeros",
    ),
    Fault(
        "the jackknife forgets (n - 1) / n", f"{DESIGN}/replication.py",
        "left[h] * (n - 1) / n", "left[h]",
        "test_the_jackknife_scales_by_units_and_by_what_is_left",
    ),
    Fault(
        "the trace in place of its square in the Rao-Scott degrees of freedom", f"{DESIGN}/chisquare.py",
        "trace**2 / square", "trace / square + 1",
        "test_simple_random_sampling_has_design_effects_of_one",
    ),
    Fault(
        "unweighted means of post-strata", f"{DESIGN}/residuals.py",
        "size = np.bincount(cell, weights, minlength=cells)",
        "size = np.bincount(cell, minlength=cells).astype(float)",
        "test_post_strata_take_their_weighted_mean",
    ),
    Fault(
        "a one-sided quantile", f"{DESIGN}/intervals.py",
        "tail = 0.5 + level / 2", "tail = level + 0.0",
        "test_quantiles_are_two_sided",
    ),
    Fault(
        "raking divides where it should multiply", f"{WEIGHTING}/raking.py",
        "weights *= factor[codes]", "weights /= factor[codes]",
        "test_raking_multiplies_the_weights_of_a_level",
    ),
    Fault(
        "the influence on coefficients has the wrong sign", f"{MODELS}/glm.py",
        "score = y - mu", "score = mu - y",
        "test_influence_is_the_slope_of_the_coefficients",
    ),
)  # fmt: skip


def copy_project(folder: Path) -> None:
    """The package as a copy, everything else by links."""
    for path in ROOT.iterdir():
        if path.name in ("literacy", "tests"):  # tests ask where they lie, so they are no links
            shutil.copytree(
                path, folder / path.name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        elif path.name in ("surveys", "data", "pyproject.toml"):
            (folder / path.name).symlink_to(path)


def run_test(folder: Path, test: str) -> bool:
    """Whether the test passes on the package in the folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"{HAND}::{test}"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return (
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode == 0
    )


def write_page() -> str:
    """The list of faults as a page."""
    lines = [
        "# Mutation check",
        "",
        "Written by `make mutations`. Each fault is put into a copy of the package; the test named must fail, and pass",
        "without it. A fault that no test catches fails the target.",
        "",
        "| fault | module | right | wrong | caught by |",
        "|:--|:--|:--|:--|:--|",
    ]
    lines += [f"| {f.what} | `{f.module}` | `{f.right}` | `{f.wrong}` | `{f.test}` |" for f in FAULTS]
    return "\n".join([*lines, "", f"The tests are in `{HAND}`.", ""])


def main() -> int:
    """Put every fault in, one at a time; 1 if one is not caught."""
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        for fault in FAULTS:
            path = folder / "literacy" / fault.module
            text = path.read_text(encoding="utf-8")
            once = text.count(fault.right) == 1
            before = run_test(folder, fault.test)
            path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
            caught = once and before and not run_test(folder, fault.test)
            path.write_text(text, encoding="utf-8")
            missed += not caught
            state = (
                "caught"
                if caught
                else "MISSED"
                if once
                else f"the text occurs {text.count(fault.right)} times"
            )
            sys.stderr.write(f"{state:<8} {fault.what} ({fault.module}): {fault.test}\n")
    (ROOT / "docs" / "mutations.md").write_text(write_page(), encoding="utf-8", newline="\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
