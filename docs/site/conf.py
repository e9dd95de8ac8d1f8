"""Settings of the site; ``build.py`` gives the language and whether notebooks are run."""

from __future__ import annotations

import os
from pathlib import Path

from sphinx.search.zh import SearchChinese

HERE = Path(os.environ["LITERACY_SITE"])
LANG = os.environ["LITERACY_SITE_LANG"]
NOTEBOOKS = os.environ["LITERACY_SITE_NOTEBOOKS"]

project = {"zh": "literacy 公民科学素质调查工具包", "en": "literacy"}[LANG]
author = {"zh": "literacy 作者", "en": "the literacy authors"}[LANG]
copyright = author
language = {"zh": "zh_CN", "en": "en"}[LANG]
locale_dirs = [os.environ["LITERACY_SITE_LOCALE"]]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}
exclude_patterns = ["**/.ipynb_checkpoints"]
templates_path = [str(HERE / "templates")]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = NOTEBOOKS
nb_execution_cache_path = os.environ["LITERACY_SITE_CACHE"]
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"
autodoc_preserve_defaults = False
add_module_names = False
python_use_unqualified_type_names = True
mathjax_path = "no-formulas-here.js"  # nothing is fetched; the pages have no formulas set by it
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_search_language = {"zh": "zh", "en": "en"}[LANG]
# Sphinx 9.0 writes "ChineseStemmer" into the pages, which the stemmer it ships is not called
SearchChinese.language_name = "English"
SearchChinese.js_splitter_code = (HERE / "split_query.js").read_text(encoding="utf-8")
html_show_sourcelink = False
html_copy_source = False
html_context = {
    "other_language": {"zh": "en", "en": "zh"}[LANG],
    "other_language_name": {"zh": "English", "en": "中文"}[LANG],
    "default_mode": "light",
}
html_theme_options = {
    "logo": {"text": {"zh": "literacy 文档", "en": "literacy"}[LANG]},
    "navbar_end": ["languages.html", "theme-switcher.html"],
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "search_bar_text": {"zh": "搜索", "en": "Search"}[LANG],
    "navigation_with_keys": False,
}
html_sidebars = {"index": []}
