"""公开查验: what anybody may ask without an account, so far whether a report is genuine."""
