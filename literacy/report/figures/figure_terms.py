"""Fixed terms of figures and published tables in Chinese and English; labels of data come from the tables."""

from __future__ import annotations

LANGUAGES = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    # titles
    "title.share_by_group": ("公民具备科学素质的比例", "Share of scientifically literate citizens"),
    "title.share_of": ("比例：{variable}", "Share: {variable}"),
    "variable.total": ("科学素质得分", "literacy score"),
    "variable.literate": ("具备科学素质", "scientifically literate"),
    "title.mean_by_group": ("平均值", "Means"),
    "title.answers": ("回答的分布", "Distribution of the answers"),
    "title.dimensions_by_group": ("各维度得分率", "Score by dimension, as a share of its points"),
    "title.outlook": ("走势与目标", "Trend and outlook against the goals"),
    "title.items": ("各题答对率", "Share of correct answers, item by item"),
    "title.weights": ("加权前后的权数分布", "Weights before and after weighting"),
    "title.margins": (
        "加权前后与总体构成的对照",
        "Sample before and after weighting, against the population",
    ),
    "title.coefficients": ("回归系数", "Regression coefficients"),
    "title.prior": ("结论对先验强度的敏感性", "How the answer depends on the strength of the prior"),
    "title.gap": ("各群体对目标差距的贡献", "What each group contributes to the gap"),
    "title.backtest": ("预测方法的历史检验", "Forecasting methods tested on history"),
    "title.scoreboard": ("实施方案进展一览", "The plan at a glance"),
    "title.calibration": ("预测概率与实际达标频率", "Forecast probability against observed frequency"),
    "title.item_map": ("被访者与题目在同一量尺上的分布", "People and items on one scale"),
    "title.item_curves": (
        "各题特征曲线与实际得分率",
        "Characteristic curves of the items, with what was observed",
    ),
    "title.information": ("测验信息量与划界分数", "Information of the test, and the cuts"),
    "title.dif": ("各题在两组间的差异（DIF）", "Items that differ between groups of equal score (DIF)"),
    "title.option_curves": (
        "各选项的选择比例：按其余题得分五等分",
        "What each option attracts, by score on the other items",
    ),
    # general
    "total": ("全体", "All"),
    "n": ("样本量", "n"),
    "share": ("比例", "Share"),
    "year": ("年份", "Year"),
    "wave": ("{wave}年", "{wave}"),
    "interval": ("置信区间", "confidence interval"),
    "interval.level": ("{level}%置信区间", "{level}% confidence interval"),
    "interval.none": ("无区间", "no interval"),
    "no_data": ("无数据", "no data"),
    "unreliable": ("空心：精度不足，慎用", "hollow: not reliable enough to quote"),
    "synthetic": ("合成数据", "SYNTHETIC DATA"),
    "colon": ("：", ": "),
    "list": ("、", ", "),
    "semicolon": ("；", "; "),
    "middle": ("；", "; "),
    "part": ("{group}（{part}）", "{group} ({part})"),
    "to": ("至", " to "),
    "range": ("{estimate}（{low}–{high}）", "{estimate} ({low}–{high})"),
    # goals and outlook
    "goal": ("目标", "goal"),
    "goal.named": ("{label}{year}年目标", "{label} goal {year}"),
    "goal.plain": ("{year}年目标", "goal {year}"),
    "goal.over": ("{label} >{value}", "{label} >{value}"),
    "goal.at_least": ("{label} ≥{value}", "{label} ≥{value}"),
    "reach.over": ("超过{value}", "exceeds {value}"),
    "reach.at_least": ("达到{value}", "reaches {value}"),
    "p_reached": (
        "{year}年真实比例{goal}的概率：{p}",
        "probability that the true share {goal} in {year}: {p}",
    ),
    "p_judged": (
        "{year}年调查判定：{outcome}（仅凭该次调查，真实比例{goal}的概率：{p}）",
        "judged by the survey of {year}: {outcome} (by that survey alone, probability that the true share {goal}: {p})",
    ),
    "p_shown": (
        "若{year}年再做一次与最近一次同等规模的调查，调查值{goal}的概率为{shown}，整个95%区间都{goal}（可判定达标）的概率为{proven}",
        "a survey in {year} as large as the last one would have a figure that {goal} with probability {shown}, "
        "and a whole 95% interval that {goal} (judged as passed) with probability {proven}",
    ),
    "outcome.passed": ("达标", "passed"),
    "outcome.not passed": ("未达标", "not passed"),
    "outcome.cannot be told": ("无法判定", "undecided"),
    "level.city": ("本市", "city"),
    "level.league": ("盟市", "league"),
    "level.region": ("地区", "region"),
    "level.province": ("省（自治区、直辖市）", "province"),
    "level.nation": ("全国", "nation"),
    "level.west": ("西部地区", "western region"),
    "fan.median": ("模型中位数", "model median"),
    "fan.median.of": ("模型中位数：{place}", "model median: {place}"),
    "fan.interval": ("模型{level}%区间", "model {level}% interval"),
    "break": ("虚线段：标准改变，前后不可直接比较", "dotted: the standard changed, not directly comparable"),
    "window": ("{year}年以前的数值未画出", "values before {year} are not drawn"),
    # weights and margins
    "stage.base": ("基础权数", "base weights"),
    "stage.final": ("最终权数", "final weights"),
    "weight.axis": ("权数（均值为1）；纵轴：占样本的比例", "Weight (mean 1); upright: share of respondents"),
    "weight.reach": ("有样本的区间：{low}–{high}", "bins in use: {low}–{high}"),
    "margin.before": ("加权前", "before weighting"),
    "margin.after": ("加权后", "after weighting"),
    "margin.target": ("总体", "population"),
    "margin.head.before": ("加权前", "before"),
    "margin.head.after": ("加权后", "after"),
    "margin.head.target": ("总体", "population"),
    # other figures
    "coefficient.axis": ("系数", "Coefficient"),
    "coefficient.odds_ratio": ("优势比（对数刻度）", "Odds ratio (log scale)"),
    "coefficient.rate_ratio": ("率比（对数刻度）", "Rate ratio (log scale)"),
    "coefficient.points": ("平均边际效应（百分点）", "Average marginal effect (percentage points)"),
    "coefficient.reference": ("参照组", "reference"),
    "prior.axis": ("先验标准差（越大，先验越弱）", "Prior standard deviation (larger is weaker)"),
    "prior.p": ("真实比例达标的概率", "Probability that the true share passes"),
    "prior.goal": ("{year}年目标：{goal}", "goal for {year}: {goal}"),
    "prior.value": ("目标年的预测值", "Forecast in the goal's year"),
    "prior.chosen": ("采用的先验", "prior in use"),
    "gap.axis": ("百分点", "Percentage points"),
    "gap.short": ("全体比目标低{points}个百分点", "all together {points} points short of it"),
    "gap.beyond": ("全体比目标高{points}个百分点", "all together {points} points beyond it"),
    "gap.positive": ("未达目标的部分（扩大差距）", "short of the goal (widens the gap)"),
    "gap.negative": ("超过目标的部分（缩小差距）", "beyond the goal (narrows the gap)"),
    "backtest.mae": ("平均绝对误差（百分点）", "Mean absolute error (points)"),
    "backtest.crps": ("CRPS（百分点）", "CRPS (points)"),
    "backtest.brier": ("Brier 分数", "Brier score"),
    "backtest.coverage": ("区间覆盖率", "Coverage of the interval"),
    "backtest.forecasts": ("{count}次滚动预测", "{count} rolling forecasts"),
    "backtest.series": ("{label}序列", "series: {label}"),
    "backtest.default": ("本工具的默认方法", "default here"),
    "backtest.nominal": ("标称水平", "nominal level"),
    "calibration.forecast": ("预测概率", "Forecast probability"),
    "calibration.observed": ("实际达标频率", "Observed frequency"),
    "calibration.ideal": ("完全校准", "perfectly calibrated"),
    "dif.axis": (
        "差异（ETS的delta，小于0表示对该组更难）",
        "Difference (delta of ETS; below 0: harder for the group)",
    ),
    "dif.flagged": ("标记的题目", "flagged"),
    "dif.others": ("其余题目", "others"),
    "dif.bounds": ("A、B、C类界限", "bounds of classes A, B, C"),
    "options.right": ("正确选项", "the key"),
    "options.wrong": ("错误选项", "distractors"),
    "options.axis": (
        "其余题得分由低到高的五等分",
        "Fifths of the score on the other items, from low to high",
    ),
    "scale.people": ("被访者", "People"),
    "scale.items": ("题目（按难度）", "Items (by difficulty)"),
    "scale.share": ("占全体的比例", "Share of all"),
    "scale.axis": ("素质水平（量尺分）", "Position on the scale"),
    "scale.model": ("模型期望", "expected by the model"),
    "scale.observed": ("实际得分率", "observed"),
    "scale.cut": ("划界分数", "cut"),
    "scale.at_cut": ("{score}分：标准误{se}", "score {score}: standard error {se}"),
    "scale.information": ("信息量", "Information"),
    "items.short": (
        "题面过长处以省略号略去，全文见数据表",
        "long items end in an ellipsis; the table has them in full",
    ),
    "status": ("状态", "Status"),
    "status.on_course": ("进展正常", "on course"),
    "status.behind": ("滞后", "behind"),
    "status.cannot_tell": ("尚难判断", "undecided"),
    "status.no_data": ("无数据", "no data"),
    "board.task": ("任务、指标和单位", "Task, indicator and unit"),
    "board.unit": ("{name}（{unit}）", "{name} ({unit})"),
    "board.count": ("{status}（{count}项）", "{status} ({count})"),
    "board.short": (
        "任务名称过长处以省略号略去，全文见数据表",
        "long names end in an ellipsis; the table has them in full",
    ),
    "board.lead": (
        "每行的数值是该任务首要指标的数值；全部指标、样本量和判断依据见一览的网页版",
        "the number of a line is that of its task's leading indicator; all indicators, sizes and reasons are on the "
        "board's web page",
    ),
    "board.value": ("当前值", "Now"),
    "board.change": ("较上次", "Last step"),
    "board.since": ("自起点（年份）", "Since (year)"),
    "board.from": ("{value}（{year}）", "{value} ({year})"),
    "board.goal": ("目标", "Goal"),
    "board.points": ("{value}个百分点", "{value} points"),
    # footers
    "foot.source": ("数据来源", "Source"),
    "foot.standard": ("评分标准", "Standard"),
    "foot.wave": ("调查年份", "Wave"),
    "foot.universe": ("对象", "Universe"),
    "foot.mode": ("调查方式", "Mode"),
    "foot.n": ("样本量", "Sample size"),
    "foot.method": ("方法", "Method"),
    "foot.proxy": ("替代指标", "Proxy"),
    "foot.note": ("注", "Note"),
    "foot.synthetic": (
        "合成数据，仅供演示，不代表任何真实居民",
        "Synthetic data for demonstration; it describes no real residents",
    ),
}


