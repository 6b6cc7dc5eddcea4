"""Step 8, deliver: outbox → channels, one file a channel."""
