"""The checks by name, and the limits they use."""

from __future__ import annotations

from dataclasses import dataclass

from literacy.instrument import Label


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a check begins to flag. The rates these give are in docs/quality.md.

    Attributes
    ----------
    speed : float
        An interview shorter than this share of the median is a speeder's.
    block : int
        Straight-lining is looked for in blocks of at least so many items with the same options.
    pattern : float
        ... and only where fewer than this share of people answer the whole block in that one way.
    same : float
        Two respondents with at least this share of equal answers are duplicates.
    same_device : float
        ... the share that is enough where both came from one device or address.
    common : int
        Doubles need at least so many answers in common.
    device : int
        So many questionnaires from one device or address are too many, ...
    own_device : float
        ... in a file where at least this share of the respondents have distinct ones (not on interviewers' tablets).
    missing : float
        Share of the items asked that were refused or skipped.
    unlikely : float
        Robust z below which answers are as random as a machine's.
    burst : int
        So many submissions within a minute from one device.
    run : int
        So many submissions at equal intervals, to two seconds, from whatever device.
    item_missing, outlier, group_size : float, float, int
        For the tables of items and of interviewers and places: missing share, robust z, and the least size.

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
"""Name of a check -> what it finds."""
