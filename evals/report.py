from __future__ import annotations
def render(summary, records, earlier):
    return "<!doctype html>"
