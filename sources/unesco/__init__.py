"""What UNESCO publishes."""
