"""What goes to the field: contact sheets, visit logs, Kish tables, instructions, forms."""
