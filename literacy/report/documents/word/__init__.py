"""Word documents: page layout of GB/T 9704-2012 for Chinese, a plain layout for English, or a user's template."""

from literacy.report.documents.word.word_report import write_word

__all__ = ["write_word"]
