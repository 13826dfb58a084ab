"""Explanations as sentences that an officer or a parent can read, made from their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.geocode.explain import code_name
from zoning.messages import text
from zoning.study.geocode_text import explanation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zoning.study.explain_records import Record

_DECIDED = {"shared": "explain.BLOCK_SHARED", "no_school": "explain.BLOCK_NO_SCHOOL"}
_NO_COST = 0.05
PER_CENT = 100


@dataclass(frozen=True)
class Wording:
    """Puts records into words.

    Parameters
    ----------
    language
        One of `zoning.messages.languages()`.
    """

    language: str

    def _say(self, key: str, /, **params: object) -> str:
        return text(key, self.language, params)

    def _list(self, parts: Iterable[str]) -> str:
        return self._say("explain.AND").join(parts)

    def about(self, record: Record) -> list[str]:
        """Say what has changed since the plan was drawn, and whether too many change school."""
        changed, many = record["changed"], record["too_many_change"]
        said = [self._say("explain.CHANGED", names=self._list(changed))] if changed else []
        return [*said, self._say("explain.TOO_MANY_CHANGE", **many)] if many else said

    def block(self, record: Record) -> list[str]:
        """Explain a block, a sentence or a few a line."""
        return [*self._block_head(record), *self._others(record, {})]

    def _block_head(self, record: Record) -> list[str]:
        key = "explain.BLOCK" if record["zone_id"] else "explain.BLOCK_NO_ZONE"
        if record["zone_id"] and record["time_min"] is None:
            key = "explain.BLOCK_NO_WAY"
        head = self._say(
            _DECIDED.get(record["decided"], key),
            block=self._place(record["name"], record["block_id"]),
            zone=record["zone"],
            schools=self._list(
                self._way(item, [item["time_min"]]) for item in record.get("shares", ())
            ),
            time=_minutes(record["time_min"]),
            children=self._children(record["children"]),
        )
        return [head, *self.remarks(record)]

    def _way(self, school: Record, times: Sequence[float | None]) -> str:
        """Say how far it is to one of the schools that share a block, and its part of it."""
        known = [time for time in times if time is not None]
        low, high = _minutes(min(known, default=None)), _minutes(max(known, default=None))
        key = "explain.TIME" if low == high else "explain.TIMES"
        way = self._say(key, time=low, low=low, high=high) if known else self._say("explain.NO_WAY")
        return self._say(
            "explain.SHARED_WAY", school=school["name"], part=f"{school['share']:.0%}", way=way
        )

    def remarks(self, record: Record) -> list[str]:
        """Say what is special about a block."""
        said = []
        if record["school_stands_here"]:
            said.append(self._say("explain.SCHOOL_HERE"))
        said += self._together(record)
        if record["detached"]:
            said.append(self._say("explain.DETACHED"))
        if record["stray"]:
            said.append(self._say("explain.STRAY", zone=record["zone"]))
        if record["torn"]:
            said.append(self._say("explain.TORN"))
        return said

    def _together(self, record: Record) -> list[str]:
        """Say which blocks stay with a block: for their primary zone, or by decision."""
        said, primary = [], record["primary_zone"]
        of_zone = [] if primary is None else primary["blocks"]
        decided = [block for block in record["together"] if block not in of_zone]
        if primary is not None:
            said.append(
                self._say(
                    "explain.TOGETHER_PLAN" if primary["plan_id"] else "explain.TOGETHER_TODAY",
                    zone=primary["zone"],
                    plan=primary["plan_id"],
                    blocks=self._blocks(of_zone),
                )
            )
        if decided:
            said.append(self._say("explain.TOGETHER", blocks=self._blocks(decided)))
        return said

    def _others(self, record: Record, own: Mapping[str, float | None]) -> list[str]:
        """Say why not another school; `own` are the minutes from a home, by zone."""
        if record["decided"] == "no_school":
            return []
        if not record["alternatives"]:
            return [self._say("explain.NO_ALTERNATIVE")]
        lines = [self._say("explain.ALTERNATIVES")]
        for rank, item in enumerate(record["alternatives"], start=1):
            time = self._time(item, own)
            head = self._say("explain.ALTERNATIVE", rank=rank, zone=item["zone"], time=time)
            lines.append("  " + head)
            lines += ["     " + said for said in self.why_not(item, record)]
        return lines

    def _time(self, item: Record, own: Mapping[str, float | None]) -> str:
        time = _minutes(item["time_min"])
        home = own.get(item["zone_id"])
        if home is None:
            return self._say("explain.TIME", time=time)
        return self._say("explain.TIME_OWN", own=_minutes(home), time=time)

    def why_not(self, item: Record, block: Record) -> list[str]:
        """Say why a block does not go to another school, one reason a line.

        Parameters
        ----------
        item
            One of the block's alternatives.
        block
            Record of the block.
        """
        nearer = [self._nearer(item, block)] if item["nearer"] else []
        return nearer + [
            said for reason in item["reasons"] for said in self._reason(reason, item, block)
        ]

    def _nearer(self, item: Record, block: Record) -> str:
        if not any(block["children"].values()):
            return self._say("explain.NEARER_NOBODY")
        children = self._years(block["children"])
        if block["time_min"] is None:
            return self._say("explain.NEARER_NO_WAY", children=children)
        less = _minutes(block["time_min"] - item["time_min"])
        key = "explain.NEARER_SHARED" if block["decided"] else "explain.NEARER"
        return self._say(key, less=less, children=children)

    def _reason(self, reason: Record, item: Record, block: Record) -> list[str]:
        kind = reason["kind"]
        if kind == "full":
            return self._full(reason)
        if kind == "apart" and not reason["blocks"]:
            return [self._say("explain.NOTHING_BETWEEN")]
        said = self._say(
            f"explain.WHY_{kind}",
            blocks=self._blocks(reason["blocks"]),
            held_by=reason.get("held_by", {}).get("zone", ""),
            zone=block["zone"],
            minutes=_whole(abs(item["extra_child_minutes"] or 0.0)),
            terms=self._terms(item["extra_by_term"]),
            children=reason.get("children_over_all_years", 0),
            limit=reason.get("limit", 0),
        )
        priced = item["extra_with_seat_prices"]
        if kind not in {"dearer", "cheaper"} or priced is None:
            return [said]
        if abs(priced - item["extra_child_minutes"]) < _NO_COST:
            return [said]
        return [said, self._say("explain.PRICED", minutes=_signed(priced))]

    def _full(self, reason: Record) -> list[str]:
        shortages = self._say("explain.THEN").join(
            self._say("explain.SHORTAGE", **short) for short in reason["shortages"]
        )
        said = [self._say("explain.WHY_full", shortages=shortages)]
        total = reason["extra_child_minutes_of_all"]
        if reason["displaced"]:
            key = "explain.DISPLACED" if reason["keeps_limits"] else "explain.DISPLACED_IN_VAIN"
            if total is not None:
                key = "explain.DISPLACED_COSTS" if total >= 0 else "explain.DISPLACED_SAVES"
            moves = self._say("explain.THEN").join(
                self.move(move, outward=True) for move in reason["displaced"]
            )
            said.append(self._say(key, moves=moves, minutes=_whole(abs(total or 0.0))))
        if any(reason["still_short"].values()):
            missing = self._years(reason["still_short"])
            said.append(self._say("explain.STILL_SHORT", by_year=missing))
        return said

    def move(self, record: Record, *, outward: bool) -> str:
        """Say which block could move, and at what cost for each of its children.

        Parameters
        ----------
        record
            A move.
        outward
            Whether the school it goes to is named, or the one it comes from.
        """
        side = record["to" if outward else "from"]["zone"]
        minutes = record["minutes_per_child"]
        key = "explain.LONGER" if minutes > 0 else "explain.SHORTER"
        if abs(minutes) < _NO_COST:
            key = "explain.EQUAL"
        said = self._say(
            "explain.MOVE_TO" if outward else "explain.MOVE_FROM",
            blocks=self._blocks(record["blocks"]),
            children=self._years(record["children"]),
            zone=side or self._say("explain.NO_ZONE"),
            minutes=self._say(key, minutes=_minutes(abs(minutes))),
        )
        priced = record["minutes_per_child_with_seat_prices"]
        if priced is not None and abs(priced - minutes) >= _NO_COST:
            said += self._say("explain.PRICED_EACH", minutes=f"{priced:+.1f}")
        return said if record["room_there"] else said + self._say("explain.NO_ROOM")

    def school(self, record: Record) -> list[str]:
        """Explain a school, a sentence or a few a line."""
        place = self._place(record["name"], record["school_id"])
        lines = [self._say("explain.SCHOOL", school=place, blocks=record["blocks"])]
        if record["shares"]:
            names = self._list(share["name"] for share in record["shares"])
            lines.append(self._say("explain.POOLED", schools=names))
        for share in record["shares"]:
            years = self._years(share["children"])
            lines.append("  " + self._say("explain.SHARE", school=share["name"], by_year=years))
        priced = record["years"][0]["seat_price_child_minutes"] is not None
        lines += ["  " + self._year(year) for year in record["years"]]
        if any(record["kept_for_shared_areas"].values()):
            years = self._years(record["kept_for_shared_areas"])
            lines.append("  " + self._say("explain.KEPT", by_year=years))
        lines += [] if priced else ["  " + self._say("explain.NO_PRICES")]
        lines += ["  " + said for said in self.overloads(record)]
        for key, outward in (("leaving", True), ("joining", False)):
            lines.append(self._say("explain.LEAVING" if outward else "explain.JOINING"))
            moves = [self.move(move, outward=outward) for move in record[key]]
            lines += ["  " + said for said in moves or [self._say("explain.NOBODY")]]
        return lines

    def _year(self, year: Record) -> str:
        said = self._say(
            "explain.YEAR" if year["seats"] else "explain.YEAR_NO_SEATS",
            year=year["year"],
            seats=year["seats"],
            children=year["children"],
            fill=f"{year['fill'] or 0:.1%}",
        )
        price = year["seat_price_child_minutes"]
        if price is None or price < _NO_COST:
            return said
        gap = "" if self.language == "zh-CN" else " "
        key = "explain.PRICE_KEPT" if year["seats_kept_exactly"] else "explain.PRICE"
        return said + gap + self._say(key, price=_minutes(price))

    def overloads(self, record: Record) -> list[str]:
        """Say by how many children a school is over its seats, and why."""
        said = []
        for item in record["overloads"]:
            said.append(self._say("explain.OVER", **_flat(item)))
            if item["priced"]:
                said.append(self._say("explain.OVER_PRICED"))
            group = item["too_few_seats"]
            if group is not None:
                zones = self._list(group["zones"])
                said.append(self._say("explain.TOO_FEW", **{**group, "zones": zones}))
            if item["change_limit"] is not None:
                said.append(self._say("partition.WHY_CHANGE_LIMIT", **item["change_limit"]))
        return said

    def place(self, record: Record) -> list[str]:
        """Explain an address or a compound: its own ways first, then its block."""
        block, homes = record["block"], record["households"]
        times = [home["time_min"] for home in homes if home["time_min"] is not None]
        zone = self._zone_of_homes(record)
        block_time = self._block_time(block)
        key = "explain.HOME" if len(homes) == 1 else "explain.HOMES"
        if not zone:
            key = "explain.HOME_NO_SCHOOL"
        elif block["decided"] == "no_school" and not record["is_today"]:
            key = "explain.HOME_DECIDED"
        elif block["decided"] == "shared":
            key = "explain.HOME_SHARED" if len(homes) == 1 else "explain.HOMES_SHARED"
        elif not times:
            key = "explain.HOME_NO_WAY"
        head = self._say(
            key,
            place=record["text"],
            count=len(homes),
            zone=zone,
            time=_minutes(times[0] if times else None),
            low=_minutes(min(times, default=None)),
            high=_minutes(max(times, default=None)),
            block_time=block_time,
            schools=self._list(
                self._way(item, [home["school_times_min"][item["school_id"]] for home in homes])
                for item in block.get("shares", ())
            ),
        )
        lines = [head]
        if record["is_today"] and zone != block["zone"] and block["zone"]:
            lines.append(self._say("explain.CUT_BY_TODAY", zone=block["zone"]))
        own = homes[0]["times_min"] if len(homes) == 1 else {}
        # of a compound the ways are many; they are in JSON
        ways = record.get("ways", ()) if len(homes) == 1 else ()
        lines = [*self._found(record), *lines, *(said for way in ways for said in self.way(way))]
        return [*lines, *self._block_head(block), *self._others(block, own)]

    def way(self, record: Record) -> list[str]:
        """Say along which streets a way leads, and what it crosses.

        Parameters
        ----------
        record
            As `zoning.study.ways.way_records` returns it.
        """
        streets = [
            self._say(
                "explain.STREET" if street["name"] else "explain.STREET_UNNAMED",
                name=street["name"],
                metres=street["distance_m"],
            )
            for street in record["streets"]
        ]
        head = self._say(
            "explain.WAY",
            school=record["name"],
            time=_minutes(record["time_min"]),
            metres=record["distance_m"],
            streets=self._say("explain.THEN").join(streets) or self._say("explain.STREET_NONE"),
        )
        return ["  " + head, "  " + self._crosses(record["crossings"])]

    def _crosses(self, crossings: Sequence[Mapping[str, Any]]) -> str:
        """Say what a way crosses, each line and road once."""
        together: dict[str, list[float]] = {}
        for item in crossings:
            kind = self._say(f"explain.CROSSED_{item['kind']}")
            sums = together.setdefault(f"{kind} {item['name']}".rstrip(), [0.0, 0.0])
            sums[0] += item["times"]
            sums[1] += item["seconds"]
        said = [
            # half a crossing is a turn into the road, or out of it
            self._say(
                "explain.CROSSING" if times >= 1 else "explain.CROSSING_TURN",
                what=what,
                times=f"{times:g}",
                more=self._say("explain.CROSSING_MORE", seconds=f"{seconds:g}") if seconds else "",
            )
            for what, (times, seconds) in together.items()
        ]
        if not said:
            return self._say("explain.CROSSES_NOTHING")
        return self._say("explain.CROSSES", crossings=self._say("explain.THEN").join(said))

    def _found(self, record: Record) -> list[str]:
        """Say how an address was found that nobody named exactly so."""
        how = record.get("found")
        if how is None:
            return []
        return [
            self._say(
                "study_geocode.USED",
                asked=how["asked"],
                text=record["text"],
                code=code_name(how["match_code"], self.language),
                percent=PER_CENT * how["probability"],
                explanation=explanation(how["reasons"], self.language),
            )
        ]

    def _zone_of_homes(self, record: Record) -> str:
        """Name who serves the homes; today that goes address by address."""
        if not record["is_today"]:
            return str(record["block"]["zone"])
        names = {
            school["name"]: None
            for home in record["households"]
            for school in home["today_schools"]
        }
        return self._list(names)

    def _block_time(self, block: Record) -> str:
        if block["time_min"] is None:
            return self._say("explain.NO_WAY")
        return self._say("explain.TIME", time=_minutes(block["time_min"]))

    def _terms(self, terms: Mapping[str, float]) -> str:
        return self._list(
            self._say(
                "explain.TERM",
                term=self._term(name),
                minutes=_signed(minutes),
            )
            for name, minutes in terms.items()
            if abs(minutes) >= _NO_COST
        )

    def _term(self, name: str) -> str:
        return self._say(f"partition.TERM_{name}")

    def _children(self, by_year: Mapping[str, int]) -> str:
        if not any(by_year.values()):
            return self._say("explain.NO_CHILDREN")
        return self._say("explain.CHILDREN", by_year=self._years(by_year))

    def _years(self, by_year: Mapping[str, int]) -> str:
        """Name the counts by year; years without any are left out."""
        return self._list(
            self._say("explain.OF_YEAR", year=year, count=count)
            for year, count in by_year.items()
            if count
        )

    def _blocks(self, blocks: Sequence[Mapping[str, str]]) -> str:
        return self._list(self._place(block["name"], block["block_id"]) for block in blocks)

    def _place(self, name: str, key: str) -> str:
        return self._say("explain.PLACE_OF", name=name, id=key) if name not in {"", key} else key


def _flat(record: Record) -> dict[str, Any]:
    return {key: value for key, value in record.items() if not isinstance(value, dict)}


def _minutes(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _whole(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1 else f"{value:.1f}"


def _signed(value: float) -> str:
    return f"{value:+.0f}" if abs(value) >= 1 else f"{value:+.1f}"
