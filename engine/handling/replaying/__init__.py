"""Compute the evaluation of a report again (核对结果重算) and say what is not as it was."""

from engine.handling.replaying.basis import Basis, NotReplayable, Part, Replay, Strange, replay
from engine.handling.replaying.packaged import basis_in_package, replay_package
from engine.handling.replaying.stored import basis_in_store

__all__ = [
    "Basis",
    "NotReplayable",
    "Part",
    "Replay",
    "Strange",
    "basis_in_package",
    "basis_in_store",
    "replay",
    "replay_package",
]
