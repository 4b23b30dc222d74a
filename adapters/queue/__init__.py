"""How workers learn that there is work. A lost call delays and never loses: the database is the truth."""
