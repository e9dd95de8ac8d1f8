"""Documents: a format-independent outline, and its output as Word, PDF, HTML and Excel files."""
