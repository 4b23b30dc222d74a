"""What staff see and do, in a real browser: every page, every state, the whole work of a case."""
