"""One way of writing a value as text, so that its digest is the same everywhere."""

from __future__ import annotations

import hashlib
import json

DIGEST_SIGNS = 64


def canonical(value: object) -> str:
    """Write a value as JSON in its one form: keys sorted, no blanks, text as it is.

    Raises
    ------
    TypeError
        There is a number with a fraction in it, which programs write differently, or something
        that JSON does not have.
    """
    _refuse_fractions(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def sealed_digest(value: object, *, salt: bytes) -> str:
    """Return the digest of personal content with a salt of its own.

    The log holds this digest and never the content. Once content and salt are erased, nobody can
    tell any more what it was, not even by trying: and the chain stays whole.

    Parameters
    ----------
    value
        What is sealed.
    salt
        At least 16 random bytes, kept beside the content and erased with it.
    """
    if len(salt) < 16:
        msg = "a salt has at least 16 bytes"
        raise ValueError(msg)
    return hashlib.sha256(salt + canonical(value).encode()).hexdigest()


def _refuse_fractions(value: object) -> None:
    if isinstance(value, float):
        msg = "no fractions: write them as text with a fixed number of digits"
        raise TypeError(msg)
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            msg = "names are text"
            raise TypeError(msg)
        for inner in value.values():
            _refuse_fractions(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_fractions(inner)
