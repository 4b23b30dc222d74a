"""Flask, the command line and the worker: the entry points of the process."""
