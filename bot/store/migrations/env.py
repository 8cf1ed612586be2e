"""Alembic's entry: runs the migrations on the connection that `Database` hands over."""

from __future__ import annotations

from alembic import context

import bot.store.journal_schema
import bot.store.purse
import bot.store.schema
import bot.store.serving_schema  # noqa: F401 - registers the tables
from knowledge.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
