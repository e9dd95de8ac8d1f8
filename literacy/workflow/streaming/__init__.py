"""Processing of files larger than memory: block by block, by one process or several, with results that are added."""
