"""The demo: a town in one process, twelve households from commission to archive, over real HTTP."""
