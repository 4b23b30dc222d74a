"""Speed, measured as CPU of this process and its children, each figure beside a reference of the same run.

`make bench` prints one JSON line per figure and fails when one does not hold. `make test` runs nothing here.
"""
