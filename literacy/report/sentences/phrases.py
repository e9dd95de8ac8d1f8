# ruff: noqa: E501 - twins read better whole
"""Sentence templates in Chinese and English, with the same placeholders.

A placeholder names a fact (``{share}``, ``{share.interval}``: see :func:`literacy.report.facts.formatting.show`) or
a word.
"""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    # overall share
    "total.ok": (
        "{year}年，{place}{universe}中具备科学素质的比例为{share}（{share.level}%置信区间：{share.interval}；样本量{share.n}）。",
        "In {year}, the share of scientifically literate citizens was {share} ({share.level}% confidence interval "
        "{share.interval}; n = {share.n}). It speaks for: {universe}{comma}{place}.",
    ),
    "total.unreliable": (
        "{year}年，{place}{universe}中具备科学素质的比例估计为{share}，但精度不足，不宜引用（样本量{share.n}）。",
        "In {year}, the share of scientifically literate citizens is estimated at {share}, which is not reliable enough to "
        "quote (n = {share.n}). It speaks for: {universe}{comma}{place}.",
    ),
    "total.none": (
        "{year}年样本量不足，具备科学素质的比例不予公布。",
        "The sample of {year} is too small for the share of scientifically literate citizens to be released.",
    ),
    "people": (
        "按加权总体推算，具备科学素质的约{people}（{people.level}%置信区间：{people.interval}）。",
        "In terms of people, that is about {people} ({people.level}% confidence interval {people.interval}).",
    ),
    "people.unreliable": (
        "推算人数精度不足，不予引用。",
        "The number of people is not reliable enough to quote.",
    ),
    # change of the overall share
    "change.rise": (
        "与{base}年的{before}相比，上升{change.size}（{change.level}%置信区间：{change.interval}），变化在统计上显著{note}。",
        "Compared with {before} in {base}, it rose by {change.size} ({change.level}% confidence interval {change.interval}), a "
        "statistically significant change{note}.",
    ),
    "change.fall": (
        "与{base}年的{before}相比，下降{change.size}（{change.level}%置信区间：{change.interval}），变化在统计上显著{note}。",
        "Compared with {before} in {base}, it fell by {change.size} ({change.level}% confidence interval {change.interval}), a "
        "statistically significant change{note}.",
    ),
    "change.no_change": (
        "与{base}年的{before}相比，未见统计上显著的变化（差值{change.signed}，{change.level}%置信区间：{change.interval}）{note}。",
        "Compared with {before} in {base}, no statistically significant change was found (difference {change.signed}, "
        "{change.level}% confidence interval {change.interval}){note}.",
    ),
    "change.equivalent": (
        "与{base}年的{before}持平：经等效性检验，差值（{change.signed}）在±{margin}个百分点以内{note}。",
        "Compared with {before} in {base}, it was level: by an equivalence test the difference ({change.signed}) lies within "
        "±{margin} percentage points{note}.",
    ),
    "change.untested": (
        "与{base}年相比的变化无法检验。",
        "Whether it changed since {base} cannot be tested.",
    ),
    "note.rounded": (
        "（因四舍五入，各数相减与差值略有出入）",
        "(because of rounding, the numbers shown do not subtract to the difference shown)",
    ),
    "note.sum": (
        "（因四舍五入，各项之和不等于100%）",
        "(because of rounding, the parts do not add up to 100%)",
    ),
    "growth": (
        "以{base}年的{before}为基数，增长{growth}。",
        "Relative to the base of {before} in {base}, that is a growth of {growth}.",
    ),
    # quality of the test
    "test.alpha": (
        "{year}年测验的信度（α系数）为{alpha}（{alpha.level}%置信区间：{alpha.interval}）。",
        "The reliability of the test of {year} (coefficient alpha) was {alpha} ({alpha.level}% confidence interval {alpha.interval}).",
    ),
    "test.cut": (
        "在划线分数处，单个受访者得分的测量标准误为{error}分；按该划线作出的判定，与真实水平相符的占{accuracy}，换一份同样的试卷判定不变的占{consistency}。",
        "At the cut, the standard error of measurement of one respondent's score was {error} points; {accuracy} of the decisions "
        "made there agree with the true status, and {consistency} would be the same on a second test of this kind.",
    ),
    "test.rate": (
        "划线处的观测比例为{observed}；校正测量误差后为{corrected}（{corrected.level}%置信区间：{corrected.interval}）。公布的比例为未校正的比例。",
        "The share observed at the cut was {observed}; corrected for the error of the test it was {corrected} ({corrected.level}% confidence "
        "interval {corrected.interval}). Published shares are not corrected.",
    ),
    "test.dif": (
        "按{column}检验了{items}道题（同等得分下的功能差异），其中差异较大（C类）的{n}道。",
        "Of {items} items tested for differential functioning by {column} (at equal scores), {n} differed much (class C).",
    ),
    "test.dif.some": (
        "按{column}检验了{items}道题（同等得分下的功能差异），其中差异较大（C类）的{n}道：{list}。",
        "Of {items} items tested for differential functioning by {column} (at equal scores), {n} differed much (class C): {list}.",
    ),
    "test.drift": (
        "与{base}年相同的{items}道题中，难度发生漂移的{n}道。",
        "Of {items} items in common with {base}, {n} drifted in difficulty.",
    ),
    "test.drift.some": (
        "与{base}年相同的{items}道题中，难度发生漂移的{n}道：{list}。",
        "Of {items} items in common with {base}, {n} drifted in difficulty: {list}.",
    ),
    # groups
    "group.rise": (
        "{group}：{share}（{share.level}%置信区间：{share.interval}），比{base}年的{before}上升{change.size}{note}。",
        "{group}: {share} ({share.level}% confidence interval {share.interval}), up {change.size} from {before} in {base}{note}.",
    ),
    "group.fall": (
        "{group}：{share}（{share.level}%置信区间：{share.interval}），比{base}年的{before}下降{change.size}{note}。",
        "{group}: {share} ({share.level}% confidence interval {share.interval}), down {change.size} from {before} in "
        "{base}{note}.",
    ),
    "group.no_change": (
        "{group}：{share}（{share.level}%置信区间：{share.interval}），与{base}年相比未见统计上显著的变化。",
        "{group}: {share} ({share.level}% confidence interval {share.interval}); no statistically significant change since "
        "{base} was found.",
    ),
    "group.untested": (
        "{group}：{share}（{share.level}%置信区间：{share.interval}），与{base}年相比的变化无法检验。",
        "{group}: {share} ({share.level}% confidence interval {share.interval}); whether it changed since {base} cannot be "
        "tested.",
    ),
    "group.only": (
        "{group}：{share}（{share.level}%置信区间：{share.interval}）。",
        "{group}: {share} ({share.level}% confidence interval {share.interval}).",
    ),
    "group.unreliable": (
        "{group}：样本有限，估计值精度不足，不予引用。",
        "{group}: the estimate is not reliable enough to quote.",
    ),
    # goal
    "goal.passed": (
        "{year}年目标为{goal_words}；{year}年调查值为{share}（{share.level}%置信区间：{share.interval}），判定为达标。",
        "The goal for {year} is {goal_words}; the survey of {year} found {share} ({share.level}% confidence interval "
        "{share.interval}): the goal is reached.",
    ),
    "goal.not passed": (
        "{year}年目标为{goal_words}；{year}年调查值为{share}（{share.level}%置信区间：{share.interval}），判定为未达标。",
        "The goal for {year} is {goal_words}; the survey of {year} found {share} ({share.level}% confidence interval "
        "{share.interval}): the goal is not reached.",
    ),
    "goal.cannot be told": (
        "{year}年目标为{goal_words}；{year}年调查值为{share}（{share.level}%置信区间：{share.interval}），无法判定是否达标。",
        "The goal for {year} is {goal_words}; the survey of {year} found {share} ({share.level}% confidence interval "
        "{share.interval}): whether the goal is reached is undecided.",
    ),
    "goal.unreliable": (
        "{year}年目标为{goal_words}；调查的估计值精度不足，不作判定。",
        "The goal for {year} is {goal_words}; the estimate of the survey is not reliable enough for a judgement.",
    ),
    "goal.ahead": (
        "{year}年目标为{goal_words}；按现有走势推算，真实比例达到目标的概率为{chance}。",
        "The goal for {year} is {goal_words}; carrying the trend on, the true share passes it with probability {chance}.",
    ),
    "goal.borrowed": (
        "{year}年目标为{goal_words}；借用{source}的提高速度推算，真实比例达到目标的概率为{chance}。",
        "The goal for {year} is {goal_words}; at a pace borrowed from the figures of {source}, the true share passes it "
        "with probability {chance}.",
    ),
    "goal.pace": (
        "要实现这一目标，每年需要提高{needed}。",
        "To reach it takes {needed} a year.",
    ),
    "goal.words.over": ("超过{goal}", "more than {goal}"),
    "goal.words.at_least": ("不低于{goal}", "at least {goal}"),
    "goal.none": ("未提供可判定的目标。", "No goal was given that could be judged."),
    # results
    "mean": (
        "平均得分为{mean}分（{mean.level}%置信区间：{mean.interval}）。",
        "The mean score is {mean} ({mean.level}% confidence interval {mean.interval}).",
    ),
    "tiers": ("按得分层级分：{list}{note}。", "By tier of the score: {list}{note}."),
    "dimensions": ("各维度得分率：{list}。", "Share of the points of each dimension: {list}."),
    "items": (
        "{items}道计分题答对率的估计值在{low}到{high}之间。",
        "Estimated shares of right answers to the {items} scored items range from {low} to {high}.",
    ),
    "entry": ("{name}{value}", "{name} {value}"),
    "by.two.higher": (
        "按{column}分，{first}（{share}）比{second}（{rest}）高{difference.size}（{difference.level}%置信区间："
        "{difference.interval}）{note}。",
        "By {column}: {first} ({share}) are above {second} ({rest}) by {difference.size} ({difference.level}% confidence "
        "interval {difference.interval}){note}.",
    ),
    "by.two.no_difference": (
        "按{column}分，{first}（{share}）与{second}（{rest}）之间未见统计上显著的差异。",
        "By {column}: no statistically significant difference between {first} ({share}) and {second} ({rest}) was found.",
    ),
    "by.highest": (
        "按{column}分，{first}的比例最高（{share}），与{above}的差异均在统计上显著。",
        "By {column}: {first} have the highest share ({share}); the differences from {above} are all statistically significant.",
    ),
    "by.some": (
        "按{column}分，{first}（{share}）高于{above}；与{level}之间未见统计上显著的差异。",
        "By {column}: {first} ({share}) are above {above}; no statistically significant difference from {level} was found.",
    ),
    "by.above": (
        "按{column}分，{first}（{share}）高于{above}。",
        "By {column}: {first} ({share}) are above {above}.",
    ),
    "by.none": (
        "按{column}分，{first}（{share}）与{level}之间未见统计上显著的差异。",
        "By {column}: no statistically significant difference between {first} ({share}) and {level} was found.",
    ),
    # gaps and decomposition of the change
    "gap.narrowed": (
        "{column}差距缩小：{first}与{second}的差距由{base}年的{then}缩小到{now}（变化{change.signed}，{change.level}%置信区间："
        "{change.interval}）{note}。",
        "The gap by {column} narrowed: {first} against {second}, from {then} in {base} to {now} (change {change.signed}, "
        "{change.level}% confidence interval {change.interval}){note}.",
    ),
    "gap.widened": (
        "{column}差距扩大：{first}与{second}的差距由{base}年的{then}扩大到{now}（变化{change.signed}，{change.level}%置信区间："
        "{change.interval}）{note}。",
        "The gap by {column} widened: {first} against {second}, from {then} in {base} to {now} (change {change.signed}, "
        "{change.level}% confidence interval {change.interval}){note}.",
    ),
    "gap.reversed": (
        "{first}与{second}之差由{base}年的{then.signed}变为{now.signed}（变化{change.signed}，{change.level}%置信区间："
        "{change.interval}），变化在统计上显著{note}。",
        "The difference between {first} and {second} went from {then.signed} in {base} to {now.signed} (change {change.signed}, "
        "{change.level}% confidence interval {change.interval}), a statistically significant change{note}.",
    ),
    "gap.no_change": (
        "按{column}分的差距自{base}年以来未见统计上显著的变化（变化{change.signed}，{change.level}%置信区间：{change.interval}）。",
        "No statistically significant change since {base} in the gap by {column} was found (change {change.signed}, "
        "{change.level}% confidence interval {change.interval}).",
    ),
    "gap.no_change.adjusted": (
        "按{column}分的差距自{base}年以来未见统计上显著的变化（变化{change.signed}，{change.level}%置信区间：{change.interval}；"
        "区间未作多重比较校正，虽不含0，校正后差距的变化并不显著）。",
        "No statistically significant change since {base} in the gap by {column} was found (change {change.signed}, "
        "{change.level}% confidence interval {change.interval}; the interval excludes 0 but is not adjusted for the number of "
        "comparisons, and with that adjustment the change is not significant).",
    ),
    "split": (
        "自{base}年以来的变化按{column}分解：人口构成的变化对应{composition.signed}（{composition.level}%置信区间："
        "{composition.interval}），各类人群自身比例的变化对应{rate.signed}（{rate.level}%置信区间：{rate.interval}）{note}。",
        "The change since {base}, split by {column}: {composition.signed} go with the composition of the population "
        "({composition.level}% confidence interval {composition.interval}), {rate.signed} with the rates within the levels "
        "({rate.level}% confidence interval {rate.interval}){note}.",
    ),
    "note.split": (
        "（因四舍五入，两部分之和与总变化略有出入）",
        "(because of rounding, the two do not add up to the change shown)",
    ),
    # higher levels, projection, plan
    "published": (
        "{area}{year}年公布的比例为{share}。",
        "The published share of {area} in {year} is {share}.",
    ),
    "published.caution": (
        "各级公布数与本调查的题目、抽样和评分可能不同，仅列出，不作高低比较。",
        "Published figures may rest on other items, samples and scoring; they are listed, not compared.",
    ),
    "projected": (
        "按模型推算，{year}年的比例为{projected}（95%预测区间：{projected.interval}）。",
        "The model projects {projected} for {year} (95% interval {projected.interval}).",
    ),
    "pace.borrowed": (
        "只有一次调查，看不出本地自身的提高速度：推算借用{source}公布数的提高速度（只取速度，不取水平），本地的实际速度可能与之不同。",
        "One survey shows no pace of its own: the projection borrows the pace of the published figures of {source} (the pace "
        "only, not the level); that of the place may differ.",
    ),
    "pace.shrunk": (
        "推算的提高速度由本地历次调查和{source}公布数共同决定，本地调查越少，越靠近后者。",
        "The pace of the projection rests on the surveys of the place and on the published figures of {source}: the fewer the "
        "surveys, the closer it is to the latter.",
    ),
    "pace.own": (
        "推算的提高速度只依据本地历次调查，没有参照上级的公布数。",
        "The pace of the projection rests on the surveys of the place alone; no published figures of a higher level enter it.",
    ),
    "plan": (
        "方案的{tasks}项任务中，进展正常{on_course}项，滞后{behind}项，尚难判断{cannot_tell}项，无数据{no_data}项。",
        "Of the {tasks} tasks of the plan, {on_course} are on course, {behind} behind, {cannot_tell} undecided, and "
        "{no_data} have no data.",
    ),
    # channels, adjusted comparison
    "answers": (
        "“{item}”：按估计值排列，依次为{list}（相邻名次之差未作检验）。",
        "“{item}”: by estimate, {list} (differences between neighbours were not tested).",
    ),
    "adjusted.higher": (
        "在其他特征相同的条件下，{level}的比例比{other}高{effect.size}（{effect.level}%置信区间：{effect.interval}）。",
        "With the other characteristics held equal, the share of {level} is {effect.size} above that of {other} "
        "({effect.level}% confidence interval {effect.interval}).",
    ),
    "adjusted.lower": (
        "在其他特征相同的条件下，{level}的比例比{other}低{effect.size}（{effect.level}%置信区间：{effect.interval}）。",
        "With the other characteristics held equal, the share of {level} is {effect.size} below that of {other} "
        "({effect.level}% confidence interval {effect.interval}).",
    ),
    "adjusted.none": (
        "在其他特征相同的条件下，按{columns}分，其余各项差异均未见统计显著性。",
        "With the other characteristics held equal, no further difference by {columns} is statistically significant.",
    ),
    "adjusted.all": (
        "在其他特征相同的条件下，按{columns}分，各项差异均未见统计显著性。",
        "With the other characteristics held equal, no difference by {columns} is statistically significant.",
    ),
    # quality
    "sample": (
        "{year}年：文件中共有问卷{rows}份，计入指标{size}份，不计入{outside}份。",
        "{year}: the file holds {rows} interviews; {size} count in the indicator and {outside} do not.",
    ),
    "design": (
        "抽样：{strata}个层，{units}个初级抽样单位，{stages}个阶段；检验所用自由度{df}。",
        "Sampling: {strata} strata, {units} sampling units of the first stage; stages: {stages}; degrees of freedom of the "
        "tests: {df}.",
    ),
    "groups.none": (
        "{year}年的有效样本中没有下列人群的受访者：{list}。",
        "Nobody in the sample of {year} belongs to: {list}.",
    ),
    "design.none": (
        "文件未说明分层和抽样单位，按简单随机抽样计算误差，误差可能被低估。",
        "The file names neither strata nor sampling units; errors are those of a simple random sample and may be too small.",
    ),
    "deff": (
        "比例的设计效应为{deff}，有效样本量为{n_eff}；权数不等的设计效应（Kish）为{kish}。",
        "The design effect of the share is {deff}, its effective sample size {n_eff}; the effect of unequal weights (Kish) is "
        "{kish}.",
    ),
    "kish": (
        "权数不等的设计效应（Kish）为{kish}。",
        "The effect of unequal weights (Kish) is {kish}.",
    ),
    "weighting": (
        "加权：{list}；权数调整倍数在{low}至{high}之间。",
        "Weighting: {list}; weights over base weights range from {low} to {high}.",
    ),
    "weighting.plain": (
        "加权：{list}；文件中没有基础权数，调整后的权数为平均权数的{low}倍至{high}倍。",
        "Weighting: {list}; the file has no base weights, and weights range from {low} to {high} times their mean.",
    ),
    "weighting.same": (
        "各次调查（{waves}）使用同一套总体数加权，没有计入其间人口构成的变化。",
        "The waves ({waves}) are weighted to the same population totals: changes of the population between them do not count.",
    ),
    "weighting.none": (
        "未按总体构成加权，使用文件中的权数。",
        "The sample was not weighted to population margins; the weights are those of the file.",
    ),
    "missing": (
        "在{items}道计分题中，平均每人的缺答比例：{list}。",
        "Of the {items} scored items, a respondent on average did not answer: {list}.",
    ),
    "response": ("应答率（AAPOR）：{list}。", "Response rates (AAPOR): {list}."),
    "response.source": (
        "应答率按 AAPOR《标准定义》的公式计算（公式为转引，未见原书）；e 为资格不明的个案中视为合格的比例；"
        "替换户{n}户，不计入任何比率。",
        "The rates follow the formulas of AAPOR's Standard Definitions (taken at second hand, the book itself was not seen); "
        "e is the part of the cases of unknown eligibility taken to be eligible; substitutes, {n} in all, are in no rate.",
    ),
    "response.none": ("应答率：未提供。", "Response rates: not provided."),
    "standard": ("评分标准：{standard}。", "Scoring standard: {standard}."),
    "comparison": ("可比性：{text}", "Comparability: {text}"),
    "synthetic": (
        "本报告所用数据为合成数据，仅供演示，不代表任何真实居民。",
        "The data of this report are synthetic, made for demonstration; they describe no real residents.",
    ),
    "proxy": ("替代说明：{text}", "Proxy: {text}"),
    "declared": ("{what}：{text}", "{what}: {text}"),
    "flags": (
        "质量检查：{n}份问卷中共标记{flags}处。",
        "Quality check: {flags} flags in {n} interviews.",
    ),
    "flags.none": ("质量检查标记：未提供。", "Flags of the quality check: not provided."),
    # methods
    "method.tests": (
        "升降和高低均以统计检验为准：总体变化逐次检验；各人群的变化及差距的变化作为一族，同一分类各类别之间两两比较作为一族，"
        "均用Holm方法校正，区间未作校正；显著性水平为5%。",
        "Rises, falls and differences follow tests: the change of the whole is tested wave by wave; changes of groups and of "
        "gaps are one family, and so is every pair of levels of a column, each adjusted by Holm (intervals are not adjusted); "
        "the level of significance is 5%.",
    ),
    "method.covariance": (
        "两数之差的误差按其协方差计算，不以置信区间是否重叠判断；先计算后舍入。",
        "The error of a difference counts the covariance of the two numbers; overlapping intervals are never used. Numbers "
        "are rounded last.",
    ),
    "method.reliable": (
        "带*的估计值精度不足（NCHS 2017标准），不在文中引用；样本量不足{minimum}的数值不予公布；由其他已公布数值相加减就能得到不足{minimum}人数值的，也不公布。",
        "Estimates marked * are not reliable enough to quote (NCHS 2017) and are not used in text; numbers from fewer than "
        "{minimum} respondents are not released, nor are those from which a number of fewer than {minimum} would follow by sums "
        "and differences.",
    ),
    "method.interval": (
        "比例的置信区间在logit尺度上计算，方差用泰勒线性化法并计入抽样设计。",
        "Intervals of shares are computed on the logit scale, with Taylor variances of the sampling design.",
    ),
    "absent": ("本部分没有数据：{reason}。", "No data for this part: {reason}."),
}
