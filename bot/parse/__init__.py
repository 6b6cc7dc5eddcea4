"""Step 2, parse: crawl a source's pages and turn them into records."""
