"""Numbers of forecasts."""
