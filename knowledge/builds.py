"""Which builds exist and which one answers: the pointer in the database, flipped in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from knowledge.errors import LibraryMissing
from knowledge.schema import LibraryBuild

ACTIVE, PREVIOUS = 0, 1


class BuildRegistry:
    """Reads and flips the pointer. The active build has rank 0, the one before it rank 1; no other is kept."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._session: async_sessionmaker[AsyncSession] = async_sessionmaker(engine, expire_on_commit=False)

    async def active(self) -> LibraryBuild | None:
        """The build that answers, or None before the first one."""
        return await self._ranked(ACTIVE)

    async def previous(self) -> LibraryBuild | None:
        """The build that a rollback would bring back."""
        return await self._ranked(PREVIOUS)

    async def activate(self, build: LibraryBuild) -> None:
        """Make `build` the active one and the active one the previous; what was previous is forgotten."""
        async with self._session.begin() as session:
            await session.execute(delete(LibraryBuild).where(LibraryBuild.fingerprint == build.fingerprint))
            active = await session.scalar(select(LibraryBuild).where(LibraryBuild.rank == ACTIVE))
            if active is not None:
                await session.execute(delete(LibraryBuild).where(LibraryBuild.rank == PREVIOUS))
                active.rank = PREVIOUS
                await session.flush()
            build.rank = ACTIVE
            build.built_at = datetime.now(UTC)
            session.add(build)

    async def rollback(self) -> LibraryBuild:
        """Swap the active and the previous build. Raises: LibraryMissing when there is no previous one."""
        async with self._session.begin() as session:
            builds = {build.rank: build for build in await session.scalars(select(LibraryBuild))}
            if PREVIOUS not in builds:
                raise LibraryMissing(
                    "there is no earlier build to go back to; 'citewell knowledge status' lists builds"
                )
            previous, active = builds[PREVIOUS], builds[ACTIVE]
            previous.rank = -1
            await session.flush()
            active.rank = PREVIOUS
            await session.flush()
            previous.rank = ACTIVE
            return previous

    async def _ranked(self, rank: int) -> LibraryBuild | None:
        async with self._session() as session:
            build: LibraryBuild | None = await session.scalar(select(LibraryBuild).where(LibraryBuild.rank == rank))
            return build
