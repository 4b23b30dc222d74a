"""The sandbox: simulated departments and a commissioning unit over invented households.

It serves demonstration, training and tests; the platform reaches it over HTTP, as it reaches the real ones.
"""
