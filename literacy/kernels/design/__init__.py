"""Numbers of designs: linearization, variance, intervals, tests."""
