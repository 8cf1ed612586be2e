"""The command line: one module a group of commands. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import typer
from typer.main import get_command

from adapters.cli import (
    ask,
    audience,
    backup,
    brief,
    chat,
    check,
    doctor,
    feedback,
    inbox,
    knowledge,
    learn,
    serve,
    verify,
)
from evals import cli as evals

app = typer.Typer(
    help="Health answers from vetted, WHO-sourced guidance, with the source of every sentence.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("doctor")(doctor.doctor)
app.command("serve")(serve.serve)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("inbox")(inbox.inbox)
app.command("feedback")(feedback.feedback)
app.command("brief")(brief.brief)
app.command("check")(check.check)
app.command("audience")(audience.audience)
app.command("learn")(learn.learn)
app.command("verify")(verify.verify)
app.command("bench")(evals.bench)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(evals.app, name="evals")
command = get_command(app)
