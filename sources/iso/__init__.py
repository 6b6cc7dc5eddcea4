"""Sources of ISO."""
