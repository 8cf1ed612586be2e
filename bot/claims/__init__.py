"""Is this claim true? Unwraps a claim, gathers what the guidance says near it, judges, and tells it as a sandwich."""
