"""Export conventions of questionnaire platforms: 问卷星, Kobo, LimeSurvey."""
