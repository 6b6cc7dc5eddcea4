"""Step 1, fetch: the only folder that talks to the bodies."""
