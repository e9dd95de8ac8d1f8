"""Numbers: arrays in, arrays or frozen results out; nothing here knows a data frame."""
