"""What we remember: the shared types, the database and the evidence archive."""
