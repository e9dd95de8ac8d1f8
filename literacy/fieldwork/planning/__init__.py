"""How many to ask, and how many in each stratum."""
