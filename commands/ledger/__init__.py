"""The recording ledger: hour by hour what was recorded, and who or what kept the rest from it."""
