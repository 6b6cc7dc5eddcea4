"""Queries for screens: rows without judgement."""
