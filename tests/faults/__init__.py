"""Matrices of faults on the real engine: a lane of their own, `scripts/test --faults`."""
