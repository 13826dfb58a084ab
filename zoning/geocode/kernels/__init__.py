"""Look-ups, compiled: what a text is looked up by, which entries come into question, how they fit.

`tokens` are noted for rows and questions; `finding` collects the entries that share the rarest of a
question's; `comparing` writes down how each of them fits; `judging` turns that into chances.
"""

from zoning.geocode.kernels.asking import answer_some, find_some
from zoning.geocode.kernels.columns import FEATURES, WIDTH
from zoning.geocode.kernels.comparing import FAR_M, METRES, compare
from zoning.geocode.kernels.finding import COLUMNS, candidates
from zoning.geocode.kernels.judging import (
    CHOSEN,
    IN_ZONE,
    NO_ZONE,
    PLACE,
    POINT,
    RIVAL,
    RIVAL_POINT,
    SAID,
    SPREAD,
    judge,
)
from zoning.geocode.kernels.tokens import (
    ADDRESS_PAIR,
    ADDRESS_SOUND,
    DISTRICT,
    FIRST,
    KEY,
    KIND_BITS,
    LAST,
    NAME_PAIR,
    NAME_SOUND,
    NUMBER,
    READINGS,
    ROAD,
    ROAD_NUMBER,
    SYLLABLE,
    all_codes,
    find_token,
    hash_code,
    number_code,
    pair_code,
    pair_weights,
)

__all__ = [
    "ADDRESS_PAIR",
    "ADDRESS_SOUND",
    "CHOSEN",
    "COLUMNS",
    "DISTRICT",
    "FAR_M",
    "FEATURES",
    "FIRST",
    "IN_ZONE",
    "KEY",
    "KIND_BITS",
    "LAST",
    "METRES",
    "NAME_PAIR",
    "NAME_SOUND",
    "NO_ZONE",
    "NUMBER",
    "PLACE",
    "POINT",
    "READINGS",
    "RIVAL",
    "RIVAL_POINT",
    "ROAD",
    "ROAD_NUMBER",
    "SAID",
    "SPREAD",
    "SYLLABLE",
    "WIDTH",
    "all_codes",
    "answer_some",
    "candidates",
    "compare",
    "find_some",
    "find_token",
    "hash_code",
    "judge",
    "number_code",
    "pair_code",
    "pair_weights",
]
