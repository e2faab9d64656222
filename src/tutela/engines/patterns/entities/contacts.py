"""Other ways to be reached: e-mail, names on messengers, links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tutela.engines.patterns.entities.kinds import Entity, Kind

_AT = r"\s?(?:@|\(at\)|\[at\]|\{at\}| at )\s?"
_DOT = r"(?:\.|\s?(?:\(dot\)|\[dot\]|\{dot\}| dot )\s?)"
_EMAIL = re.compile(
    rf"(?<![\w.])([\w.+\-]{{2,64}}?){_AT}([\w\-]{{2,63}}(?:{_DOT}[\w\-]{{2,63}}){{0,3}}){_DOT}([a-z]{{2,12}})\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'”’)\]}]{3,300}", re.IGNORECASE)
_BARE_LINK = re.compile(
    r"(?<![@\w.])(?:[a-z0-9\-]{1,40}\.){1,3}"
    r"(?:(?:com|net|org|info|biz|ru|xyz)(?![\w@\-]|\.\w)(?:/[^\s<>\"')\]}]{0,200})?"
    r"|[a-z]{2,6}/[a-z0-9_@\-][^\s<>\"')\]}]{2,200})",
    re.IGNORECASE,
)
"""An address without www: ends that are words too (me, live, club) need something after a stroke."""
_NETWORKS = {
    "telegram": "telegram", "tg": "telegram", "t.me": "telegram", "whatsapp": "whatsapp",
    "insta": "instagram", "instagram": "instagram", "ig": "instagram", "snap": "snapchat",
    "snapchat": "snapchat", "kik": "kik",
    "wechat": "wechat", "weixin": "wechat", "line": "line", "viber": "viber", "signal": "signal",
    "skype": "skype", "vk": "vk", "wickr": "wickr", "session": "session", "onlyfans": "onlyfans",
    "телеграм": "telegram", "телега": "telegram", "инстаграм": "instagram", "تليجرام": "telegram",
    "تيليجرام": "telegram", "انستغرام": "instagram", "سناب": "snapchat", "微信": "wechat", "加微": "wechat",
}  # fmt: skip
_NAMED = re.compile(
    r"(?<!\w)(" + "|".join(map(re.escape, sorted(_NETWORKS, key=len, reverse=True)))
    + r")\s?(?:id|name|user|me)?\s?[:：=]\s?@?([\w.\-]{3,40})",
    re.IGNORECASE,
)  # fmt: skip
_HANDLE = re.compile(r"(?<![\w@./])@([a-z0-9_][\w.]{2,38}\w)", re.IGNORECASE)
_DIGIT_FOR_LETTER = re.compile(r"[013457][a-z]")
"""In “@b0ut” the first sign is a letter too: it is a word, and no name."""
_IN_LINK = re.compile(
    r"^(?:www\.)?(t\.me|telegram\.me|instagram\.com|snapchat\.com/add|vk\.com|onlyfans\.com)/@?([\w.]{3,40})/?$",
    re.IGNORECASE,
)


def contacts(text: str) -> list[Entity]:
    """E-mail addresses, names on messengers and links in `text`; none is counted twice."""
    found = [*_emails(text), *_links(text)] if ("." in text or " dot " in text or "dot)" in text) else []
    taken = [(one.start, one.end) for one in found]
    for one in _handles(text):
        if not any(start < one.end and one.start < end for start, end in taken):
            found.append(one)
            taken.append((one.start, one.end))
    return sorted(found, key=lambda one: one.start)


def _emails(text: str) -> list[Entity]:
    if "@" not in text and " at " not in text and "at)" not in text and "at]" not in text:
        return []
    found = []
    for match in _EMAIL.finditer(text):
        host = re.sub(r"\s|\(dot\)|\[dot\]|\{dot\}", ".", match[2].replace(" dot ", ".")).strip(".")
        plain = "@" in match.group() and "dot" not in match.group().lower().split("@")[-1]
        if not plain and " at " in match.group().lower() and " dot " not in match.group().lower():
            continue  # "meet at home.com" is a sentence
        value = f"{match[1]}@{re.sub(r'[.]+', '.', host)}.{match[3]}".lower()
        found.append(Entity(Kind.EMAIL, value, match.start(), match.end(), obscured=not plain))
    return found


def _links(text: str) -> list[Entity]:
    found: list[Entity] = []
    for match in [*_LINK.finditer(text), *_BARE_LINK.finditer(text)]:
        if any(one.start <= match.start() < one.end for one in found):
            continue
        if match.start() and text[match.start() - 1] == "@":
            continue
        written = match.group().rstrip(".,;:!?…")
        end = match.start() + len(written)
        value = _address(written)
        if value is None:
            continue
        on = _IN_LINK.match(value)
        if on:
            network = _NETWORKS.get(on[1].lower(), on[1].lower().split(".")[0].removesuffix("/add"))
            name = f"{network}:{on[2].lower()}"
            found.append(Entity(Kind.HANDLE, name, match.start(), end, detail=network))
        else:
            found.append(Entity(Kind.LINK, value, match.start(), end))
    return found


def _address(written: str) -> str | None:
    """Host and path alone: what a visit was counted by, and the way it was fetched, are left out."""
    try:
        parts = urlsplit(written if "//" in written else f"//{written}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return (host + parts.path.rstrip("/")).lower() if "." in host else None


def _handles(text: str) -> list[Entity]:
    found: list[Entity] = []
    lower = text.lower()
    for match in _NAMED.finditer(text) if any(name in lower for name in _NETWORKS) else ():
        network = _NETWORKS[match[1].lower()]
        value = f"{network}:{match[2].strip('.').lower()}"
        if not match[2].isdigit() or network == "wechat":
            found.append(Entity(Kind.HANDLE, value, match.start(), match.end(), detail=network))
    named = (one for one in _HANDLE.finditer(text) if not _DIGIT_FOR_LETTER.search(one[1].lower()))
    return found + [Entity(Kind.HANDLE, f"@{one[1].lower()}", one.start(), one.end()) for one in named]
