"""What ISO publishes."""
