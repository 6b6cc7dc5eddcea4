"""One file a command; each declares `command`."""
