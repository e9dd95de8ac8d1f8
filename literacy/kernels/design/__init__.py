"""Survey design: linearization, replication, variance, intervals and tests."""
