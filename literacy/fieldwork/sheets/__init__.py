"""Field materials: contact sheets, visit logs, Kish tables, instructions and forms."""
