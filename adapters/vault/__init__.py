"""Keys, the sealing of values with them, and the signing of the audit log."""
