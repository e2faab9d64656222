"""The oblivious function: every vector of RFC 9497 for ristretto255-SHA512, modes OPRF and VOPRF, and its
refusals.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines.matching import oprf
from tutela.engines.matching.oprf import BadElement, BadProof, Mode

SEED, INFO = bytes.fromhex("a3" * 32), b"test key"
ONE, TWO = b"\x00", b"\x5a" * 17
BLIND = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"
NONCE = "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"
SECRETS = {
    Mode.OPRF: "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
    Mode.VOPRF: "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
}
PUBLIC = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"
# RFC 9497, appendix A.1.1: input, blinded, evaluated, output.
OPRF = [
    (
        ONE,
        "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
        "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
        "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3"
        "ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
    ),
    (
        TWO,
        "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
        "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
        "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4"
        "f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
    ),
]
OUTPUT_ONE = (
    "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
    "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c"
)
OUTPUT_TWO = (
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
    "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"
)
FIRST = "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"
FIRST_THERE = "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e"
# RFC 9497, appendix A.1.2: inputs, blinds, blinded, evaluated, nonce of the proof, proof, outputs.
VOPRF = [
    (
        [ONE],
        [BLIND],
        [FIRST],
        [FIRST_THERE],
        NONCE,
        "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
        "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
        [OUTPUT_ONE],
    ),
    (
        [TWO],
        [BLIND],
        ["cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"],
        ["60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468"],
        NONCE,
        "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
        "67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
        [OUTPUT_TWO],
    ),
    (
        [ONE, TWO],
        [BLIND, NONCE],
        [FIRST, "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654"],
        [FIRST_THERE, "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a"],
        "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
        "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
        "5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08",
        [OUTPUT_ONE, OUTPUT_TWO],
    ),
]


def number(text: str) -> int:
    return int.from_bytes(bytes.fromhex(text), "little")


@pytest.mark.parametrize("mode", list(Mode))
def test_the_key_of_the_rfc_is_derived(mode):
    assert oprf.derive_key(SEED, INFO, mode=mode) == number(SECRETS[mode])
    if mode is Mode.VOPRF:
        assert oprf.public_key(number(SECRETS[mode])).hex() == PUBLIC


@pytest.mark.parametrize(("key", "blinded", "evaluated", "output"), OPRF)
def test_vectors_without_a_proof(key, blinded, evaluated, output):
    secret = number(SECRETS[Mode.OPRF])
    (mine,) = oprf.blind([key], source=os.urandom, mode=Mode.OPRF, blinds=[number(BLIND)])
    assert mine.element.hex() == blinded
    (there,) = oprf.evaluate_blinded(secret, [mine.element])
    assert there.hex() == evaluated
    assert oprf.finalize(key, mine, there).hex() == output
    assert oprf.evaluate(secret, key, mode=Mode.OPRF).hex() == output


@pytest.mark.parametrize(("keys", "blinds", "blinded", "evaluated", "nonce", "proof", "outputs"), VOPRF)
def test_vectors_with_a_proof(keys, blinds, blinded, evaluated, nonce, proof, outputs):
    secret = number(SECRETS[Mode.VOPRF])
    mine = oprf.blind(keys, source=os.urandom, blinds=[number(one) for one in blinds])
    assert [one.element.hex() for one in mine] == blinded
    elements = [one.element for one in mine]
    there = oprf.evaluate_blinded(secret, elements)
    assert [one.hex() for one in there] == evaluated
    made = oprf.prove(secret, elements, there, source=os.urandom, nonce=number(nonce))
    assert made.hex() == proof
    oprf.verify(bytes.fromhex(PUBLIC), elements, there, made)
    assert [oprf.finalize(*one).hex() for one in zip(keys, mine, there, strict=True)] == outputs
    assert [oprf.evaluate(secret, key).hex() for key in keys] == outputs


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_blinding_changes_what_is_sent_and_never_what_comes_out(keys):
    secret = oprf.random_scalar(os.urandom)
    once, again = (oprf.blind(keys, source=os.urandom) for _ in range(2))
    assert {one.element for one in once}.isdisjoint(one.element for one in again)
    for blinded in (once, again):
        there = oprf.evaluate_blinded(secret, [one.element for one in blinded])
        got = [oprf.finalize(*one) for one in zip(keys, blinded, there, strict=True)]
        assert got == [oprf.evaluate(secret, key) for key in keys]


def exchange() -> tuple[int, list[bytes], list[bytes], bytes]:
    secret = oprf.random_scalar(os.urandom)
    elements = [one.element for one in oprf.blind([b"a", b"b", b"c"], source=os.urandom)]
    there = oprf.evaluate_blinded(secret, elements)
    return secret, elements, there, oprf.prove(secret, elements, there, source=os.urandom)


def test_one_answer_of_another_key_is_seen():
    secret, elements, there, proof = exchange()
    other = oprf.evaluate_blinded(oprf.random_scalar(os.urandom), elements)
    for place in range(3):
        mixed = [*there[:place], other[place], *there[place + 1 :]]
        with pytest.raises(BadProof):
            oprf.verify(oprf.public_key(secret), elements, mixed, proof)
        forged = oprf.prove(secret, elements, mixed, source=os.urandom)
        with pytest.raises(BadProof):
            oprf.verify(oprf.public_key(secret), elements, mixed, forged)


def test_a_proof_holds_for_its_key_its_question_and_its_order():
    secret, elements, there, proof = exchange()
    public = oprf.public_key(secret)
    oprf.verify(public, elements, there, proof)
    wrong = [
        (oprf.public_key(secret + 1), elements, there, proof),
        (public, elements[::-1], there[::-1], proof),
        (public, elements[:2], there[:2], proof),
        (public, elements, there[:2], proof),
        (public, [], [], proof),
        (public, elements, there, proof[:-1]),
        (public, elements, there, bytes(64)),
        (public, elements, there, oprf.ORDER.to_bytes(32, "little") + proof[32:]),
        (public, elements, there, proof[:32] + b"\xff" * 32),
    ]
    for one in wrong:
        with pytest.raises(BadProof):
            oprf.verify(*one)
    for place in range(0, 64, 7):
        bent = bytearray(proof)
        bent[place] ^= 1
        with pytest.raises(BadProof):
            oprf.verify(public, elements, there, bytes(bent))


# RFC 9496, appendix A.2: the first bad encodings of each kind, and the identity.
NOT_ELEMENTS = [
    "00" * 32,
    "00" + "ff" * 31,
    "ff" * 32,
    "f3" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "01" + "00" * 31,
    "01" + "ff" * 30 + "7f",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2dff",
]


@pytest.mark.parametrize("text", NOT_ELEMENTS)
def test_what_is_no_element_is_never_multiplied(text):
    data = bytes.fromhex(text)
    assert not oprf.is_element(data)
    with pytest.raises(BadElement):
        oprf.evaluate_blinded(oprf.random_scalar(os.urandom), [data])


@given(st.binary(max_size=70))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_it(data):
    if oprf.is_element(data):
        (there,) = oprf.evaluate_blinded(5, [data])
        assert oprf.is_element(there)
    else:
        with pytest.raises(BadElement):
            oprf.evaluate_blinded(5, [data])


def test_a_seed_has_its_length():
    with pytest.raises(ValueError, match="32 bytes"):
        oprf.derive_key(b"short", b"")
    with pytest.raises(ValueError, match="65,535"):
        oprf.evaluate(5, bytes(70_000))
