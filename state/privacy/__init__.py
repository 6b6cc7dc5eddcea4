"""Taking a name out of tables and archive."""
