"""Folding of characters: what looks alike becomes alike. Nothing here knows a language's words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Script = Literal["Latn", "Cyrl", "Arab", "Deva", "Hans"]
_SCRIPTS: tuple[tuple[Script, re.Pattern[str]], ...] = (
    ("Latn", re.compile(r"[a-z]")),
    ("Cyrl", re.compile(r"[\u0400-\u04ff]")),
    ("Arab", re.compile(r"[\u0600-\u06ff]")),
    ("Deva", re.compile(r"[\u0900-\u097f]")),
    ("Hans", re.compile(r"[\u3400-\u9fff]")),
)
# Letters of other scripts that are drawn like Latin ones; used only where the writer was writing Latin letters.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһкмтвнԁɡԛԝαβεικνορτυχωʟɪᴋᴀᴅᴇᴍɴᴏᴘᴛᴜᴠᴡʏʜɢꜱᴊʙᴄғʀᴢ",
    "aeopcyxijshkmtbhdgqwabeiknoptuxwlikademnoptuvwyhgsjbcfrz",
)
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u04ff\u0500-\u052f\u0250-\u02af\u1d00-\u1d7f\ua730-\ua7ff]")
_ARABIC = str.maketrans("أإآٱىةؤئیکڪ", "اااايهويیكك".replace("ی", "ي"))
_WORD = re.compile(r"[^\W\d_]+")
_STARRED = {0x1F150: "a", 0x1F170: "a", 0x1F1E6: "a"}

_PIECE = re.compile(
    r"""(?P<url>https?://\S+|www\.\S+)
    |(?P<han>[\u3400-\u9fff\u3040-\u30ff])
    |(?P<word>[@$]?(?:[^\W\u3400-\u9fff\u3040-\u30ff]|[\u0900-\u0963\u0966-\u097f])+
        (?:(?:[@$!|'\-./+]|[*]+)(?:[^\W\u3400-\u9fff\u3040-\u30ff]|[\u0900-\u0963\u0966-\u097f])+)*)
    |(?P<quote>["\u201c\u201d\u00ab\u00bb\u300c\u300d]|(?<![^\s(])'(?=\w)|(?<=[\w.!?])'(?!\w))
    |(?P<line>\n)
    |(?P<soft>\.{2,}|\u2026|[,;:()\u060c\u3001\uff0c]|\s[-\u2013\u2014]+\s|\u2014)
    |(?P<end>[.!?\u0964\u061f\u3002]+)
    |(?P<sign>[^\s\w])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word, an emoji or sign, or a mark between words (`url`, `han`, `word`, `quote`, `soft`, `end`, `sign`)."""

    kind: str
    text: str


def clean(text: str) -> str:
    """Lower case, compatibility forms unified, invisible characters and accents gone, look-alike letters made Latin."""
    text = unicodedata.normalize("NFKC", "".join(_letter(character) for character in text))
    text = text.lower().replace("\u2019", "'").replace("\u2018", "'").replace("\u02bc", "'").replace("`", "'")
    text = text.replace("\u0451", "\u0435").translate(_ARABIC)
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(c for c in decomposed if not _drops(c))
    return _unmask(unicodedata.normalize("NFC", kept))


def scripts(cleaned: str) -> frozenset[Script]:
    """The scripts that cleaned text holds letters of."""
    return frozenset(script for script, letters in _SCRIPTS if letters.search(cleaned))


def pieces(cleaned: str) -> list[Piece]:
    """Cleaned text cut into words and marks, in order."""
    return [Piece(kind=match.lastgroup or "sign", text=match.group()) for match in _PIECE.finditer(cleaned)]


def _letter(character: str) -> str:
    for start, first in _STARRED.items():
        if start <= ord(character) < start + 26:
            return chr(ord(first) + ord(character) - start)
    return character


def _drops(character: str) -> bool:
    """Invisible characters, and marks on letters; Devanagari marks are vowels, and й keeps its breve."""
    category = unicodedata.category(character)
    if category in ("Cf", "Cc"):
        return character not in "\n\t"
    if category in ("Mn", "Me"):
        return not "\u0900" <= character <= "\u097f" and character != "\u0306"
    return character == "\u0640"


def _unmask(text: str) -> str:
    """Letters borrowed from other scripts inside Latin writing become the Latin letters that they imitate."""
    if not _FOREIGN.search(text):
        return text
    latin = len(re.findall(r"[a-z]", text))
    mostly_latin = latin > len(_FOREIGN.findall(text))

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        if not _FOREIGN.search(word):
            return word
        swapped = word.translate(_LOOKALIKES)
        mixed = re.search(r"[a-z]", word) is not None
        return swapped if (mixed or mostly_latin) and swapped.isascii() else word

    return _WORD.sub(swap, text)
