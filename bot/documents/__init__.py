"""A report as blocks, and its three faces: Markdown, one standalone HTML page, and DOCX."""
