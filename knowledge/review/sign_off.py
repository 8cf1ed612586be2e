"""Sign-offs: a named reviewer stands behind a text as it is now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.errors import ReviewError
from knowledge.model import SignOff
from knowledge.review_block import text_hash, with_review

if TYPE_CHECKING:
    from datetime import date

    from knowledge.model import Guidance


def sign(content: str, text: Guidance, *, name: str, role: str, today: date, clinical: bool) -> str:
    """The file with a sign-off added, bound to its text; only the review block differs.

    A reviewer's earlier sign-off gives way to the new one. `clinical` alone makes a text clinically-reviewed.

    Raises:
        ReviewError: the text is still a draft, or the name or role is not one readable line.
    """
    for label, value in (("name", name), ("role", role)):
        if not value.strip() or not value.isprintable():
            raise ReviewError(f"the {label} of a reviewer is one readable line; give --by NAME and --role ROLE")
    if text.review.status == "draft":
        raise ReviewError(f"{text.id} is a draft; run 'citewell knowledge review {text.id}' first")
    given = SignOff(name=name.strip(), role=role.strip(), signed_on=today, text_hash=text_hash(content))
    kept = tuple(
        sign_off for sign_off in text.review.sign_offs if (sign_off.name, sign_off.role) != (given.name, given.role)
    )
    status = "clinically-reviewed" if clinical else text.review.status
    return with_review(content, replace(text.review, status=status, sign_offs=(*kept, given)))
