"""Discord's objects as its gateway and REST API send them, as far as a bot reads them."""

from __future__ import annotations

from typing import Any

ME = {
    "id": "900", "username": "citewell", "discriminator": "0", "global_name": "CiteWell", "avatar": None, "bot": True,
    "flags": 0, "verified": True, "mfa_enabled": False, "email": None,
}  # fmt: skip
APPLICATION = {
    "id": "900", "name": "CiteWell", "description": "", "flags": 0, "icon": None, "bot_public": True,
    "bot_require_code_grant": False, "verify_key": "0" * 64, "summary": "", "owner": {**ME, "id": "1", "bot": False},
}  # fmt: skip


def user(number: int) -> dict[str, Any]:
    """A person."""
    return {"id": str(number), "username": "ada", "discriminator": "0", "avatar": None, "global_name": "Ada"}


def member() -> dict[str, Any]:
    """A person's place in a guild."""
    return {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}


def message(number: str, channel: str) -> dict[str, Any]:
    """A message of the bot, before what it says is put in."""
    return {
        "id": number, "channel_id": channel, "author": ME, "content": "", "timestamp": "2026-11-22T12:00:00+00:00",
        "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
        "attachments": [], "embeds": [], "pinned": False, "type": 0,
    }  # fmt: skip


def ready(session: int, gateway: str) -> dict[str, Any]:
    """The first event of a session."""
    return {
        "v": 10, "user": ME, "guilds": [{"id": "50", "unavailable": True}], "session_id": f"session-{session}",
        "resume_gateway_url": gateway, "application": {"id": "900", "flags": 0},
    }  # fmt: skip


def guild() -> dict[str, Any]:
    """The guild 50 with its channel 51."""
    channel = {"id": "51", "type": 0, "name": "general", "position": 0, "permission_overwrites": [], "nsfw": False}
    role = {
        "id": "50", "name": "@everyone", "color": 0, "hoist": False, "position": 0, "permissions": "2147483647",
        "managed": False, "mentionable": False, "flags": 0, "colors": {"primary_color": 0},
    }  # fmt: skip
    return {
        "id": "50", "name": "Guild", "owner_id": "1", "roles": [role], "emojis": [], "features": [],
        "channels": [channel], "members": [{**member(), "user": ME}], "threads": [], "presences": [],
        "voice_states": [], "stickers": [], "member_count": 2, "unavailable": False, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "premium_tier": 0,
        "preferred_locale": "en-US", "nsfw_level": 0, "system_channel_flags": 0, "afk_timeout": 300,
    }  # fmt: skip


def thread(number: str, name: str) -> dict[str, Any]:
    """A thread below a message, whose number it has."""
    return {
        "id": number, "type": 11, "parent_id": "51", "guild_id": "50", "name": name, "owner_id": "900",
        "message_count": 0, "member_count": 1, "rate_limit_per_user": 0,
        "thread_metadata": {"archived": False, "auto_archive_duration": 60, "locked": False,
                            "archive_timestamp": "2026-11-22T12:00:00+00:00"},
    }  # fmt: skip
