"""The tables that figures, sentences and documents are made from."""
