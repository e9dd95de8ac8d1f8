"""The quality checks by name, and their limits."""

from __future__ import annotations

from dataclasses import dataclass

from literacy.instrument import Label


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits at which the quality checks flag. The resulting rates are reported in docs/quality.md.

    Attributes
    ----------
    speed : float
        Interviews shorter than this fraction of the median duration are flagged as speeding.
    block : int
        Straight-lining is checked in blocks of at least this many items with the same options,
    pattern : float
        and only if fewer than this share of respondents answer the whole block in the same way.
    same : float
        Respondents with at least this share of identical answers are flagged as duplicates.
    same_device : float
        The share that suffices if both come from one device or address.
    common : int
        Minimum number of answers in common for a comparison of duplicates.
    device : int
        Number of questionnaires from one device or address that is flagged,
    own_device : float
        in a file in which at least this share of respondents have distinct ones (not on interviewers' tablets).
    missing : float
        Share of the items asked that were refused or skipped.
    unlikely : float
        Robust z score below which answers are flagged as random.
    burst : int
        Number of submissions within a minute from one device that is flagged.
    run : int
        Number of submissions at equal intervals (to two seconds) that is flagged, from any device.
    item_missing, outlier, group_size : float, float, int
        For the tables of items, interviewers and places: missing share, robust z, and minimum group size.

    Examples
    --------
    >>> lit.Limits(speed=0.25).speed
    0.25
    """

    speed: float = 1 / 3
    block: int = 8
    pattern: float = 0.05
    same: float = 0.97
    same_device: float = 0.85
    common: int = 30
    device: int = 4
    own_device: float = 0.8
    missing: float = 0.5
    unlikely: float = -4.0
    burst: int = 3
    run: int = 6
    item_missing: float = 0.1
    outlier: float = 3.5
    group_size: int = 10


CHECKS: dict[str, Label] = {
    "speed": Label("答题过快", "Too fast"),
    "straight": Label("整段选同一选项", "Straight-lining"),
    "double": Label("与他人答卷雷同", "Same answers as another person"),
    "device": Label("同一设备或地址答卷过多", "Too many from one device or address"),
    "value": Label("数值不可能", "Impossible value"),
    "outside": Label("不属于任何调查对象范围", "Outside every universe"),
    "missing": Label("漏答、拒答过多", "Too much left out"),
    "random": Label("答案如同随机填写", "Answers as if at random"),
    "burst": Label("同一设备短时间连续提交", "Burst of submissions from one device"),
    "clockwork": Label("提交间隔过于整齐", "Submitted like clockwork"),
}
"""Name of a check -> description of what it flags."""
