"""Implementations of engine.ports. Siblings do not know each other; none knows the store or the runtime."""
