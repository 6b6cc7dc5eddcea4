"""One poll of one source: start reading at pipeline.py."""
