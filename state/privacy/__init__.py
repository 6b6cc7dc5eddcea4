"""Erasure of names from tables and archive."""
