"""Test theory: item response functions, marginal likelihood, ability estimates, item fit, linking and DIF."""
