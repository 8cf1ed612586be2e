"""Talking points on one topic for a short health video: everything said is cited, word for word."""
