"""Sources of UNESCO, and of the UN documents beside them."""
