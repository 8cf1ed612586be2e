"""CiteWell in a terminal."""
