"""What people fill in (tasks) and what they get on paper (documents)."""
