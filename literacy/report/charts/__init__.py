"""Charts: each module draws one or more figures from validated tables and returns their pages."""
