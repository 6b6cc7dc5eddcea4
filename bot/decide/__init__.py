"""Step 6, decide: differences and watchlists → events → alerts."""