def say(key: str, lang: str, **values: object) -> str:
    """Return a fixed phrase in a language, with its placeholders filled."""
    return WORDS[key][LANGUAGES.index(lang)].format(**values)


def percent(share: float, digits: int = 1) -> str:
    """Format a share (0-1) as a percentage, with a typographic minus sign."""
    return number(100 * share, digits) + "%"


def chance(p: float) -> str:
    """Format a probability in whole percent, with values below 1% or above 99% shown as ``<1%`` or ``>99%``."""
    return "<1%" if p < 0.01 else ">99%" if p > 0.99 else percent(p, 0)


def chance_words(p: float, lang: str) -> str:
    """Format a probability as :func:`chance` does, for a sentence: the extremes in words."""
    if 0.01 <= p <= 0.99:
        return percent(p, 0)
    if lang == "zh":
        return "1%以下" if p < 0.01 else "99%以上"
    return "below 1%" if p < 0.01 else "above 99%"


def plain_percent(share: float) -> str:
    """Format a share (0-1) as a percentage with at most two decimals and no trailing zeros, as for goals."""
    text = f"{100 * share:.2f}".rstrip("0").rstrip(".")
    return f"{text}%"


def number(value: float, digits: int = 1) -> str:
    """Format a number with fixed decimals and thousands separators, without negative zeros."""
    rounded = round(value, digits) + 0.0
    return f"{rounded:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 1) -> str:
    """Format a number with an explicit sign, unless it rounds to zero."""
    text = number(value, digits)
    return text if text.startswith("−") or float(round(value, digits)) == 0 else f"+{text}"
