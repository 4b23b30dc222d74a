"""Rules of the standards as plain values and functions.

No clock, no I/O, no framework: the caller passes the date.
"""
