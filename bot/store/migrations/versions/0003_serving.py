"""The chat adapters: inbox, shown replies, feedback, platforms; first contact and last sight of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("person", sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("seen_on", sa.Date(), nullable=True))
    _make_inbox()
    _make_replies()
    _make_feedback()
    op.create_table(
        "platform_state",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_platform_state"),
    )


def _make_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("update_key", sa.String(80), nullable=False),
        sa.Column("chat", sa.String(64), nullable=True),
        sa.Column("person", sa.String(64), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("outgoing", sa.Text(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("platform", "update_key", name="uq_inbox_update"),
    )
    op.create_index("ix_inbox_state_id", "inbox", ["state", "id"])
    op.create_index("ix_inbox_person", "inbox", ["person"])


def _make_replies() -> None:
    op.create_table(
        "shown_reply",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("asked_in", sa.String(64), nullable=False),
        sa.Column("answered_in", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shown_reply"),
    )
    op.create_index("ix_shown_reply_person_chat", "shown_reply", ["person", "chat"])
    op.create_index("ix_shown_reply_asked_in", "shown_reply", ["asked_in"])
    op.create_index("ix_shown_reply_expires_at", "shown_reply", ["expires_at"])


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("reply_kind", sa.String(20), nullable=False),
        sa.Column("rating", sa.String(4), nullable=False),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("person", "shown", name="uq_feedback_person_shown"),
    )
    op.create_index("ix_feedback_expires_on", "feedback", ["expires_on"])
    op.create_table(
        "feedback_passage",
        sa.Column("feedback", sa.Integer(), sa.ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
        sa.Column("passage", sa.String(300), nullable=False),
        sa.Column("wording_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("feedback", "passage", name="pk_feedback_passage"),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("platform_state", "feedback_passage", "feedback", "shown_reply", "inbox"):
        op.drop_table(table)
    op.drop_column("person", "seen_on")
    op.drop_column("person", "greeted_at")
