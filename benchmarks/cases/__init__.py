"""One file a case: its figures, and what they are to be."""
