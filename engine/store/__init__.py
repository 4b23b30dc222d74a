"""Tables with their queries, one subject per module. Takes a Session, may flush, never commits. No Flask."""
