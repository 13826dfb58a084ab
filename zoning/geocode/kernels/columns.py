"""What is compared of a question and an entry."""

from __future__ import annotations

from typing import NamedTuple


class Columns(NamedTuple):
    """What is compared of a question and an entry, as columns of an array.

    Parameters
    ----------
    likeness
        As `finding.candidates` ranks them.
    name_found, name_explained
        Share of the question's name, by weight, that the entry's name has, and the other way.
    name_equal
        The names are the same.
    name_in_order
        Share of both names that they have in common, letters in order, homophones counted in part.
    name_contained
        One name is the beginning or the end of the other.
    name_missing, name_surplus
        Weight of the letters of the question's name that the entry's lacks: log(1 + weight), and
        of those that only the entry's has.
    no_name
        One of the two has no name.
    part_equal, part_conflict, part_one_sided
        Parts of a compound: one in common, none in common, only one of the two names any.
    address_found, address_explained
        As with names.
    name_in_address, address_in_name
        Share of the question's name in the entry's address, and of the entry's name in the
        question's address.
    road_equal, road_conflict
        A road in common; both name roads, and none in common.
    number_equal, number_near, number_far, number_missing
        On the best road in common: the same number, about the same, another, or not both have one.
    suffix_conflict
        The number is the same and what follows it differs.
    building_equal, building_conflict, group_equal, group_conflict
        Both name one.
    place_equal, place_conflict
        Town or village; both name one.
    district_equal, district_conflict
        Both name one, and the table knows the question's.
    near_equal, near_conflict
        Share of the neighbours that name the question's district, or the same other one.
    road_known, road_away
        Another row names the question's road; how far the nearest of them is: log(1 + metres/100).
    number_known, number_away
        The same of rows with about the question's number on that road.
    support, supporters
        Name in common of the best entry within `NEAR_M`, and how many are much alike.
    rival, rivals_equal
        Likeness of the best entry `FAR_M` away or more, less one's own; log(1 + how many of those
        have the question's name).
    alike
        How many entries are much alike: log(1 + number).
    text_equal
        The whole texts are the same.
    respelt
        The road is in common only if the question has a slip in it.
    """

    likeness: int
    name_found: int
    name_explained: int
    name_equal: int
    name_in_order: int
    name_contained: int
    name_missing: int
    name_surplus: int
    no_name: int
    part_equal: int
    part_conflict: int
    part_one_sided: int
    address_found: int
    address_explained: int
    name_in_address: int
    address_in_name: int
    road_equal: int
    road_conflict: int
    number_equal: int
    number_near: int
    number_far: int
    number_missing: int
    suffix_conflict: int
    building_equal: int
    building_conflict: int
    group_equal: int
    group_conflict: int
    place_equal: int
    place_conflict: int
    district_equal: int
    district_conflict: int
    near_equal: int
    near_conflict: int
    road_known: int
    road_away: int
    number_known: int
    number_away: int
    support: int
    supporters: int
    rival: int
    rivals_equal: int
    alike: int
    text_equal: int
    respelt: int


AT = Columns(*range(len(Columns._fields)))
FEATURES = Columns._fields
WIDTH = len(FEATURES)
