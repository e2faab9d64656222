"""Checks that an entry is in a log, and that a log only ever grew (RFC 9162 sections 2.1.3 and 2.1.4)."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.engines.merkle.trees import HASH_SIZE, node_hash

Span = tuple[int, int]


class ProofRefused(Exception):
    """The proof does not show what it claims."""


def split_of(size: int) -> int:
    """Find the largest power of two smaller than a size of at least 2, where RFC 6962 splits a tree."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_spans(*, index: int, size: int) -> list[Span]:
    """List the subtrees whose hashes prove one leaf, from the leaf to the root (PATH of RFC 9162)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    start, end, spans = 0, size, []
    while end - start > 1:
        middle = start + split_of(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(*, old_size: int, size: int) -> list[Span]:
    """List the subtrees whose hashes prove that a tree grew out of a smaller one (PROOF of RFC 9162)."""
    if not 1 <= old_size <= size:
        raise ValueError(f"no proof from a tree of {old_size} to one of {size}")
    start, end, spans = 0, size, []
    while end != old_size:
        middle = start + split_of(end - start)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # A prefix that is itself a whole subtree is the old root, which the verifier already holds.
    if start:
        spans.append((start, end))
    return spans[::-1]


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at an index of the tree with this root; raises ProofRefused.

    Source: RFC 9162 section 2.1.3.2.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofRefused("the index is outside the tree")
    at, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if at & 1 or at == last:
            computed = node_hash(left=sibling, right=computed)
            at, last = _rise_to_right_child(at, last)
        else:
            computed = node_hash(left=computed, right=sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short")
    if computed != root:
        raise ProofRefused("the proof leads to another root")


def verify_consistency(
    *, old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the larger tree holds the smaller one unchanged at its beginning; raises ProofRefused.

    An empty old tree proves nothing and is refused. Source: RFC 9162 section 2.1.4.2.
    """
    if not 1 <= old_size <= size:
        raise ProofRefused("the sizes cannot follow each other")
    if old_size == size:
        # Nothing is hashed here, so equal roots are enough: a published vector has roots that are no hashes.
        if proof or old_root != root:
            raise ProofRefused("two trees of one size must have one root")
        return
    _check_hashes(old_root, root, *proof)
    is_whole_subtree = old_size & (old_size - 1) == 0
    path = [old_root, *proof] if is_whole_subtree else list(proof)
    if not path:
        raise ProofRefused("the proof is too short")
    _walk_consistency(path, old_size=old_size, size=size, old_root=old_root, root=root)


def _walk_consistency(
    path: Sequence[bytes], *, old_size: int, size: int, old_root: bytes, root: bytes
) -> None:
    """Rebuild both roots from one path, steps 4 to 6 of RFC 9162 section 2.1.4.2."""
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if at & 1 or at == last:
            old = node_hash(left=sibling, right=old)
            new = node_hash(left=sibling, right=new)
            at, last = _rise_to_right_child(at, last)
        else:
            new = node_hash(left=new, right=sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short")
    if old != old_root or new != root:
        raise ProofRefused("the proof leads to other roots")


def _rise_to_right_child(at: int, last: int) -> Span:
    """Climb the levels where a subtree at the right edge has no sibling and rises unchanged."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _check_hashes(*hashes: bytes) -> None:
    """Refuse any hash of another length first: an empty root must never meet an empty leaf."""
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofRefused("a hash must be 32 bytes long")
