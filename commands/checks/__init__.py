"""Checks of preflight and doctor: one file per concern, each with what it reads and how it judges.

Judging is pure: records in, findings out. Reading is a few requests, all of them reads.
"""
