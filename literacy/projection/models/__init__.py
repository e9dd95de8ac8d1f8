"""Models of a series: what a trend and the higher levels say of the years ahead."""
