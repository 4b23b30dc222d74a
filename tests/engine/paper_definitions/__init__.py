"""The papers: what a template may say, and what the shipped ones say."""
