"""How commissioning units are called back."""
