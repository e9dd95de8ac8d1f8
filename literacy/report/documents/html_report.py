"""Write documents as one self-contained HTML file: one or both languages, charts as SVG, sortable tables."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Mapping

from literacy.report.documents.document import Block, ChartBlock, Document, Ref, TableBlock, Text
from literacy.report.documents.document_terms import word
from literacy.report.documents.vector import draw_vector

_STYLE = """
:root{--ink:#1a1a1a;--muted:#595959;--rule:#bfbfbf;--paper:#fff}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:var(--paper);line-height:1.7;
font-family:'Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',system-ui,sans-serif}
main{max-width:52rem;margin:0 auto;padding:1rem 1.25rem 4rem;overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem}
.switch{position:sticky;top:0;z-index:2;text-align:right;padding:.5rem 1.25rem;background:rgba(255,255,255,.95)}
.switch button{font:inherit;padding:.2rem .8rem;border:1px solid var(--ink);background:#fff;border-radius:.3rem;cursor:pointer}
header{text-align:center;padding:3rem 0 1rem}h1{font-size:1.8rem;line-height:1.35}h2{font-size:1.3rem;margin-top:2.5rem;
border-bottom:2px solid var(--ink);padding-bottom:.2rem}.mark{font-weight:700}.note{color:var(--muted);font-size:.85rem;margin:.2rem 0}
nav ol{list-style:none;padding:0;columns:2}nav a,p a{color:#0b2f66}
figure{margin:1.5rem 0}figure svg{width:100%;height:auto;min-width:34rem;display:block}figcaption,caption{font-weight:600;text-align:center;padding:.4rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:32rem;overflow-wrap:break-word;font-size:.9rem;border-top:2px solid var(--ink);
border-bottom:2px solid var(--ink)}thead th{border-bottom:1px solid var(--ink);vertical-align:bottom}
th,td{padding:.25rem .5rem;text-align:left;font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.i{padding-left:1.6rem}thead button{font:inherit;font-weight:600;border:0;background:none;padding:0;color:inherit;cursor:pointer;
text-align:inherit}thead button::after{content:"\\2195";color:var(--muted);margin-left:.2rem;font-size:.8em}
[hidden]{display:none}
@media(max-width:40rem){nav ol{columns:1}h1{font-size:1.4rem}main{padding:0 .8rem 3rem}
figure svg{min-width:26rem}caption{text-align:left}}
@media print{.switch,.skip,nav{display:none}main{max-width:none}table,figure svg{min-width:0}.scroll{overflow:visible}h2{break-after:avoid}figure,tr{break-inside:avoid}
thead{display:table-header-group}thead button::after{content:""}@page{margin:2cm}}
"""
_SCRIPT = """
(function(){
var parts=document.querySelectorAll('[data-lang]');
function show(lang){parts.forEach(function(p){p.hidden=p.dataset.lang!==lang});
document.documentElement.lang=lang==='zh'?'zh-CN':'en';
var seen=document.querySelector('[data-lang="'+lang+'"] h1');if(seen){document.title=seen.textContent}}
document.querySelectorAll('[data-show]').forEach(function(b){b.addEventListener('click',function(){show(b.dataset.show)})});
document.querySelectorAll('thead button').forEach(function(b){b.addEventListener('click',function(){
var th=b.closest('th'),table=th.closest('table'),body=table.tBodies[0],k=th.cellIndex;
var down=th.getAttribute('aria-sort')!=='ascending';
table.querySelectorAll('th[aria-sort]').forEach(function(o){o.removeAttribute('aria-sort')});
th.setAttribute('aria-sort',down?'ascending':'descending');
var rows=Array.prototype.slice.call(body.rows);
rows.sort(function(a,c){var x=a.cells[k],y=c.cells[k],p=parseFloat(x.dataset.v),q=parseFloat(y.dataset.v);
var r;if(!isNaN(p)&&!isNaN(q)){r=p-q}else if(!isNaN(p)){return -1}else if(!isNaN(q)){return 1}
else{r=x.textContent.localeCompare(y.textContent)}return down?r:-r});
rows.forEach(function(r){body.appendChild(r)})})});
})();
"""


def write_page(outlines: Mapping[str, Document], first: str) -> bytes:
    """Return documents in one or two languages as one HTML page, which opens in the language *first*."""
    lead = outlines[first]
    order = [first, *(lang for lang in outlines if lang != first)]
    body = "".join(_document(outlines[lang], lang != first, len(order) > 1) for lang in order)
    tag = "zh-CN" if first == "zh" else "en"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{html.escape(lead.cover.title)}</title><style>{_STYLE}</style></head><body>{body}"
        f"<script>{_SCRIPT}</script></body></html>\n"
    ).encode()


def _document(outline: Document, hidden: bool, several: bool) -> str:
    lang, cover = outline.lang, outline.cover
    other = "en" if lang == "zh" else "zh"
    tag = "zh-CN" if lang == "zh" else "en"
    switch = (
        f'<div class="switch"><button type="button" data-show="{other}" lang="{"en" if other == "en" else "zh-CN"}" '
        f'aria-label="{word("html.switch", lang)}: {word("html.other", lang)}">{word("html.other", lang)}</button></div>'
    )
    picture = ""
    if cover.logo:
        kind = "png" if cover.logo.startswith(b"\x89PNG") else "jpeg"
        alt = html.escape(cover.office or cover.title, quote=True)
        picture = f'<img alt="{alt}" height="90" src="data:image/{kind};base64,{b64encode(cover.logo).decode("ascii")}">'
    lines = "".join(f"<p>{html.escape(t)}</p>" for t in (cover.office, cover.date) if t)
    mark = f'<p class="mark">{html.escape(cover.mark)}</p>' if cover.mark else ""
    links = "".join(f'<li><a href="#{lang}-{p.name}">{html.escape(p.title)}</a></li>' for p in outline.parts)
    parts = "".join(
        f'<section aria-labelledby="{lang}-{p.name}"><h2 id="{lang}-{p.name}">{html.escape(p.title)}</h2>'
        + "".join(_block(b, outline) for b in p.blocks)
        + "</section>"
        for p in outline.parts
    )
    return (
        f'<div data-lang="{lang}" lang="{tag}"{" hidden" if hidden else ""}>'
        f'<a class="skip" href="#{lang}-main">{word("html.skip", lang)}</a>{switch if several else ""}'
        f'<main id="{lang}-main"><header>{picture}<h1>{html.escape(cover.title)}</h1><p>{html.escape(cover.subtitle)}</p>'
        f'{mark}{lines}</header><nav aria-label="{word("contents", lang)}"><ol>{links}</ol></nav>{parts}</main></div>'
    )


def _block(block: Block, outline: Document) -> str:
    lang = outline.lang
    if isinstance(block, Text):
        runs = "".join(
            f'<a href="#{lang}-b-{r.target}">{html.escape(outline.numbers[r.target])}</a>'
            if isinstance(r, Ref)
            else html.escape(r)
            for r in block.runs
        )
        return f'<p class="note">{runs}</p>' if block.kind == "note" else f"<p>{runs}</p>"
    name = html.escape(f"{outline.numbers[block.id]} {block.caption}", quote=True)
    if isinstance(block, ChartBlock):
        label = html.escape(f"{outline.numbers[block.id]} {block.caption}", quote=True)
        drawn = (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{draw_vector(block)}</div>'
        )
        return f'<figure id="{lang}-b-{block.id}">{drawn}<figcaption>{name}</figcaption></figure>'
    notes = "".join(f'<p class="note">{html.escape(n)}</p>' for n in block.notes)
    return f'<div id="{lang}-b-{block.id}">{_table(block, name, lang)}{notes}</div>'


def _table(block: TableBlock, name: str, lang: str) -> str:
    sorts = not any(c.indent for row in block.rows for c in row)
    head = ""
    for column in block.columns:
        mark = ' class="n"' if column.numeric else ""
        text = html.escape(column.head)
        inner = (
            f'<button type="button" title="{word("html.sort", lang)}">{text}</button>'
            if sorts and text
            else text
        )
        head += f'<th scope="col"{mark}>{inner}</th>' if text else f"<td{mark}></td>"
    body = []
    for row in block.rows:
        cells = []
        for j, (cell, column) in enumerate(zip(row, block.columns, strict=True)):
            kinds = ["n"] * column.numeric + ["i"] * bool(cell.indent)
            mark = f' class="{" ".join(kinds)}"' if kinds else ""
            value = f' data-v="{cell.number:.6g}"' if cell.number is not None and sorts else ""
            tag, scope = ("th", ' scope="row"') if j == 0 and cell.text else ("td", "")
            cells.append(f"<{tag}{scope}{mark}{value}>{html.escape(cell.text)}</{tag}>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>'
        f"<caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
