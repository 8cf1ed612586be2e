"""The evals package's error tree; each class carries the exit status that the command line ends with.

EvalsError
├── EvalsUsage           a case file, gate file, run or option that cannot be used (2)
└── EvalsInfrastructure  something around the evals broke: library, model, disk, cache (3)
"""

from __future__ import annotations


class EvalsError(Exception):
    """Root of everything that can break in the evals package. Every message says what to do."""

    exit_status = 3


class EvalsUsage(EvalsError):
    """What was given cannot be used; nothing was written."""

    exit_status = 2


class EvalsInfrastructure(EvalsError):
    """The measurement could not be made; this says nothing about the answers. Nothing was overwritten."""

    exit_status = 3
