"""The support checker of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.support.checking import LayeredSupport
from bot.support.entailment import EntailmentSupport
from bot.support.scorers import DESCRIPTION, NamedScorer, OnnxScorer, confidence_of

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.support.checking import Encoder
    from bot.support.model import SupportChecker


def open_support(settings: Settings, encoder: Encoder) -> SupportChecker:
    """The deterministic layers, with the model of `CITEWELL_SUPPORT_MODEL` on top where one is set.

    It is the name or folder of a `CrossEncoder`, or a folder that `evals.training.entailment_export` wrote. No weights
    are loaded before the first claim. Safe to use from several threads.

    Raises:
        SettingsError: the folder's description cannot be read.
    """
    layers = LayeredSupport(encoder)
    name = settings.support_model
    if name is None:
        return layers

    folder = Path(name)
    if not (folder / DESCRIPTION).is_file():
        return EntailmentSupport(layers, lambda: NamedScorer(name))
    return EntailmentSupport(layers, lambda: OnnxScorer(folder), confidence_of(folder))
