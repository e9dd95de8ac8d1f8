"""Documents: one outline, and what makes a Word, PDF, HTML or Excel file of it."""
