"""Reading of delimited text: encodings, numbers, spelling."""
