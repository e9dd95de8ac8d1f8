"""The quality check as a self-contained HTML page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from literacy._display import format_document, format_value
from literacy.quality.checks import CHECKS
from literacy.quality.quality_terms import WORDS, kind_label, reason, title
from literacy.quality.review import Quality

_STYLE = (
    ".bar{background:#2f5d8a;height:.7rem;display:inline-block}tr.notable td{background:#fff3d6}"
    "tr.unseen td{color:#767676}"
    ".key{display:inline-block;width:1rem;height:.8rem;background:#fff3d6;border:1px solid #ccc}"
)
_NUMBERS = frozenset({"n", "share", "row", "asked", "dont_know", "refused", "skipped", "missing", "right", "duration",
                      "first_row"})  # fmt: skip


def format_page(quality: Quality, lang: str = "zh") -> str:
    """Return a quality check as an HTML page in ``zh`` or ``en``; deterministic."""
    lang = "zh" if lang == "zh" else "en"
    head = html.escape(title(quality, lang))
    source = f'<p class="note">{html.escape(str(quality.source))}</p>' if quality.source else ""
    survey = f"<p>{html.escape(f'{quality.label.get(lang)} {quality.wave}'.strip())}"
    survey += f" · <strong>{WORDS['synthetic'].get(lang)}</strong></p>" if quality.synthetic else "</p>"
    key = {"zh": "明显偏离的行", "en": "stands out"}[lang]
    sections = "".join(
        f"<h2>{WORDS[name].get(lang)}</h2>{body}"
        for name, body in (
            ("checks", _checks(quality, lang)),
            ("rows", _flags(quality, lang)),
            ("places", _places(quality, lang)),
            ("people", _people(quality, lang)),
            ("items", _items(quality, lang)),
        )
    )
    body = (
        f"<h1>{head}</h1>{survey}<p>{html.escape(WORDS['note'].get(lang))}</p>{source}"
        f'<p class="note"><span class="key"></span> {key}</p>{sections}'
    )
    return format_document(title(quality, lang), body, lang, _STYLE)


def _table(names: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], lang: str) -> str:
    """Format a table of HTML cells; a row is (class, cells)."""
    marks = [' class="n"' if name in _NUMBERS else "" for name in names]
    body = "".join(
        f"<tr{f' class={chr(34)}{mark}{chr(34)}' if mark else ''}>"
        + "".join(f"<td{m}>{cell}</td>" for m, cell in zip(marks, cells, strict=True))
        + "</tr>"
        for mark, cells in rows
    )
    if not body:
        return f"<p>{WORDS['none'].get(lang)}</p>"
    head = "".join(f"<th{m}>{WORDS[name].get(lang)}</th>" for m, name in zip(marks, names, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _percent(value: float) -> str:
    return f"{value:.1%}" if value == value else "–"


def _bar(share: float, full: float) -> str:
    width = 14 * min(1.0, share / full)
    return f'{_percent(share)} <span class="bar" style="width:{width:.2f}rem"></span>'


def _checks(quality: Quality, lang: str) -> str:
    rows: list[tuple[str, Sequence[str]]] = []
    most = max(0.1, quality.to_frame()["share"].max(skipna=True) if quality.looked_at else 0.1)
    for check, label in CHECKS.items():
        if check not in quality.looked_at:
            rows.append(("unseen", (label.get(lang), "–", WORDS["not_looked"].get(lang))))
            continue
        count = int((quality.flags["check"] == check).sum())
        share = count / quality.n if quality.n else 0.0
        rows.append(("", (label.get(lang), f"{count:,}", _bar(share, most))))
    return _table(("check", "n", "part"), rows, lang)


def _flags(quality: Quality, lang: str) -> str:
    text = "reason_zh" if lang == "zh" else "reason"
    rows: list[tuple[str, Sequence[str]]] = []
    before = -1
    for row, ident, check, why in quality.flags[["row", "id", "check", text]].itertuples(
        index=False, name=None
    ):
        again = row == before
        before = row
        first = ("", "") if again else (str(row), html.escape(str(ident)))
        rows.append(("", (*first, f'<span class="word">{CHECKS[check].get(lang)}</span>', html.escape(why))))
    return _table(("row", "id", "check", "reason"), rows, lang)


def _places(quality: Quality, lang: str) -> str:
    shown = quality.places.sort_values("notable", ascending=False, kind="stable")
    name = "name_zh" if lang == "zh" else "name"
    rows: list[tuple[str, Sequence[str]]] = []
    for _, row in shown.iterrows():
        rows.append(
            (
                "notable" if row["notable"] else "",
                (
                    html.escape(kind_label(row["kind"], lang)),
                    html.escape(row[name]),
                    str(row["first_row"]),
                    f"{row['n']:,}",
                    _percent(row["right"]),
                    _percent(row["dont_know"]),
                    format_value(
                        round(float(row["duration"])) if row["duration"] == row["duration"] else None
                    ),
                    html.escape(reason(row["why"], lang)),
                ),
            )
        )
    return _table(("kind", "name", "first_row", "n", "right", "dont_know", "duration", "why"), rows, lang)


def _people(quality: Quality, lang: str) -> str:
    rows: list[tuple[str, Sequence[str]]] = []
    for low, high, n, share in quality.people.itertuples(index=False, name=None):
        band = "0%" if high == 0 else WORDS["above"].get(lang).format(low=low, high=high)
        rows.append(
            ("notable" if low >= quality.limits.missing and n else "", (band, f"{n:,}", _percent(share)))
        )
    return _table(("left_out", "n", "share"), rows, lang)


def _items(quality: Quality, lang: str) -> str:
    shown = quality.items.sort_values("missing", ascending=False, kind="stable")
    rows: list[tuple[str, Sequence[str]]] = []
    for _, row in shown.iterrows():
        shares = [_percent(row[c]) for c in ("dont_know", "refused", "skipped", "missing")]
        rows.append(("notable" if row["notable"] else "", (row["item"], f"{row['asked']:,}", *shares)))
    return _table(("item", "asked", "dont_know", "refused", "skipped", "missing"), rows, lang)
