"""Reading in a child process, whose crash does not affect the calling process."""
