"""The one database table that the library needs: which builds exist and which one is active."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """Every table of CiteWell shares this metadata, so that one migration history covers them."""

    metadata = metadata


class LibraryBuild(Base):
    """A finished build. `rank` 0 is the active one, 1 the one before it, kept for rollback."""

    __tablename__ = "library_build"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    collection: Mapped[str] = mapped_column(String(80))
    rank: Mapped[int] = mapped_column(Integer, unique=True)
    passages: Mapped[int] = mapped_column(Integer)
    texts: Mapped[int] = mapped_column(Integer)
    topics: Mapped[int] = mapped_column(Integer)
    embedding_model: Mapped[str] = mapped_column(String(200))
    built_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
