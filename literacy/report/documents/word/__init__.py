"""Word: the page of GB/T 9704-2012 for Chinese, a plain one for English, or an office's own template."""

from literacy.report.documents.word.word_report import write_word

__all__ = ["write_word"]
