"""CiteWell on Discord."""
