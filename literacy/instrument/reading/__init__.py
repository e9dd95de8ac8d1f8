"""A survey's files read: TOML, CSV and what their rows say."""
