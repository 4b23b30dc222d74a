"""What happens to a report after its issue."""
