"""The knowledge package's error tree. Every message says what is wrong, where, and what to do.

KnowledgeError
├── GuidanceError        a guidance or helpline file that cannot be used
├── LibraryError         the built library
│   ├── LibraryMissing   nothing has been built yet
│   ├── LibraryDamaged   something was built, and cannot be read any more
│   └── BuildRunning     another build holds the lock
├── ImportRefused        a page or file that cannot become a draft
├── ReviewError          a review or a sign-off that cannot be written down
└── EmbeddingModelError  the embedding model is absent or is not the pinned one
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """Root of everything that can break in the knowledge package."""


class GuidanceError(KnowledgeError):
    """A guidance or helpline file that cannot be used; carries the file and the line."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


class LibraryError(KnowledgeError):
    """The built library cannot be used."""


class LibraryMissing(LibraryError):
    """No build has been made active yet."""


class LibraryDamaged(LibraryError):
    """The active build is listed but cannot be read."""


class BuildRunning(LibraryError):
    """Another process is building the library right now."""


class ImportRefused(KnowledgeError):
    """A page or file cannot become a draft; nothing of it was written."""


class ReviewError(KnowledgeError):
    """A review or a sign-off cannot be written down; the file is as it was."""


class EmbeddingModelError(KnowledgeError):
    """The embedding model is absent, or its weights are not the pinned ones."""
