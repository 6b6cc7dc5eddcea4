"""The report: a static site of one snapshot, which works from a folder without the tool."""
