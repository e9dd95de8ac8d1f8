"""Forecasts of a share: curves, baselines, state-space models, predictive distributions and scores."""
