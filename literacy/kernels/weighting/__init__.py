"""Weighting: calibration, raking, nonresponse, trimming."""
