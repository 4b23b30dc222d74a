"""Tests of the report on paper: they measure the PDF."""
