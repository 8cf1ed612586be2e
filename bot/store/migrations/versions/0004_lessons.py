"""What people chose and learned: their language, and the lessons that they finished."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("person", sa.Column("language", sa.String(2), nullable=True))
    op.create_table(
        "lesson_done",
        sa.Column("person", sa.String(64), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("lesson", sa.String(60), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person", "lesson", name="pk_lesson_done"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("lesson_done")
    op.drop_column("person", "language")
