"""Signing what leaves the house: PAdES inside the file, SM2 beside it."""
