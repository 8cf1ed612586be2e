"""Sends rendered parts to Discord, and says what a refusal means."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from adapters.discord.reading import BUTTON
from adapters.serving.platform import TryLater, Unreachable
from adapters.serving.typing import shown_while

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from adapters.serving.incoming import Incoming
    from adapters.serving.platform import Part

_LATE = frozenset({10015, 10062, 50027})
"""Unknown webhook, unknown interaction, invalid webhook token: an interaction that is over (Discord's JSON codes)."""
_THREAD_EXISTS = 160004
_LONGEST_WAIT_S = 600.0
_NOBODY = discord.AllowedMentions.none()


class Sending:
    """Sends to channels, direct messages, and as replies to interactions."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self.ready = asyncio.Event()
        """Set when the client is logged in; until then nothing can be sent."""

    async def deliver(self, incoming: Incoming, part: Part) -> str | None:
        """Send a part. Returns: the id of the message. Raises: TryLater, Unreachable."""
        if not self.ready.is_set():
            raise TryLater("not logged in yet", 1.0)
        try:
            return await self._deliver(incoming, part)
        except discord.RateLimited as error:
            raise TryLater("429", error.retry_after) from None
        except (discord.Forbidden, discord.NotFound):
            raise Unreachable("forbidden") from None
        except discord.HTTPException as error:
            raise TryLater(f"HTTP {error.status}", _retry_after(error), counts=_is_ours(error)) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None

    def typing(self, incoming: Incoming) -> AbstractAsyncContextManager[None]:
        """Shows "typing" while the block runs; an interaction shows "thinking" already."""
        return shown_while(None if "token" in incoming.address else lambda: self._type(incoming))

    async def _type(self, incoming: Incoming) -> None:
        with contextlib.suppress(discord.DiscordException, aiohttp.ClientError, OSError):
            async with self._client.get_partial_messageable(incoming.address["channel_id"]).typing():
                await asyncio.Event().wait()

    async def _deliver(self, incoming: Incoming, part: Part) -> str | None:
        address = incoming.address
        if "token" in address:
            try:
                return await self._answer_interaction(address, part)
            except discord.HTTPException as error:
                if error.code not in _LATE and error.status not in (401, 404):
                    raise
            if part.get("private") or (address["ephemeral"] and part.get("when") != "unreached"):
                return await self._send_alone(address, part)  # too late for a reply that only the person sees
            return await self._send(self._client.get_partial_messageable(address["channel_id"]), address, part)
        if part.get("private") and not incoming.private:
            return await self._send_alone(address, part)
        return await self._send_to_channel(incoming, address, part)

    async def _answer_interaction(self, address: dict[str, Any], part: Part) -> str | None:
        """The first part takes the place of "thinking…", the others follow it."""
        made = {"id": address["application_id"], "type": 3, "token": address["token"]}  # as Interaction.followup does
        webhook = discord.Webhook.from_state(made, self._client._connection)  # type: ignore[arg-type]
        ephemeral = bool(address["ephemeral"] or part.get("private"))
        look = _look(part)
        if part.get("number", 0) == 0:
            original: Any = _Original()
            view = look.pop("view", None)
            message = await webhook.edit_message(original, view=view, allowed_mentions=_NOBODY, **look)
        else:
            message = await webhook.send(ephemeral=ephemeral, wait=True, allowed_mentions=_NOBODY, **look)
        return str(message.id)

    async def _send_alone(self, address: dict[str, Any], part: Part) -> str | None:
        channel = await self._client.create_dm(discord.Object(address["user_id"]))
        return await self._send(channel, {}, part)

    async def _send_to_channel(self, incoming: Incoming, address: dict[str, Any], part: Part) -> str | None:
        where = address["channel_id"]
        if address.get("thread") and not part.get("private"):
            where = await self._thread(address) or where
        channel = self._client.get_partial_messageable(where)
        try:
            return await self._send(channel, address if where == address["channel_id"] else {}, part)
        except discord.Forbidden:
            if incoming.private:
                raise
            return await self._send_alone(address, part)  # not allowed to write there: tell the person

    async def _thread(self, address: dict[str, Any]) -> int | None:
        """The thread below the message that asked; None when none can be opened. It has the message's id."""
        channel = self._client.get_partial_messageable(address["channel_id"], guild_id=address["guild_id"])
        message = channel.get_partial_message(address["message_id"])
        try:
            return (await message.create_thread(name="CiteWell")).id
        except discord.HTTPException as error:
            return int(address["message_id"]) if error.code == _THREAD_EXISTS else None
        except (discord.ClientException, ValueError):
            return None

    async def _send(self, channel: Any, address: dict[str, Any], part: Part) -> str | None:
        if part["do"] == "delete":
            with contextlib.suppress(discord.NotFound):
                await channel.get_partial_message(part["message_id"]).delete()
            return None
        look = _look(part, embeds=self._may_embed(address))
        if part["do"] == "edit":
            view = look.pop("view", None)
            with contextlib.suppress(discord.NotFound):
                edited = channel.get_partial_message(part["message_id"])
                await edited.edit(view=view, allowed_mentions=_NOBODY, **look)
                return None
            look |= {"view": view} if view is not None else {}
        if address.get("guild_id") and "message_id" in address:
            look["reference"] = discord.MessageReference(
                message_id=address["message_id"], channel_id=address["channel_id"], fail_if_not_exists=False
            )
        sent = await channel.send(allowed_mentions=_NOBODY, nonce=part.get("once"), **look)
        return str(sent.id)

    def _may_embed(self, address: dict[str, Any]) -> bool:
        """Whether embeds are shown there; without that permission Discord drops them silently."""
        guild = self._client.get_guild(address.get("guild_id") or 0)
        channel = guild.get_channel_or_thread(address["channel_id"]) if guild else None
        return channel is None or guild is None or channel.permissions_for(guild.me).embed_links


def _retry_after(error: discord.HTTPException) -> float:
    """Seconds that Discord wants to be left alone; 0 when it does not say."""
    try:
        return min(max(float(error.response.headers.get("Retry-After", 0)), 0.0), _LONGEST_WAIT_S)
    except ValueError:
        return 0.0


def _is_ours(error: discord.HTTPException) -> bool:
    """Whether the message may be at fault, and not the platform."""
    return error.status != 429 and error.status < 500


class _Original:
    """In the place of a message's id: the reply that "thinking…" stands for. Not a str, which would be escaped."""

    def __str__(self) -> str:
        return "@original"


def _look(part: Part, *, embeds: bool = True) -> dict[str, Any]:
    """The keyword arguments that show a part."""
    look: dict[str, Any] = {"content": part["content"] or None}
    sources = part.get("sources")
    if sources and embeds:
        look["embeds"] = [discord.Embed(title="Sources", description=sources)]
    elif sources:
        plain = f"{part['content']}\n\n{sources}".strip()
        look["content"] = plain if len(plain) <= 2000 else part["content"] or sources[:2000].rpartition("\n")[0]
    if rows := part.get("rows"):
        view = discord.ui.View(timeout=None)
        for number, row in enumerate(rows):
            for one in row:
                view.add_item(discord.ui.Button(label=one["label"], custom_id=BUTTON + one["action"], row=number))
        view.stop()  # presses are found by their ids (client.on_interaction), so that nothing is kept in memory
        look["view"] = view
    return look
