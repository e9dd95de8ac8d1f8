"""Files larger than memory: read block by block, by one process or several, and what adds up."""
