"""The case file (案卷): everything the house knows of one case, as its pages show it."""
