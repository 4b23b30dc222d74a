"""No personal data outside of sealed columns and of the papers made for people."""
