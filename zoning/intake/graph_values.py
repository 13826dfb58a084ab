"""Attributes of nodes and edges of a graph: text, numbers or lists, however they were saved."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

PLACE_KEYS = (
    ("x", "y"), ("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"), ("经度", "纬度"),
)  # fmt: skip
_MISSING = frozenset({"", "nan", "none"})
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})
_BACKWARD = frozenset({"-1", "reverse"})


def words_of(given: object) -> tuple[str, ...]:
    """Return the values of an attribute as text: several of merged ways, none where it is absent.

    GraphML knows no lists; OSMnx writes them as Python does: "[9, 10]".
    """
    if isinstance(given, str) and given[:1] + given[-1:] in {"[]", "{}"}:
        given = _list_in(given)
    many = given if isinstance(given, list | tuple | set | frozenset) else (given,)
    return tuple(word for item in many if (word := _word(item)).casefold() not in _MISSING)


def _list_in(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        # a name in brackets is a name
        return text


def _word(item: object) -> str:
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return str(item).strip()


def is_stated(given: object) -> bool:
    """Tell whether an attribute has a value."""
    return bool(words_of(given))


def by_number(word: str) -> tuple[bool, int, str]:
    """Sort key by which numbers come before words, and 9 before 10."""
    return not word.lstrip("-").isdecimal(), len(word), word


def oneway_stated(facts: Mapping[str, Any]) -> int | None:
    """Return in which direction an edge says it is open: 1, -1 against it, 0 both, else None."""
    words = {word.casefold() for word in words_of(facts.get("oneway"))}
    if len(words) != 1:
        return None
    (word,) = words
    if word in _BACKWARD:
        return -1
    return 1 if word in _YES else 0 if word in _NO else None


def number_of(given: object) -> float:
    """Return a number, NaN where there is none."""
    words = words_of(given)
    try:
        return float(words[0]) if len(words) == 1 else math.nan
    except ValueError:
        return math.nan


def places_of(graph: nx.Graph) -> dict[Any, tuple[float, float]]:
    """Return the coordinates of the nodes that have any, by the first pair of names in use."""
    named = {
        node: {str(key).casefold(): value for key, value in facts.items()}
        for node, facts in graph.nodes(data=True)
    }
    used = {key for facts in named.values() for key in facts}
    east, north = next((pair for pair in PLACE_KEYS if used.issuperset(pair)), PLACE_KEYS[0])
    places = {
        node: (number_of(facts.get(east)), number_of(facts.get(north)))
        for node, facts in named.items()
    }
    return {node: place for node, place in places.items() if all(map(math.isfinite, place))}
