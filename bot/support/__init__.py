"""Does a passage say what a claim says? One checker for verdicts, script checks and what a model writes."""
