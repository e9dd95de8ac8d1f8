"""The tables of README.md, written between marks so that they always agree with the files."""

from __future__ import annotations

from literacy.instrument import Instrument

WORDS = {
    "all": ("全市成年人", "all adults 18-69"),
    "youth": ("青少年（18—29 岁成年人代替）", "youth: adults 18-29 stand in"),
    "elderly": ("老年人（60—69 岁）", "elderly: 60-69"),
    "pupils": ("14—17 岁学生（不计入）", "pupils 14-17 (not in the indicator)"),
}


def truth_table(records: list[dict[str, object]], instrument: Instrument) -> str:
    """True rates in percent: a row a group and standard, a column a wave."""
    waves = sorted({int(str(r["wave"])) for r in records})
    cells = {(r["wave"], r["group"], r["standard"]): float(str(r["truth"])) for r in records}
    rows = list(dict.fromkeys((str(r["standard"]), str(r["group"])) for r in records))
    rows.sort(key=lambda row: (row[0] != "cast100", row[1] == "pupils"))
    lines = [
        " | ".join(["| standard | group | 人群", *map(str, waves)]) + " |",
        "|---|---|---|" + "---:|" * len(waves),
    ]
    for standard, group in rows:
        zh, en = WORDS.get(group) or (instrument.group(group).label.zh, instrument.group(group).label.en)
        rates = [
            f"{100 * cells[w, group, standard]:.2f} %" if (w, group, standard) in cells else "–"
            for w in waves
        ]
        lines.append(f"| {standard} | {en} (`{group}`) | {zh} | " + " | ".join(rates) + " |")
    return "\n".join(lines)


def size_table(sizes: list[dict[str, int]]) -> str:
    """Interviews by wave."""
    lines = ["| file | adults 18-69 | pupils 14-17 |", "|---|---:|---:|"]
    lines += [f"| `erenhot_{s['wave']}.sav` | {s['adults']} | {s['pupils'] or '–'} |" for s in sizes]
    return "\n".join(lines)


def fill_readme(
    text: str, records: list[dict[str, object]], sizes: list[dict[str, int]], instrument: Instrument
) -> str:
    """Put the tables between their marks."""
    for mark, table in (("truth", truth_table(records, instrument)), ("sizes", size_table(sizes))):
        start, end = f"<!-- {mark}: written by generate.py -->", f"<!-- end of {mark} -->"
        before, rest = text.split(start)
        text = f"{before}{start}\n\n{table}\n\n{end}{rest.split(end)[1]}"
    return text
