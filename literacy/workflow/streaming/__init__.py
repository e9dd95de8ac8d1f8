"""Processing of files larger than memory: block by block, in one or more processes, with results that are summed."""
