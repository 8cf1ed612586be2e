"""The curator's desk: drafts, the evidence beside each sentence, decisions, and sign-offs."""
