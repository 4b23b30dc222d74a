"""Kills every process of the platform again and again and proves from its records that nothing was lost."""
