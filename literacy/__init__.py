"""Turn resident questionnaires into the numbers a city is held to."""
