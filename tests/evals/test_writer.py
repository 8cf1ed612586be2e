"""The gate on the shipped guidance: what must hold of a model that makes things up (issue 9)."""

from __future__ import annotations

from bot.support.model import Support
from bot.writing.verifying import Verifier
from evals.writer.__main__ import FEWEST_CAUGHT, shortfalls, table
from evals.writer.measuring import Count, measure
from knowledge.guidance import GUIDANCE_DIR, guidance_paths, read_guidance
from knowledge.passages import passages_of


class AnythingGoes:
    """A support checker that never objects: what is caught, the words alone catch."""

    def judge(self, claim: str, passage: str) -> Support:
        return Support(label="supported", score=1.0, contradiction=0.0, reason="anything goes")

    def judge_all(self, pairs: object, progress: object = None) -> list[Support]:
        raise NotImplementedError


def test_fabrications_are_caught_and_true_sentences_kept() -> None:
    texts = [read_guidance(path, GUIDANCE_DIR) for path in sorted(guidance_paths(GUIDANCE_DIR))[::3]]
    counts = measure(passages_of(texts), Verifier(AnythingGoes()))
    kinds = [kind for kind in counts if kind not in ("true", "reworded")]
    assert len(kinds) >= 12
    assert sum(counts[kind].judged for kind in kinds) >= 300
    assert shortfalls(counts) == []
    assert all(counts[kind].passed <= 0.1 * counts[kind].judged for kind in kinds), table(counts)


def test_a_figure_that_falls_short_is_named() -> None:
    fine = Count(judged=10, passed=0)
    counts = dict.fromkeys(FEWEST_CAUGHT, fine)
    counts |= {"true": Count(judged=10, passed=10), "reworded": Count(judged=10, passed=9)}
    assert shortfalls(counts) == []
    counts |= {"number changed": Count(judged=10, passed=1), "true": Count(judged=10, passed=5)}
    assert [each.split(" (")[0] for each in shortfalls(counts)] == ["number changed", "true sentences"]
