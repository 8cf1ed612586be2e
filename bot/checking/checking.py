"""`check`: a draft script to a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.briefing.readability import read_aloud
from bot.checking.flagging import flag
from bot.checking.judging import judge_sentences, sentences_of_script
from bot.checking.model import Check
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.checking.judging import ScriptLibrary


def check(script: str, library: ScriptLibrary) -> Check:
    """Every sentence labelled, what to change, and how hard it reads. Raises: InputError for an empty script."""
    sentences = sentences_of_script(script)
    if not sentences:
        raise InputError("the script holds no sentence; give a text file with what you want to say")
    claims = tuple(judge_sentences(sentences, library))
    readability = read_aloud(" ".join(sentences))
    cited = {citation.marker: citation for claim in claims for citation in claim.citations}
    return Check(
        claims=claims,
        flags=flag(sentences, claims, readability),
        readability=readability,
        citations=tuple(cited[marker] for marker in sorted(cited)),
    )
