from __future__ import annotations
LABELS = ("supported", "contradicted", "neither")
CENTRE = (0.0,) * 12
SCALE = (1.0,) * 12
WEIGHTS = ((0.0,) * 13,) * 3
