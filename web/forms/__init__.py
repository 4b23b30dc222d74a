"""Forms of human tasks on pages: drawn by templates, read back from what a browser posts."""
