"""What ITU publishes."""
