"""Invented data in the shape and size of what the bodies publish."""
