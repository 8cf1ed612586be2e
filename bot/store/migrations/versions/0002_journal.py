"""The curators' journal: cited passages, topic counts, unanswered questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "citation_record",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(200), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_citation_record"),
    )
    op.create_index("ix_citation_record_expires_on", "citation_record", ["expires_on"])
    op.create_table(
        "cited_passage",
        sa.Column("record", sa.Integer(), sa.ForeignKey("citation_record.id", ondelete="CASCADE"), nullable=False),
        sa.Column("passage", sa.String(300), nullable=False),
        sa.Column("guidance", sa.String(200), nullable=False),
        sa.Column("wording_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("record", "passage", name="pk_cited_passage"),
    )
    op.create_index("ix_cited_passage_guidance", "cited_passage", ["guidance"])
    op.create_table(
        "topic_asked",
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name="pk_topic_asked"),
    )
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gap"),
    )
    op.create_index("ix_gap_expires_on", "gap", ["expires_on"])


def downgrade() -> None:
    """Take back."""
    for table in ("gap", "topic_asked", "cited_passage", "citation_record"):
        op.drop_table(table)
