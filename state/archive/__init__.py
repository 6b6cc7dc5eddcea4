"""The evidence archive: every response in WARC files."""
