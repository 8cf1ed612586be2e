"""What the writer did, counted: outcomes, sentences and tokens. No text, nobody's name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts since the start of the process.

    `outcomes` by `Outcome`; `sentences` by `sent` (the model's words), `vetted` (put in word for word) and `refused`;
    `tokens` by `input` and `output`.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    sentences: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
