"""Tests of what a report says."""
