"""Addresses of electronic money, kept only where their checksum is right."""

from __future__ import annotations

import hashlib
import re

from tutela.engines.patterns.entities.kinds import Entity, Kind

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VERSIONS = {
    0x00: "bitcoin",
    0x05: "bitcoin",
    0x30: "litecoin",
    0x32: "litecoin",
    0x1E: "dogecoin",
    0x41: "tron",
}
_PREFIXES = {"bc": "bitcoin", "ltc": "litecoin"}
_CHECKS = (1, 0x2BC830A3)
"""What the polynomial of a right address leaves: BIP 173 (version 0) and BIP 350 (later versions)."""
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z])(?:(0x[0-9a-fA-F]{40})|((?:bc|ltc)1[02-9ac-hj-np-z]{11,87})|([13LMDT][1-9A-HJ-NP-Za-km-z]{25,34}))(?![0-9A-Za-z])"
)


def wallets(text: str) -> list[Entity]:
    """Bitcoin, Litecoin, Dogecoin, Tron and Ethereum addresses in `text` whose checksum is right.

    An Ethereum address in small or in capital letters alone carries no checksum and is kept; one in both
    must fit (EIP-55).
    """
    found = []
    for match in _CANDIDATE.finditer(text):
        coin = _coin(match)
        if coin is not None:
            value = match.group().lower() if coin == "ethereum" else match.group()
            found.append(Entity(Kind.WALLET, value, match.start(), match.end(), detail=coin))
    return found


def _coin(match: re.Match[str]) -> str | None:
    ether, segwit, base58 = match.groups()
    if ether:
        return "ethereum" if _is_ether(ether[2:]) else None
    return _of_bech32(segwit) if segwit else _of_base58(base58)


def _of_base58(address: str) -> str | None:
    number = 0
    for letter in address:
        number = number * 58 + _BASE58.index(letter)
    try:
        raw = number.to_bytes(25, "big")
    except OverflowError:
        return None
    check = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4]
    return _VERSIONS.get(raw[0]) if check == raw[-4:] else None


def _of_bech32(address: str) -> str | None:
    prefix, _, data = address.rpartition("1")
    values = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    values += [_BECH32.index(letter) for letter in data]
    return _PREFIXES.get(prefix) if _remainder(values) in _CHECKS else None


def _remainder(values: list[int]) -> int:
    """The remainder of BIP 173's polynomial."""
    generator = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate(generator):
            check ^= part if (top >> place) & 1 else 0
    return check


def _is_ether(digits: str) -> bool:
    if digits in (digits.lower(), digits.upper()):
        return True
    hashed = _keccak_256(digits.lower().encode("ascii")).hex()
    return all(
        not letter.isalpha() or letter.isupper() == (int(nibble, 16) >= 8)
        for letter, nibble in zip(digits, hashed, strict=False)
    )


def _keccak_256(message: bytes) -> bytes:
    """Keccak before it became SHA-3 (another padding), of less than 136 bytes: for EIP-55 alone."""
    padded = bytearray(message.ljust(136, b"\0"))
    padded[len(message)] ^= 0x01
    padded[135] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for place in range(17):
        lanes[place % 5][place // 5] = int.from_bytes(padded[8 * place : 8 * place + 8], "little")
    register = 1
    for _ in range(24):
        lanes, register = _keccak_round(lanes, register)
    return b"".join(lanes[place % 5][place // 5].to_bytes(8, "little") for place in range(4))


def _turned(lane: int, by: int) -> int:
    by %= 64
    return ((lane << by) | (lane >> (64 - by))) & 0xFFFFFFFFFFFFFFFF


def _keccak_round(lanes: list[list[int]], register: int) -> tuple[list[list[int]], int]:
    columns = [lane[0] ^ lane[1] ^ lane[2] ^ lane[3] ^ lane[4] for lane in lanes]
    for x in range(5):
        mixed = columns[(x + 4) % 5] ^ _turned(columns[(x + 1) % 5], 1)
        lanes[x] = [lane ^ mixed for lane in lanes[x]]
    x, y, current = 1, 0, lanes[1][0]
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        current, lanes[x][y] = lanes[x][y], _turned(current, (step + 1) * (step + 2) // 2)
    lanes = [
        [lanes[x][y] ^ (~lanes[(x + 1) % 5][y] & lanes[(x + 2) % 5][y]) for y in range(5)] for x in range(5)
    ]
    for power in range(7):
        register = ((register << 1) ^ ((register >> 7) * 0x71)) % 256
        if register & 2:
            lanes[0][0] ^= 1 << ((1 << power) - 1)
    return lanes, register
