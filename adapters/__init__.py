"""Thin shells around the bot: they only translate. The command line is `adapters.__main__`."""
