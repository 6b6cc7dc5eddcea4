"""Answers of all screens: who holds what on a day, leagues, gaps, dates to act on."""
