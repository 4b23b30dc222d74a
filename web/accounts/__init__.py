"""人员账号: signing in and out, the second factor, one's own account, posts to be approved."""
