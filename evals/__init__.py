"""Measures whether answers stay grounded."""
