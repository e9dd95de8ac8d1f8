"""The sentences of the report: twins in Chinese and English, whose verbs follow tests."""

from literacy.report.sentences.composition import Sentence, write_sentences

__all__ = ["Sentence", "write_sentences"]
