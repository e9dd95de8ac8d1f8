"""Models of a series: what a trend and the higher levels imply for the years ahead."""
