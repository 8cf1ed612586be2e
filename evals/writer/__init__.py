"""How well the writer's gate tells a model's true sentences from fabricated ones: `python -m evals.writer`."""
