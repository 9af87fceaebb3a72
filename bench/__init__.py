"""Measured comparisons; every figure is a ratio of programs run in turn on one machine."""
