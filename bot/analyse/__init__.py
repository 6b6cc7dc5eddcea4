"""Figures that all screens share: roles held on a day, league tables, engagement gaps, dates to act on."""
