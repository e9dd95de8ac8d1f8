"""The plan as text: every task with its office and indicators."""

from __future__ import annotations

from literacy._texts import in_language
from literacy.errors import option
from literacy.instrument import Condition, Indicator, Label, Measure, Part, Plan
from literacy.plan.evidence import format_goal

LANGUAGES = ("zh", "en")
WORDS = {
    "office": Label("责任单位", "Office"),
    "unknown": Label("未填写（由市里提供）", "not stated (an input of the city)"),
    "group": Label("重点人群", "target group"),
    "survey": Label("调查", "survey"),
    "return": Label("填报", "return"),
    "higher": Label("越高越好", "higher is better"),
    "lower": Label("越低越好", "lower is better"),
    "goal": Label("目标", "goal"),
    "deadline": Label("期限", "Deadline"),
    "sources": Label("文件依据", "Documents"),
    "people": Label("人员", "people"),
    "venues": Label("场所", "venues"),
    "funds": Label("经费", "funds"),
    "media": Label("媒体", "media"),
    "activities": Label("活动", "activities"),
    "share": Label("占比", "share of"),
    "mean": Label("均值", "mean of"),
    "any": Label("任一项", "any of"),
    "all": Label("各项都", "all of"),
    "average": Label("各项平均", "average over"),
    "of": Label("对象", "among"),
    "where": Label("限于", "where"),
    "failing": Label("计为否的情形", "counts as no:"),
    "counts": Label(
        "{actions} 项行动 {action_tasks} 项任务，{projects} 项工程 {project_tasks} 项任务，组织实施 {others} 项；"
        "指标 {indicators} 项，其中调查 {surveyed} 项、填报 {returned} 项",
        "{actions} actions with {action_tasks} tasks, {projects} projects with {project_tasks} tasks, {others} points "
        "of organisation; {indicators} indicators: {surveyed} from the survey, {returned} from the return",
    ),
}


def list_plan(plan: Plan, lang: str = "en") -> str:
    """Return the plan as text: parts, tasks, offices, indicators (lead first) and their sources.

    Parameters
    ----------
    plan : Plan
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str

    Examples
    --------
    >>> print(lit.list_plan(lit.load_plan("erenhot"), "en").splitlines()[0])
    Erenhot plan for citizens' scientific literacy (consultation draft of May 2022; title descriptive)
    """
    option("lang", lang, LANGUAGES, "plan.input")
    lines = [plan.label.get(lang), _counts(plan, lang), f"· {in_language(plan.status, lang)}"]
    lines += [f"· {WORDS['sources'].get(lang)}: {in_language(source, lang)}" for source in plan.sources]
    if plan.note is not None:
        lines.append(f"· {plan.note.get(lang)}")
    for code, owner in plan.owners():
        if isinstance(owner, Plan):
            lines += _indicators(owner.indicators, lang, "")
            continue
        if isinstance(owner, Part):
            group = f" [{WORDS['group'].get(lang)}: {owner.group}]" if owner.group else ""
            lines += ["", f"{code}  {owner.label.get(lang)}{group}", *_indicators(owner.indicators, lang, "")]
            continue
        office = owner.office or WORDS["unknown"].get(lang)
        lines.append(f"  {code}  {owner.label.get(lang)}  [{owner.id}]")
        if owner.note is not None:
            lines.append(f"        {owner.note.get(lang)}")
        lines.append(f"        {WORDS['office'].get(lang)}: {office}")
        if owner.deadline:
            lines.append(f"        {WORDS['deadline'].get(lang)}: {owner.deadline}")
        lines += _indicators(owner.indicators, lang, "    ")
    return "\n".join(lines)


def _indicators(indicators: tuple[Indicator, ...], lang: str, indent: str) -> list[str]:
    out = []
    for i in indicators:
        if i.measure is not None:
            how = f"{WORDS['survey'].get(lang)}: {explain(i.measure, lang)}"
        else:
            how = f"{WORDS['return'].get(lang)}: {WORDS[i.returned].get(lang)}, {i.unit.get(lang)}"
        goal = "" if i.goal is None else f"; {WORDS['goal'].get(lang)} {format_goal(i.goal, i, lang)}"
        out.append(f"{indent}    · {i.label.get(lang)}  [{i.id}]")
        out.append(f"{indent}      {how}; {WORDS[i.direction].get(lang)}{goal}")
    return out


def explain(measure: Measure, lang: str) -> str:
    """Describe in words how a measure is computed."""
    zh = lang == "zh"
    text = ", ".join(measure.columns)
    if measure.condition:
        text = str(Condition(text, measure.min, measure.max, measure.values))
    if len(measure.columns) > 1:
        text = f"{WORDS[measure.join or 'average'].get(lang)} ({text})"
    parts = [f"{WORDS[measure.statistic].get(lang)} {text}"]
    parts += [f"{WORDS['of'].get(lang)} {name}" for name in (measure.group, measure.universe) if name]
    parts += [f"{WORDS['where'].get(lang)} {c}" for c in measure.where]
    parts += [f"{WORDS['failing'].get(lang)} {c}" for c in measure.failing]
    return ("；" if zh else "; ").join(parts)


def _counts(plan: Plan, lang: str) -> str:
    tasks = {kind: sum(len(p.tasks) for p in plan.parts if p.kind == kind) for kind in ("action", "project")}
    parts = {kind: sum(p.kind == kind for p in plan.parts) for kind in ("action", "project")}
    indicators = plan.all_indicators()
    surveyed = sum(i.origin == "survey" for i in indicators)
    return (
        WORDS["counts"]
        .get(lang)
        .format(
            actions=parts["action"],
            action_tasks=tasks["action"],
            projects=parts["project"],
            project_tasks=tasks["project"],
            others=sum(len(p.tasks) for p in plan.parts) - sum(tasks.values()),
            indicators=len(indicators),
            surveyed=surveyed,
            returned=len(indicators) - surveyed,
        )
    )
