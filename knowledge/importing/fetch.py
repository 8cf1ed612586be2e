"""Fetches a page: https only, from hosts on an allowlist, within a size and a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from knowledge.errors import ImportRefused
from knowledge.importing.page import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import httpx

TIME_LIMIT_S = 30.0
"""For the whole page, redirects included."""
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back: the address after redirects, the bytes, and the type that the server gave."""

    url: str
    content: bytes
    content_type: str


def new_client() -> httpx.Client:
    """A client that follows no redirect by itself."""
    import httpx  # a tenth of a second to import

    return httpx.Client(
        follow_redirects=False,
        timeout=10.0,
        headers={"User-Agent": "CiteWell (guidance import)", "Accept-Encoding": "identity"},
    )


def check_url(url: str, hosts: Collection[str]) -> None:
    """Raises: ImportRefused when the address is not https, or its host is not on the allowlist."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ImportRefused(f"{url!r} is not an address; copy it from the browser") from None
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        raise ImportRefused(f"{url} is not a plain https address; only those are fetched")
    if host not in hosts:
        allowed = ", ".join(sorted(hosts))
        raise ImportRefused(f"{host or url} is not on the allowlist ({allowed}); add it to CITEWELL_IMPORT_HOSTS")


def fetch(url: str, hosts: Collection[str], clock: Callable[[], float] = time.monotonic) -> Fetched:
    """Get a page.

    Raises:
        ImportRefused: an address or a redirect off the allowlist, an error status, too large, too slow, no network.
    """
    import httpx

    deadline = clock() + TIME_LIMIT_S
    with new_client() as client:
        for _ in range(MAX_REDIRECTS + 1):
            check_url(url, hosts)
            try:
                with client.stream("GET", url) as response:
                    if response.status_code not in _REDIRECTS:
                        return _read(response, url, deadline, clock)
                    url = urljoin(url, response.headers.get("location", ""))
            except httpx.TimeoutException:
                raise ImportRefused(f"{url} did not answer in time; try again later") from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                reason = str(error) or type(error).__name__
                raise ImportRefused(f"{url} cannot be fetched ({reason}); check the address and the network") from None
    raise ImportRefused(f"{url} redirects more than {MAX_REDIRECTS} times; import the page it ends at")


def _read(response: httpx.Response, url: str, deadline: float, clock: Callable[[], float]) -> Fetched:
    if response.status_code != 200:
        raise ImportRefused(f"{url} answered with status {response.status_code}; check the address in a browser")
    content = bytearray()
    for chunk in response.iter_bytes(65536):
        content += chunk
        if len(content) > MAX_BYTES:
            raise ImportRefused(f"{url} is larger than {MAX_BYTES // 2**20} MB; save the part you need and import that")
        if clock() > deadline:
            raise ImportRefused(f"{url} took longer than {TIME_LIMIT_S:g} s; try again later")
    return Fetched(url=url, content=bytes(content), content_type=response.headers.get("content-type", ""))
