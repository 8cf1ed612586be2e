"""A draft script, claim by claim: what the guidance supports, what it contradicts, and what could do harm."""
