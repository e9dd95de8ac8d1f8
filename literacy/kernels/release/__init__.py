"""Statistical disclosure and presentation rules: which figures may be published."""
