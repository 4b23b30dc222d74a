"""What happens to a report after its issue: voided, issued again, copied, printed, fetched by its unit."""
