"""Words for people: names of countries and roles. Imports nothing of the steps, so that every step may use it."""
