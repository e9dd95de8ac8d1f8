"""Export of an instrument for fieldwork and archives: forms, codebooks and exchange formats; authoring of surveys."""

from literacy.questionnaire.authoring.margins_form import write_margins_form
from literacy.questionnaire.authoring.survey_files import convert_survey, new_survey
from literacy.questionnaire.codebook import format_codebook
from literacy.questionnaire.ddi import encode_ddi
from literacy.questionnaire.export_formats import NAMES, encode_questionnaire, export_questionnaire
from literacy.questionnaire.form_outline import Outline, make_outline
from literacy.questionnaire.paper import encode_word
from literacy.questionnaire.wenjuanxing_text import format_wjx
from literacy.questionnaire.xlsform import encode_xlsform

__all__ = [
    "NAMES",
    "Outline",
    "convert_survey",
    "encode_ddi",
    "encode_questionnaire",
    "encode_word",
    "encode_xlsform",
    "export_questionnaire",
    "format_codebook",
    "format_wjx",
    "make_outline",
    "new_survey",
    "write_margins_form",
]
