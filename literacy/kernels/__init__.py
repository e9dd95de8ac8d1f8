"""Numerical kernels: functions of numpy arrays that return arrays or frozen results and know nothing of data frames."""
