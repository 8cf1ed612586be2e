"""Trains the entailment model: `python -m evals.training.entailment --pool FILE --save FILE` (docs/decisions/0031).

A MiniLM cross-encoder with three labels. It starts from the packaged embedding model, whose sense of likeness it keeps:
evidence and claim are read together, each is pooled by itself, and a linear layer weighs the two vectors, how far they
are apart and what they share. A stage takes public pairs (`--pool`), ours (`--own`, `evals/training/pairs`) or both,
and starts where the one before ended (`--start`). A topic is wholly in training, in the part that thresholds are
fitted on, or in the test (`part_of`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch

from knowledge.embedding import packaged_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAIRS = Path(__file__).parent / "pairs"
LABELS = ("supported", "refuted", "unrelated")
NOT_SUPPORTED = len(LABELS)
"""A label of some public pairs: refuted or unrelated, and nobody said which."""
MAX_TOKENS = 112
BATCH = 32
SAVE_EVERY_S = 120.0
SOURCES = {
    "cad": 2700, "snli": 2700, "evinf": 4200, "feversym": 1400, "medquad_syn": 2400, "negation": 1200, "pubmedqa": 1200,
    "wice": 300,
}  # fmt: skip
"""At most how many public pairs are taken of each source: image captions (cad, snli) would else drown the rest."""
LONGEST = {"pubmedqa": 800, "wice": 700, "medquad_syn": 600}
"""Characters of claim and evidence from which a pair of a source is left out, 400 elsewhere."""

Part = Literal["train", "dev", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What the evidence is to the claim; `label` counts in `LABELS`, then `NOT_SUPPORTED`."""

    evidence: str
    claim: str
    label: int
    topic: str = ""
    kind: str = ""


def part_of(topic: str) -> Part:
    """Where a topic's pairs go, by the topic's name alone: a fifth to the test, a tenth to the thresholds."""
    place = int(hashlib.sha256(topic.encode()).hexdigest()[:8], 16) % 10
    return "test" if place < 2 else "dev" if place == 2 else "train"


def own_pairs(part: Part, folder: Path = PAIRS) -> list[Pair]:
    """Our pairs of one part, no pair twice."""
    rows = [
        json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]
    pairs = (
        Pair(
            evidence=row["evidence"],
            claim=row["claim"],
            label=LABELS.index(row["label"]),
            topic=row["topic"],
            kind=row["kind"],
        )
        for row in rows
        if part_of(row["topic"]) == part
    )
    return list({(each.evidence, each.claim): each for each in pairs}.values())


