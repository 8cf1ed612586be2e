"""Discord's REST API and gateway on loopback; bodies are checked against Discord's own OpenAPI document."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import discord_shapes as shapes
import jsonschema
from aiohttp import WSMsgType, web
from loopback import LoopbackServer

SPEC = Path(__file__).parent / "specs" / "discord_openapi.json"
TOKEN = "MTIzNDU2Nzg5.test.token"  # noqa: S105 - of this fake server


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of the bot."""

    method: str
    path: str
    body: Any
    at: float


class FakeDiscord(LoopbackServer):
    """`async with FakeDiscord() as discord`: one bot, one guild (50) with a channel (51), and direct messages."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.refusals: list[tuple[int, dict[str, Any]]] = []
        """(status, body) said to the next message requests; status 0 drops the connection, -1 after doing it."""
        self.late = False
        """Whether every interaction is over."""
        self.forbidden: set[str] = set()
        """Channels in which the bot may not write."""
        self.messages: dict[str, dict[str, Any]] = {}
        self.commands: list[dict[str, Any]] = []
        self.identified = 0
        self.resumed: list[int] = []
        self._ids = itertools.count(time.time_ns())
        self._sequence = 0
        self._log: list[dict[str, Any]] = []
        self._socket: web.WebSocketResponse | None = None

    def routes(self, application: web.Application) -> None:
        """The gateway and the REST API."""
        application.router.add_get("/gateway/", self._gateway)
        application.router.add_route("*", "/api/v10/{path:.*}", self._rest)

    def last_words(self) -> list[Any]:
        """The last requests."""
        return [(one.method, one.path, str(one.body)[:100]) for one in self.requests[-8:]]

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead a bot here."""
        return {
            "CITEWELL_DISCORD_TOKEN": TOKEN,
            "CITEWELL_DISCORD_API_BASE": f"http://127.0.0.1:{self.port}/api/v10",
            "CITEWELL_DISCORD_GATEWAY_URL": f"ws://127.0.0.1:{self.port}/gateway/",
        }

    async def say(self, text: str, *, user: int = 7, guild: bool = False, mention: bool = True, **more: Any) -> str:
        """A person writes, directly or (mentioning the bot) in the guild's channel. Returns: the message's id."""
        number = str(next(self._ids))
        content = f"<@900> {text}" if guild and mention else text
        message = {
            "id": number,
            "channel_id": "51" if guild else str(1000 + user),
            "author": shapes.user(user),
            "content": content,
            "timestamp": "2026-11-22T12:00:00.000000+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [shapes.ME] if guild and mention else [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            **({"guild_id": "50", "member": shapes.member()} if guild else {}),
            **more,
        }
        await self.dispatch("MESSAGE_CREATE", message)
        return number

    async def slash(self, name: str, *, user: int = 7, guild: bool = False, **options: str) -> str:
        """A person uses a slash command. Returns: the interaction's token."""
        data = {
            "id": next((one["id"] for one in self.commands if one["name"] == name), "1"),
            "name": name,
            "type": 1,
            "options": [{"name": key, "type": 3, "value": value} for key, value in options.items()],
        }
        return await self._interact(2, data, user, guild=guild)

    async def click(self, message: dict[str, Any], custom_id: str, *, user: int = 7, guild: bool = False) -> str:
        """A person presses a button. Returns: the interaction's token."""
        return await self._interact(3, {"custom_id": custom_id, "component_type": 2}, user, guild=guild, at=message)

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Send an event; while nobody is connected it waits for a RESUME."""
        self._sequence += 1
        frame = {"op": 0, "t": event, "s": self._sequence, "d": data}
        self._log.append(frame)
        if self._socket is not None and not self._socket.closed:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_json(frame)

    async def drop(self) -> None:
        """The gateway's connection breaks."""
        if self._socket is not None and self._socket._req is not None and self._socket._req.transport is not None:
            self._socket._req.transport.abort()
        self._socket = None

    def sent(self, channel: str | None = None) -> list[dict[str, Any]]:
        """The bot's messages, oldest first; replies to interactions have the channel `token`."""
        return [one for one in self.messages.values() if channel is None or one["channel_id"] == channel]

    async def _interact(
        self, kind: int, data: dict[str, Any], user: int, *, guild: bool, at: dict[str, Any] | None = None
    ) -> str:
        number = next(self._ids)
        token = f"interaction-token-{number}"
        who = shapes.user(user)
        channel = "51" if guild else str(1000 + user)
        place = (
            {"guild_id": "50", "member": {**shapes.member(), "user": who, "permissions": "0"}}
            if guild
            else {"user": who}
        )
        interaction = {
            "id": str(number),
            "application_id": "900",
            "type": kind,
            "data": data,
            "channel_id": channel,
            "channel": {"id": channel, "type": 0 if guild else 1, "name": "general"},
            "token": token,
            "version": 1,
            "app_permissions": "2147483647",
            "locale": "en-US",
            "entitlements": [],
            "attachment_size_limit": 1,
            "authorizing_integration_owners": {},
            "context": 0,
            **place,
            **({"message": {**shapes.message(at["id"], channel), **at}} if at else {}),
        }
        await self.dispatch("INTERACTION_CREATE", interaction)
        return token

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 5000}, "s": None, "t": None})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            data = json.loads(frame.data)
            if data["op"] == 1:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            elif data["op"] == 2:
                await self._identify(socket, data["d"])
            elif data["op"] == 6:
                await self._resume(socket, data["d"])
        return socket

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        if data["token"] != TOKEN:
            await socket.close(code=4004)
            return
        self.identified += 1
        self._socket, self._log = socket, []
        await self.dispatch("READY", shapes.ready(self.identified, f"ws://127.0.0.1:{self.port}/gateway/"))
        await self.dispatch("GUILD_CREATE", shapes.guild())

    async def _resume(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        self.resumed.append(data["seq"])
        self._socket = socket
        for frame in [one for one in self._log if one["s"] > data["seq"]]:
            await socket.send_json(frame)
        await self.dispatch("RESUMED", {})

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = f"/{request.match_info['path']}"
        body = await request.json() if request.can_read_body and request.content_type == "application/json" else None
        self.requests.append(Request(method=request.method, path=path, body=body, at=time.monotonic()))
        if not path.startswith(("/webhooks", "/interactions")) and request.headers["Authorization"] != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        self._check(request.method, path, body)
        if self.refusals and "messages" in path:
            status, refused = self.refusals.pop(0)
            if status == -1:
                self._do(request.method, path, body)
            if status <= 0:
                if request.transport is not None:
                    request.transport.close()
                return web.Response()
            headers = {"Retry-After": str(refused.get("retry_after", 0)), "Via": "1.1"} if status == 429 else {}
            return _json(refused, status=status, headers=headers)
        return self._do(request.method, path, body)

    def _do(self, method: str, path: str, body: Any) -> web.StreamResponse:
        if path == "/users/@me":
            return _json(shapes.ME)
        if path == "/oauth2/applications/@me" or path == "/applications/@me":
            return _json(shapes.APPLICATION)
        if path == "/users/@me/channels":
            number = str(1000 + int(body["recipient_id"]))
            return _json({"id": number, "type": 1, "recipients": [{**shapes.ME, "id": body["recipient_id"]}]})
        if path.endswith("/commands"):
            self.commands = [{**one, "id": str(next(self._ids)), "application_id": "900"} for one in body]
            return _json([{**one, "version": "1"} for one in self.commands])
        if self.late and path.startswith(("/webhooks", "/interactions")):
            return _json({"message": "Unknown interaction", "code": 10062}, status=404)
        if path.endswith("/callback"):
            number = path.split("/")[2]
            return _json({"interaction": {"id": number, "type": 2, "response_message_id": number}})
        if path.endswith("/typing"):
            return web.Response(status=204)
        if match := re.fullmatch(r"/channels/(\d+)/messages(?:/(\d+))?", path):
            return self._message(match[1], match[2], method, body)
        if match := re.fullmatch(r"/webhooks/900/([^/]+)(?:/messages/(@original|\d+))?", path):
            at = f"{match[1]}@original" if match[2] == "@original" else match[2]
            return self._message(match[1], at, method, body, made=match[2] == "@original")
        if path.endswith("/threads"):
            return _json(shapes.thread(path.split("/")[-2], body["name"]))
        return _json({"message": "404: Not Found", "code": 0}, status=404)

    def _message(
        self, channel: str, at: str | None, method: str, body: Any, *, made: bool = False
    ) -> web.StreamResponse:
        if channel in self.forbidden:
            return _json({"message": "Missing Permissions", "code": 50013}, status=403)
        if method == "DELETE":
            self.messages.pop(at or "", None)
            return web.Response(status=204)
        if at is not None and at not in self.messages and not made:
            return _json({"message": "Unknown Message", "code": 10008}, status=404)
        once = body.get("nonce") if body.get("enforce_nonce") else None
        if once is not None and (before := [one for one in self.messages.values() if one["sent"].get("nonce") == once]):
            return _json({key: value for key, value in before[0].items() if key != "sent"})
        number = at or str(next(self._ids))
        shown = {key: value for key, value in body.items() if key not in ("message_reference", "allowed_mentions")}
        place = channel if channel.isdecimal() else "51"
        message = {**shapes.message(number, place), **shown, "id": str(next(self._ids)) if made else number}
        self.messages[number] = {**message, "channel_id": channel, "sent": body}
        return _json(message)

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
        return document

    def _check(self, method: str, path: str, body: Any) -> None:
        if body is None:
            return
        for template, described in self._document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in described:
                content = described[method.lower()].get("requestBody", {}).get("content", {})
                if schema := content.get("application/json", {}).get("schema"):
                    whole = {**schema, "components": self._document["components"]}
                    for error in jsonschema.Draft202012Validator(whole).iter_errors(_with_text_ids(body)):
                        self.problems.append(f"{method} {path}: {error.json_path} {error.message[:200]}")
                break
        if isinstance(body, dict) and ("content" in body or "embeds" in body):
            self._check_message(path, body)

    def _check_message(self, path: str, body: dict[str, Any]) -> None:
        if len(body.get("content") or "") > 2000:
            self.problems.append(f"{path}: content of {len(body['content'])}")
        described = sum(len(one.get("description", "")) + len(one.get("title", "")) for one in body.get("embeds") or [])
        if described > 6000:
            self.problems.append(f"{path}: embeds of {described}")
        if (body.get("allowed_mentions") or {}).get("parse") != []:
            self.problems.append(f"{path}: somebody may be pinged: {body.get('allowed_mentions')}")


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """As Discord answers: discord.py looks for this very content type."""
    given = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=given)


def _with_text_ids(value: Any) -> Any:
    """discord.py sends snowflakes as numbers, which Discord takes; the document wants strings."""
    if isinstance(value, dict):
        ids = {key: str(one) for key, one in value.items() if key.endswith("_id") and isinstance(one, int)}
        return {**{key: _with_text_ids(one) for key, one in value.items()}, **ids}
    return [_with_text_ids(one) for one in value] if isinstance(value, list) else value
