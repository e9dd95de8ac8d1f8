"""Reading in a child process that may die without harm."""
