"""The questions that screens ask of the history: rows, no judgement."""
