"""A synthetic city: its people, their answers, the samples drawn from it. Nothing here is a fact about a real city."""
