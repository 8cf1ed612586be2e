"""The weights of `bot.support`, fitted on public pairs (docs/decisions/0006), replaced as a whole."""

from __future__ import annotations

from typing import Literal

LABELS: tuple[Literal["supported", "contradicted", "neither"], ...] = ("supported", "contradicted", "neither")
CENTRE = (0.6043, 0.5982, 0.4949, 0.5169, 0.1107, 0.1239, 0.2661, 0.1271, 0.0321, 0.0131, 0.4197, 0.3514)
SCALE = (0.2335, 0.2337, 0.3075, 0.3035, 0.3138, 0.3294, 0.4419, 0.2647, 0.1763, 0.0867, 0.2746, 0.2866)
WEIGHTS = (
    (0.4043, 0.0314, -0.1311, 0.7692, -0.0809, 0.0696, 0.3036, -0.5315, 0.0009, -0.1231, 0.0481, -0.2207, 0.0160),
    (-0.7008, 0.1751, 0.6503, -0.8230, 0.0291, -0.0630, -0.2570, 0.6036, -0.0561, 0.2405, 0.1855, 0.4931, 0.1142),
    (0.2965, -0.2065, -0.5192, 0.0538, 0.0517, -0.0067, -0.0466, -0.0721, 0.0551, -0.1173, -0.2337, -0.2724, -0.1303),
)
"""A row a label: one weight a feature (centred and scaled), then the constant."""
