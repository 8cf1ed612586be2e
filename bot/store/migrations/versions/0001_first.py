"""First tables: library builds, people, conversation turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "library_build",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("collection", sa.String(80), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("topics", sa.Integer(), nullable=False),
        sa.Column("embedding_model", sa.String(200), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_library_build"),
        sa.UniqueConstraint("rank", name="uq_library_build_rank"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("person", sa.String(64), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("reply_kind", sa.String(20), nullable=False),
        sa.Column("urgent_category", sa.String(20), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turn"),
    )
    op.create_index("ix_turn_person_id", "turn", ["person", "id"])
    op.create_index("ix_turn_expires_at", "turn", ["expires_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("turn")
    op.drop_table("person")
    op.drop_table("library_build")
