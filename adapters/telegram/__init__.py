"""CiteWell on Telegram."""
