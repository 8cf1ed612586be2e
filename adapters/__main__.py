"""The `citewell` command: runs the command line and turns whatever breaks into one line and an exit status.

Exit status: 0 fine, 1 something broke, 2 wrong usage or settings, 130 stopped with Ctrl-C; an error with an
`exit_status` of its own (evals) ends with that.
"""

from __future__ import annotations

import os
import sys

BROKEN, USAGE, STOPPED = 1, 2, 130


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command. Returns: the exit status."""
    from adapters.cli import command

    try:
        status = command.main(args=arguments, prog_name="citewell", standalone_mode=False)
    except KeyboardInterrupt:
        return _say("stopped; nothing was lost", STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN
    except Exception as error:
        return _explain(error)
    if status == STOPPED:  # Typer turns Ctrl-C into a quiet status
        return _say("stopped; nothing was lost", STOPPED)
    return status if isinstance(status, int) else 0


def _explain(error: Exception) -> int:
    """One line for a person, and the status that fits."""
    from typer import Abort

    from bot.errors import BotError, InputError, SettingsError
    from knowledge.errors import KnowledgeError

    if isinstance(error, InputError | SettingsError):
        return _say(str(error), USAGE)
    if isinstance(error, BotError | KnowledgeError):
        return _say(str(error), BROKEN)
    if isinstance(status := getattr(error, "exit_status", None), int):  # the evals tell their own statuses apart
        return _say(str(error), status)
    if isinstance(error, Abort):
        return _say("stopped; nothing was lost", STOPPED)
    if hasattr(error, "format_message"):
        context = getattr(error, "ctx", None)
        hint = f" (see '{context.command_path} --help')" if context else ""
        return _say(f"{error.format_message()}{hint}", getattr(error, "exit_code", USAGE))
    if os.environ.get("CITEWELL_LOG_LEVEL") == "DEBUG":
        raise error
    reason = (str(error).splitlines() or [""])[0]
    return _say(f"unexpected {type(error).__name__}: {reason} (CITEWELL_LOG_LEVEL=DEBUG shows where)", BROKEN)


def _say(message: str, status: int) -> int:
    sys.stderr.write(f"citewell: {' '.join(message.split())}\n")
    return status


if __name__ == "__main__":
    main()
