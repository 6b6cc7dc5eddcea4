"""Evidence archive: every response in WARC files."""
