"""业务办理: receive commissions, advance instances, do outside work, take messages and human results."""
