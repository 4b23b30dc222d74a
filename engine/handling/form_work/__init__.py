"""What happens between a person and a form: open it, keep a draft, check it, send it where it belongs."""
