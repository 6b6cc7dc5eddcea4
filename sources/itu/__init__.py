"""Sources of ITU."""
