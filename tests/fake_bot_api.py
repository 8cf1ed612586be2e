"""A Bot API server on loopback that checks every call against the Bot API's own description."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from loopback import LoopbackServer

SPEC = Path(__file__).parent / "specs" / "telegram_api.json"
TOKEN = "123456:test-token"  # noqa: S105 - of this fake server
REFUSED = ("getUpdates", "sendMessage", "editMessageText", "deleteMessage", "answerCallbackQuery")
BOT = {"id": 123456, "is_bot": True, "first_name": "CiteWell", "username": "citewell_test_bot"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the bot."""

    method: str
    data: dict[str, Any]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the server says instead of doing it; `status` 0 drops the connection."""

    status: int
    description: str = "refused"
    parameters: dict[str, Any] = field(default_factory=dict)


class FakeBotApi(LoopbackServer):
    """`async with FakeBotApi() as api`: the Bot API of one bot. `problems` collects every call that is not valid."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.refusals: list[Refusal] = []
        """Said to the next calls that say something to a person, one each."""
        self.poll_refusals: list[Refusal] = []
        self.webhook: dict[str, Any] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.blocked: set[int] = set()
        self.confirmed = 0
        self._spec = json.loads(SPEC.read_text(encoding="utf-8"))
        self._updates: list[dict[str, Any]] = []
        self._update_ids = itertools.count(int(time.time()))
        self._message_ids = itertools.count(1)
        self._news = asyncio.Event()

    def routes(self, application: web.Application) -> None:
        """Every method of the bot."""
        application.router.add_route("*", "/bot{token}/{method}", self._answer)

    def last_words(self) -> list[Any]:
        """The last calls."""
        return [(call.method, str(call.data)[:120]) for call in self.calls[-8:]]

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead a bot here."""
        return {
            "CITEWELL_TELEGRAM_TOKEN": TOKEN,
            "CITEWELL_TELEGRAM_BASE_URL": f"http://127.0.0.1:{self.port}/bot",
            "CITEWELL_TELEGRAM_BASE_FILE_URL": f"http://127.0.0.1:{self.port}/file/bot",
        }

    def push(self, **update: Any) -> int:
        """Something happens on Telegram. Returns: the update's id."""
        number = next(self._update_ids)
        self._updates.append({"update_id": number, **update})
        self._news.set()
        return number

    def redeliver(self, update: dict[str, Any]) -> None:
        """An update that was sent before comes again."""
        self._updates.append(update)
        self._news.set()

    def say(self, text: str, *, user: int = 7, chat: int | None = None, **more: Any) -> dict[str, Any]:
        """A person writes. Returns: the message."""
        message = self.message(user=user, chat=chat, text=text, **more)
        self.push(message=message)
        return message

    def message(self, *, user: int = 7, chat: int | None = None, **more: Any) -> dict[str, Any]:
        """A message as Telegram sends it; a negative chat is a group."""
        number = next(self._message_ids)
        where = chat if chat is not None else user
        private = where > 0
        text = str(more.get("text", ""))
        if text.startswith("/"):
            length = len(text.split()[0])
            more.setdefault("entities", [{"type": "bot_command", "offset": 0, "length": length}])
        at = text.casefold().find(f"@{BOT['username']}")
        if at >= 0 and not text.startswith("/"):
            length = len(str(BOT["username"])) + 1
            offset = len(text[:at].encode("utf-16-le")) // 2
            more.setdefault("entities", [{"type": "mention", "offset": offset, "length": length}])
        return {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": where, "type": "private", "first_name": "Ada"}
            if private
            else {"id": where, "type": "supergroup", "title": "Group"},
            "from": {"id": user, "is_bot": False, "first_name": "Ada", "language_code": "en"},
            **more,
        }

    def press(self, message: dict[str, Any], data: str, *, user: int = 7) -> int:
        """A person presses a button."""
        who = {"id": user, "is_bot": False, "first_name": "Ada"}
        query = {"id": str(time.time_ns()), "from": who, "chat_instance": "1", "data": data, "message": message}
        return self.push(callback_query=query)

    async def post_webhook(self, secret: str | None = None, **update: Any) -> int:
        """Send an update to the registered webhook. Returns: the status."""
        number = next(self._update_ids)
        token = self.webhook["secret_token"] if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": token} if token else {}
        async with (
            ClientSession() as session,
            session.post(self.webhook["url"], json={"update_id": number, **update}, headers=headers) as response,
        ):
            return response.status

    def sent(self, chat: int | None = None) -> list[dict[str, Any]]:
        """The messages that stand in a chat now, by the bot, oldest first."""
        return [one for (where, _), one in self.messages.items() if chat is None or where == chat]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        data = {key: _parse(str(value)) for key, value in {**request.query, **await request.post()}.items()}
        self._check(method, data)
        queue = self.poll_refusals if method == "getUpdates" else self.refusals
        if method != "getUpdates":
            self.calls.append(Call(method=method, data=data, at=time.monotonic()))
        if queue and method in REFUSED:
            refusal = queue.pop(0)
            if refusal.status == 0:
                if request.transport is not None:
                    request.transport.close()
                return web.Response()
            return _error(refusal.status, refusal.description, refusal.parameters)
        result = await self._do(method, data)
        return result if isinstance(result, web.Response) else web.json_response({"ok": True, "result": result})

    async def _do(self, method: str, data: dict[str, Any]) -> Any:
        if method == "getMe":
            return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}
        if method == "getUpdates":
            return await self._poll(data)
        if method == "setWebhook":
            self.webhook = data
            return True
        if method == "deleteWebhook":
            self.webhook = {}
            return True
        if method == "getWebhookInfo":
            return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        if method in ("sendMessage", "editMessageText"):
            return self._message(method, data)
        if method == "deleteMessage":
            self.messages.pop((data["chat_id"], data["message_id"]), None)
        return True

    async def _poll(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        offset = data.get("offset", 0)
        self.confirmed = max(self.confirmed, offset)
        self._updates = [one for one in self._updates if one["update_id"] >= offset]
        if not self._updates:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(float(data.get("timeout", 0)), 2.0))
            except TimeoutError:
                return []
        return self._updates[:100]

    def _message(self, method: str, data: dict[str, Any]) -> Any:
        chat = data["chat_id"]
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        number = data["message_id"] if method == "editMessageText" else next(self._message_ids)
        if method == "editMessageText" and (chat, number) not in self.messages:
            return _error(400, "Bad Request: message to edit not found")
        kind = {"type": "private", "first_name": "Ada"} if chat > 0 else {"type": "supergroup", "title": "Group"}
        message = {"message_id": number, "date": int(time.time()), "chat": {"id": chat, **kind}, "from": BOT}
        message |= {"text": data["text"], "reply_markup": data.get("reply_markup") or None}
        self.messages[chat, number] = message
        return {key: value for key, value in message.items() if value is not None}

    def _check(self, method: str, data: dict[str, Any]) -> None:
        described = self._spec["methods"].get(method)
        if described is None:
            self.problems.append(f"no method {method}")
            return
        fields = {one["name"]: one for one in described.get("fields", [])}
        self.problems += [f"{method} has no {name}" for name in data if name not in fields]
        for name, one in fields.items():
            if one["required"] and name not in data:
                self.problems.append(f"{method} lacks {name}")
            if name in data and not self._fits(data[name], one["types"]):
                self.problems.append(f"{method}.{name} is {data[name]!r}, not {one['types']}")
        text = data.get("text")
        if method in ("sendMessage", "editMessageText") and not str(text or "").strip():
            self.problems.append(f"{method} without text")

    def _fits(self, value: Any, types: list[str]) -> bool:
        plain = {"Integer": int, "String": (str, int, float), "Boolean": bool, "Float": (int, float)}
        for kind in types:
            if kind in plain and isinstance(value, plain[kind]):  # type: ignore[arg-type]
                return True
            if kind.startswith("Array of ") and isinstance(value, list):
                return all(self._fits(one, [kind.removeprefix("Array of ")]) for one in value)
            described = self._spec["types"].get(kind)
            if described is not None and isinstance(value, dict):
                fields = {one["name"]: one for one in described.get("fields", [])}
                if all(name in fields and self._fits(value[name], fields[name]["types"]) for name in value):
                    return True
        return False


def _parse(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _error(status: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters or {}}
    return web.json_response(body, status=status)
