"""Prices with their currency, and days, as adverts write them."""

from __future__ import annotations

import datetime as dt
import re

from tutela.engines.patterns.entities.kinds import Entity, Kind

_SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "฿": "THB", "₫": "VND", "₹": "INR",
    "₱": "PHP", "₦": "NGN", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₩": "KRW", "៛": "KHR", "₭": "LAK",
    "元": "CNY", "円": "JPY",
}  # fmt: skip
_WORDS = {
    "usd": "USD", "dollar": "USD", "dollars": "USD", "dólares": "USD", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "евро": "EUR", "gbp": "GBP", "pounds": "GBP", "rub": "RUB", "руб": "RUB", "рублей": "RUB",
    "thb": "THB", "baht": "THB", "บาท": "THB", "inr": "INR", "rupees": "INR", "php": "PHP", "pesos": "MXN",
    "aed": "AED", "درهم": "AED", "ريال": "SAR", "دينار": "JOD", "sar": "SAR", "try": "TRY", "chf": "CHF",
    "cad": "CAD", "aud": "AUD", "myr": "MYR", "sgd": "SGD", "cny": "CNY", "rmb": "CNY", "uah": "UAH",
    "грн": "UAH", "ngn": "NGN", "naira": "NGN", "vnd": "VND", "đồng": "VND", "reais": "BRL", "brl": "BRL",
}  # fmt: skip
_NUMBER = r"(\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)\s?(k(?!\w))?"
_SIGN = "[" + "".join(map(re.escape, _SIGNS)) + "]"
_WORD = "(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")(?!\w)"
_BEFORE = re.compile(rf"({_SIGN}|(?<!\w){_WORD})\s?{_NUMBER}(?![\d])", re.IGNORECASE)
_AFTER = re.compile(rf"(?<![\d.,]){_NUMBER}\s?({_SIGN}|{_WORD})", re.IGNORECASE)


def prices(text: str) -> list[Entity]:
    """Amounts with a currency: "1500 EUR". A sign that several countries use stands for the commonest."""
    found: list[Entity] = []
    for match, currency, number, thousands in _prices(text):
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            amount = _amount(number) * (1000 if thousands else 1)
            found.append(
                Entity(Kind.PRICE, f"{amount:g} {currency}", match.start(), match.end(), detail=currency)
            )
    return sorted(found, key=lambda one: one.start)


def _prices(text: str) -> list[tuple[re.Match[str], str, str, str | None]]:
    """Readings, likeliest first: signs stand before their number, words after it."""
    before = [(one, _currency(one[1]), one[2], one[3]) for one in _BEFORE.finditer(text)]
    after = [(one, _currency(one[3]), one[1], one[2]) for one in _AFTER.finditer(text)]
    signs = [one for one in before if one[0][1] in _SIGNS]
    words = [one for one in after if one[0][3] not in _SIGNS]
    return [*signs, *words, *after, *before]


def _currency(written: str) -> str:
    return _SIGNS.get(written) or _WORDS[written.lower()]


def _amount(written: str) -> float:
    """The number: a point or comma before one or two last figures parts off cents, others thousands."""
    whole, cents = re.fullmatch(r"(.+?)(?:[.,](\d{1,2}))?", written).groups()  # type: ignore[union-attr]
    return float(re.sub(r"\D", "", whole) + "." + (cents or "0"))


_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan janvier enero января", "february feb février febrero февраля",
            "march mar mars marzo марта", "april apr avril abril апреля", "may mai mayo мая",
            "june jun juin junio июня", "july jul juillet julio июля", "august aug août agosto августа",
            "september sep sept septembre septiembre сентября", "october oct octobre octubre октября",
            "november nov novembre noviembre ноября", "december dec décembre diciembre декабря",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](20\d\d)(?!\d)")
_IN_WORDS = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er)?\s(?:de\s)?([^\W\d_]{3,10})\.?,?\s(?:de\s)?(20\d\d)(?!\d)"
)


def dates(text: str) -> list[Entity]:
    """Days that can be read one way only, as 2026-11-25: 3/4/2026 is left out, 25/4/2026 is not."""
    if "20" not in text:
        return []
    found = [(one, int(one[1]), int(one[2]), int(one[3])) for one in _ISO.finditer(text)]
    for one in _DAY_FIRST.finditer(text):
        first, second = int(one[1]), int(one[2])
        if first > 12 >= second or first == second:
            found.append((one, int(one[3]), second, first))
        elif second > 12 >= first:
            found.append((one, int(one[3]), first, second))
    found += [
        (one, int(one[3]), _MONTHS[one[2].lower()], int(one[1]))
        for one in _IN_WORDS.finditer(text)
        if one[2].lower() in _MONTHS
    ]
    return [day for each in found if (day := _day(*each))]


def _day(match: re.Match[str], year: int, month: int, day: int) -> Entity | None:
    try:
        value = dt.date(year, month, day).isoformat()
    except ValueError:
        return None
    return Entity(Kind.DATE, value, match.start(), match.end())
