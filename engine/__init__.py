"""The engine: the rules of the standards, the store, the runtime and the doors to them. No Flask."""
