"""The classical half: reliability, items, fairness, equating, accuracy of the cut, forms, standards."""
