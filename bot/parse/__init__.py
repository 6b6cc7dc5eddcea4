"""Step 2, parse: crawl the pages of a source and turn them into records."""
