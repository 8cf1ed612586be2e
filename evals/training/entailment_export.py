"""Exports a trained entailment model: `python -m evals.training.entailment_export CHECKPOINT --out FOLDER`.

ONNX with int8 weights, the confidence fitted on the development topics, and a table of the deterministic layers, the
model alone and both, on the test topics and on each file of labelled claims that is named (docs/decisions/0031).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from bot.support.entailment import Confidence, EntailmentSupport, windows_of
from bot.support.refusing import refusal
from bot.support.scorers import DESCRIPTION, WEIGHTS, OnnxScorer
from evals.claims import LabelledPair, evaluate, read_pairs
from evals.opening import embeddings
from evals.training.entailment import LABELS, MAX_TOKENS, Pair, load_parts, own_pairs, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.support.model import Support, SupportChecker

LARGEST = 25_000_000
"""Bytes that the exported model may take."""
SHARES = (0.5, 0.7, 0.85, 1.0)
THRESHOLDS = tuple(np.round(np.arange(0.2, 0.81, 0.075), 3).tolist())
_SAME_AS = {"supported": "supported", "refuted": "contradicted", "unrelated": "neither"}


class Kept:
    """The judgements of a checker, made once."""

    def __init__(self, checker: SupportChecker, pairs: Sequence[tuple[str, str]]) -> None:
        self._found = dict(zip(pairs, checker.judge_all(pairs), strict=True))

    def judge(self, claim: str, passage: str) -> Support:
        """As kept."""
        return self._found[claim, passage]

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> list[Support]:
        """As kept."""
        return [self._found[pair] for pair in pairs]


class KeptScorer:
    """The chances of a scorer, computed once a pair."""

    def __init__(self, scorer: OnnxScorer) -> None:
        self._scorer = scorer
        self._found: dict[tuple[str, str], Any] = {}

    def score(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """As `OnnxScorer.score`."""
        fresh = [pair for pair in dict.fromkeys(pairs) if pair not in self._found]
        if fresh:
            self._found.update(zip(fresh, self._scorer.score(fresh), strict=True))
        return np.array([self._found[pair] for pair in pairs])


def export(checkpoint: Path, folder: Path) -> None:
    """Write the model and its description. Raises: ValueError when it is larger than `LARGEST`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model, tokenizer = load_parts()
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    sample = tokens_of(tokenizer, [Pair(evidence="Rest helps. Sleep too.", claim="Rest helps.", label=0)] * 2)
    axes = {0: "batch", 1: "tokens"}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / WEIGHTS
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of branches that the samples show to be harmless
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            model.eval(),
            tuple(sample.values()),
            whole,
            input_names=list(sample),
            output_names=["logits"],
            dynamic_axes={**dict.fromkeys(sample, axes), "logits": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(whole, path, per_channel=True, weight_type=QuantType.QInt8)
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{path} takes {size} bytes, more than {LARGEST}")
    described = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "max_tokens": MAX_TOKENS}
    write_description(folder, {**described, "confidence": {}})


def fit(pairs: Sequence[LabelledPair], layers: SupportChecker, scorer: KeptScorer, *, alone: bool) -> Confidence:
    """The confidence that judges `pairs` best: the mean of balanced accuracy over three labels and over two."""
    layered = np.array([(each.score, each.contradiction) for each in layers.judge_all(texts_of(pairs))])
    windows = [windows_of(pair.claim, pair.evidence) for pair in pairs]
    read = np.array(
        [
            scorer.score([(pair.claim, text) for text in each]).max(0)[:2]
            for pair, each in zip(pairs, windows, strict=True)
        ]
    )
    refused = np.array(
        [bool(refusal(pair.claim, pair.evidence, each[0])) for pair, each in zip(pairs, windows, strict=True)]
    )
    right = np.array([pair.label for pair in pairs])

    def worth(trust: Confidence) -> float:
        """The rule of `EntailmentSupport`, over all pairs at once."""
        yes, no = (trust.weight * read + (1 - trust.weight) * layered).T
        supported = (yes >= trust.supported) & (yes >= no)
        against = ~supported & (no >= trust.contradicted)
        said = np.select([supported & ~refused, against], ["supported", "contradicted"], "neither")
        three = np.mean([(said[right == label] == label).mean() for label in _SAME_AS.values()])
        true, called = right == "supported", said == "supported"
        return float(three + (called[true].mean() + (~called[~true]).mean()) / 2)

    tried = [
        Confidence(weight=weight, supported=supported, contradicted=contradicted)
        for weight, supported, contradicted in itertools.product((1.0,) if alone else SHARES, THRESHOLDS, THRESHOLDS)
    ]
    return max(tried, key=worth)


def own(part: Any) -> list[LabelledPair]:
    """Our pairs of a part, as the evals take them."""
    return [
        LabelledPair(claim=pair.claim, evidence=pair.evidence, label=_SAME_AS[LABELS[pair.label]])
        for pair in own_pairs(part)
    ]


def texts_of(pairs: Sequence[LabelledPair]) -> list[tuple[str, str]]:
    """What a checker is given."""
    return [(pair.claim, pair.evidence) for pair in pairs]


def write_description(folder: Path, described: dict[str, Any]) -> None:
    """Write what is to be known of the model beside it."""
    (folder / DESCRIPTION).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Export, fit, measure; the table goes to stdout as Markdown."""
    from bot.support.checking import LayeredSupport

    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("checkpoint", type=Path)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--claims", type=Path, nargs="*", default=[], help="files as for `citewell evals grounding`")
    given = ask.parse_args()
    export(given.checkpoint, given.out)
    scorer = KeptScorer(OnnxScorer(given.out))
    layers = LayeredSupport(embeddings())
    dev = own("dev")
    kept = Kept(layers, texts_of(dev))
    alone, both = fit(dev, kept, scorer, alone=True), fit(dev, kept, scorer, alone=False)
    described = json.loads((given.out / DESCRIPTION).read_text(encoding="utf-8"))
    confidence = {name: getattr(both, name) for name in ("weight", "supported", "contradicted")}
    write_description(given.out, {**described, "confidence": confidence})
    sys.stderr.write(f"alone {alone}, both {both}\n")
    sets = {"own pairs, unseen topics": own("test"), **{path.name: read_pairs(path) for path in given.claims}}
    sys.stdout.write("| set | checker | supported or not | three labels | ROC AUC |\n|---|---|---|---|---|\n")
    for name, pairs in sets.items():
        kept = Kept(layers, texts_of(pairs))
        checkers: dict[str, SupportChecker] = {
            "layers": kept,
            "model alone, with refusals": EntailmentSupport(kept, lambda: scorer, alone),
            "both": EntailmentSupport(kept, lambda: scorer, both),
        }
        for title, checker in checkers.items():
            measures = evaluate(name, pairs, checker, lambda done, total: None)["measures"]
            two, three, auc = (
                measures[key]
                for key in (
                    "balanced accuracy, supported or not",
                    "balanced accuracy, three labels",
                    "ROC AUC, supported or not",
                )
            )
            shown = " | ".join(
                f"{each['value']:.3f} ({each['low']:.3f} to {each['high']:.3f})" for each in (two, three)
            )
            sys.stdout.write(f"| {name} ({len(pairs)}) | {title} | {shown} | {auc['value']:.3f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
