"""Readers of HTML, JSON, CSV, XML, forms, lists and names, for all bodies."""
