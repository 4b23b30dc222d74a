"""One module per operation a BPMN service task may name; registry.py is the visible table of them."""
