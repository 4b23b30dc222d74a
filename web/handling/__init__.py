"""业务办理: what staff see."""
