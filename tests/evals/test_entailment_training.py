from __future__ import annotations

import random

import torch

from evals.training.entailment import BATCH, NOT_SUPPORTED, Pair, batches, loss_of, own_pairs


def test_no_topic_is_on_two_sides() -> None:
    parts = {part: {pair.topic for pair in own_pairs(part)} for part in ("train", "dev", "test")}
    assert all(parts.values())
    assert not parts["train"] & parts["dev"]
    assert not (parts["train"] | parts["dev"]) & parts["test"]


def test_every_pair_is_in_one_batch() -> None:
    pairs = [Pair(evidence="e" * (number % 90), claim=str(number), label=0) for number in range(3 * BATCH + 5)]
    cut = list(batches(pairs, random.Random(1)))  # noqa: S311
    assert sorted(int(pair.claim) for batch in cut for pair in batch) == list(range(len(pairs)))
    assert max(map(len, cut)) == BATCH


def test_what_is_only_known_as_not_supported_may_be_either() -> None:
    logits = torch.log(torch.tensor([[0.2, 0.5, 0.3]]))
    assert torch.isclose(loss_of(logits, torch.tensor([NOT_SUPPORTED])), -torch.log(torch.tensor(0.8)))
    assert torch.isclose(loss_of(logits, torch.tensor([1])), -torch.log(torch.tensor(0.5)))
