"""The report: a static site of the picture, that works from a folder without the tool."""
