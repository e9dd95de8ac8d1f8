"""Sentences of the report in Chinese and English, with verbs determined by statistical tests."""

from literacy.report.sentences.composition import Sentence, write_sentences

__all__ = ["Sentence", "write_sentences"]