def pool_pairs(path: Path, choose: random.Random, share: float = 1.0) -> list[Pair]:
    """Public pairs, a `share` (0 to 1) of each source's number in `SOURCES`, labels in balance, no overlong one."""
    found: dict[tuple[str, int], list[Pair]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if len(row["claim"]) + len(row["evidence"]) > LONGEST.get(row["source"], 400):
                continue
            label = NOT_SUPPORTED if row["label"] == "not_supported" else LABELS.index(row["label"])
            pair = Pair(evidence=row["evidence"], claim=row["claim"], label=label)
            found.setdefault((row["source"], label), []).append(pair)
    taken: list[Pair] = []
    for (source, _), pairs in sorted(found.items()):
        labels = sum(other == source for other, _ in found)
        choose.shuffle(pairs)
        taken += pairs[: int(share * SOURCES[source] / labels)]
    return taken


class PairModel(torch.nn.Module):
    """Token ids of "evidence [SEP] claim" in, three logits a pair out, in the order of `LABELS`."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.encoder.pooler = None
        self.drop = torch.nn.Dropout(0.1)
        self.weigh = torch.nn.Linear(4 * encoder.config.hidden_size, len(LABELS))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Logits, shape (pairs, 3)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        of_claim = (token_type_ids * attention_mask).unsqueeze(-1).to(states.dtype)
        of_evidence = ((1 - token_type_ids) * attention_mask).unsqueeze(-1).to(states.dtype)
        claim = (states * of_claim).sum(1) / of_claim.sum(1).clamp(min=1)
        evidence = (states * of_evidence).sum(1) / of_evidence.sum(1).clamp(min=1)
        read = torch.cat([evidence, claim, (evidence - claim).abs(), evidence * claim], dim=1)
        logits: torch.Tensor = self.weigh(self.drop(read))
        return logits


def load_parts() -> tuple[PairModel, Any]:
    """The untrained model over the packaged weights, and its tokenizer."""
    from transformers import AutoModel, AutoTokenizer

    folder = packaged_model()
    encoder = AutoModel.from_pretrained(folder, local_files_only=True, attn_implementation="sdpa")
    return PairModel(encoder), AutoTokenizer.from_pretrained(folder, local_files_only=True)


def batches(pairs: Sequence[Pair], choose: random.Random) -> Iterator[list[Pair]]:
    """Batches of pairs of like length, in random order: little padding, and no order to learn."""
    mixed = sorted(pairs, key=lambda pair: (len(pair.claim) + len(pair.evidence)) * choose.uniform(0.9, 1.1))
    cut = [mixed[start : start + BATCH] for start in range(0, len(mixed), BATCH)]
    choose.shuffle(cut)
    yield from cut


def tokens_of(tokenizer: Any, pairs: Sequence[Pair]) -> dict[str, torch.Tensor]:
    """What the model takes."""
    encoded: dict[str, torch.Tensor] = tokenizer(
        [pair.evidence for pair in pairs],
        [pair.claim for pair in pairs],
        truncation="longest_first",
        max_length=MAX_TOKENS,
        padding=True,
        return_tensors="pt",
    )
    return {name: encoded[name] for name in ("input_ids", "attention_mask", "token_type_ids")}


def loss_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean negative log likelihood; what is only known as not supported may be either of the other two."""
    logs = torch.log_softmax(logits.float(), dim=1)
    either = torch.logsumexp(logs[:, 1:], dim=1, keepdim=True)
    return -torch.cat([logs, either], dim=1).gather(1, labels.unsqueeze(1)).mean()


def train(model: PairModel, tokenizer: Any, plan: list[list[Pair]], save: Path, rate: float, bf16: bool) -> None:
    """Train on the batches of `plan`, in order; goes on from `save` where an earlier run left off."""
    head = list(model.weigh.parameters())
    words = set(model.encoder.embeddings.parameters())
    for parameter in words:  # half of all weights, and the part that pairs of a few thousand words would only blur
        parameter.requires_grad = False
    body = [each for each in model.encoder.parameters() if each not in words]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": rate}, {"params": head, "lr": rate * 10}], weight_decay=0.01, fused=True
    )
    steps = len(plan)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * steps), max(0.02, (steps - step) / (0.94 * steps)))
    )
    done = 0
    if save.exists():
        kept = torch.load(save, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        pace.load_state_dict(kept["pace"])
        done = int(kept["done"])
    model.train()
    began = saved = time.monotonic()
    recent = 0.0
    for number in range(done, steps):
        batch = plan[number]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            logits = model(**tokens_of(tokenizer, batch))
        loss = loss_of(logits, torch.tensor([pair.label for pair in batch]))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([*body, *head], 1.0)
        optimiser.step()
        pace.step()
        optimiser.zero_grad()
        recent = 0.98 * recent + 0.02 * loss.item() if number > done else loss.item()
        if number % 25 == 24:
            speed = (number + 1 - done) * BATCH / (time.monotonic() - began)
            sys.stderr.write(f"{number + 1}/{steps} loss {recent:.3f}, {speed:.1f} pairs/s\n")
        if time.monotonic() - saved > SAVE_EVERY_S or number == steps - 1:
            fresh = save.with_suffix(".new")
            kept = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "pace": pace.state_dict()}
            torch.save({**kept, "done": number + 1}, fresh)
            fresh.replace(save)
            saved = time.monotonic()


def main() -> None:
    """One stage of training; a checkpoint that is there already is gone on with."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--pool", type=Path, required=True, help="entailment_pool.jsonl.gz")
    ask.add_argument("--share", type=float, default=1.0, help="share of SOURCES that is taken")
    ask.add_argument("--own", action="store_true", help="our pairs too")
    ask.add_argument("--start", type=Path, help="checkpoint of the stage before")
    ask.add_argument("--save", type=Path, required=True, help="checkpoint of this stage")
    ask.add_argument("--rate", type=float, default=1e-4)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--bf16", action="store_true", help="up to five times as fast on processors that have it")
    given = ask.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(2)
    choose = random.Random(given.seed)  # noqa: S311 (a reproducible sample, no secret)
    model, tokenizer = load_parts()
    if given.start is not None:
        model.load_state_dict(torch.load(given.start, weights_only=True)["model"])
    pairs = pool_pairs(given.pool, choose, given.share) + (own_pairs("train") if given.own else [])
    plan = list(batches(pairs, choose))
    sys.stderr.write(f"{len(pairs)} pairs in {len(plan)} batches\n")
    given.save.parent.mkdir(parents=True, exist_ok=True)
    train(model, tokenizer, plan, given.save, given.rate, given.bf16)


if __name__ == "__main__":
    main()
