"""State: conversations and preferences, kept under keyed hashes, with expiry."""
