"""Fits what the product ships weights of, from the guidance and from labelled claims. Run by hand, never by the bot."""
