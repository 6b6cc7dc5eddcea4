"""Steps that are measured in a process of their own (`benchmarks.measure.step`)."""
