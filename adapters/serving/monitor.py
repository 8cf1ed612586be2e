"""Health and metrics: counts and times only, no text and nothing that leads to a person."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.model import Urgent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Reply

FRESH_S = 60.0
"""A platform that was heard from within this time is healthy."""


class Monitor:
    """The numbers behind `/healthz` and `/metrics`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "citewell_questions", "Questions answered, by platform and kind of reply.", ["platform", "kind"],
            registry=self.registry,
        )  # fmt: skip
        self._abstentions = Counter(
            "citewell_abstentions", "Questions that the guidance did not answer.", ["platform"], registry=self.registry
        )
        self._alerts = Counter("citewell_alerts", "Urgent replies, by category.", ["category"], registry=self.registry)
        self._stages = Histogram(
            "citewell_stage_seconds", "Time in a stage: queue, answer, send.", ["stage"], registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
        )  # fmt: skip
        self._retries = Counter(
            "citewell_retries", "Messages that had to be tried again.", ["platform", "reason"], registry=self.registry
        )
        self._depth = Gauge("citewell_inbox_letters", "Letters in the inbox.", ["state"], registry=self.registry)
        self._build = Gauge(
            "citewell_library_passages", "Passages of the active library.", ["build"], registry=self.registry
        )
        self._contact = Gauge(
            "citewell_last_contact_seconds", "Seconds since a platform was heard from.", ["platform"],
            registry=self.registry,
        )  # fmt: skip
        self._heard: dict[str, float | None] = {}

    def expect(self, platform: str) -> None:
        """A platform is served: from now on health depends on hearing from it."""
        self._heard[platform] = None

    def heard(self, platform: str) -> None:
        """A poll, a heartbeat or a check of the webhook succeeded just now."""
        self._heard[platform] = time.monotonic()

    def answered(self, platform: str, reply: Reply) -> None:
        """A question was answered."""
        self._questions.labels(platform, reply.kind).inc()
        if reply.kind == "abstention":
            self._abstentions.labels(platform).inc()
        if isinstance(reply, Urgent):
            self._alerts.labels(reply.category).inc()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        with self._stages.labels(name).time():
            yield

    def waited(self, seconds: float) -> None:
        """A letter waited this long in the inbox."""
        self._stages.labels("queue").observe(max(seconds, 0.0))

    def retried(self, platform: str, reason: str) -> None:
        """A message has to be tried again."""
        self._retries.labels(platform, reason).inc()

    def queue(self, depth: dict[str, int]) -> None:
        """How many letters are in each state."""
        for state, count in depth.items():
            self._depth.labels(state).set(count)

    def library(self, fingerprint: str, passages: int) -> None:
        """Which library answers."""
        self._build.clear()
        self._build.labels(fingerprint[:12]).set(passages)

    def stale(self) -> list[str]:
        """The platforms that were not heard from lately; none is healthy."""
        now = time.monotonic()
        return [name for name, heard in self._heard.items() if heard is None or now - heard > FRESH_S]

    def metrics(self) -> bytes:
        """Everything, as Prometheus reads it."""
        now = time.monotonic()
        for name, heard in self._heard.items():
            self._contact.labels(name).set(now - heard if heard is not None else float("inf"))
        return generate_latest(self.registry)
