"""业务监管: what waits, what is stuck, and the ways to set it going again."""
