"""Fakes of the ports: what the outside does is a script of the test."""
