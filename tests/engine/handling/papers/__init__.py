"""The papers of cases."""
