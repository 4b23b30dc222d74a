"""Does our runtime agree with the library it is built on? Its own test diagrams, run by both and compared.

`python -m tests.benchmarks.agreement DIR [--each]`; the diagrams are not ours and not part of this project.
"""
