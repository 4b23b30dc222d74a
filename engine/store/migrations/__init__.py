"""The history of the schema. Migrations import nothing of the application."""
