"""The access list: every route, and who may ask for it. What is not listed is refused."""

from __future__ import annotations

from zoning.notice import Role

EVERYBODY: frozenset[Role] | None = None
BUREAU = frozenset(
    {
        Role.DRAFTER,
        Role.REVIEWER,
        Role.MODERATOR,
        Role.PUBLISHER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)
MODERATORS = frozenset({Role.MODERATOR})

# what a step of a case needs besides is asked of `zoning.notice`: here is who sees which page
ACCESS: dict[str, frozenset[Role] | None] = {
    "public.plans": EVERYBODY,
    "public.plan_map": EVERYBODY,
    "public.plan_zones": EVERYBODY,
    "public.asset": EVERYBODY,
    "public.health": EVERYBODY,
    "lookup.form": EVERYBODY,
    "lookup.answer": EVERYBODY,
    "lookup.suggest": EVERYBODY,
    "lookup.blocks": EVERYBODY,
    "slips.slip": EVERYBODY,
    "slips.verify": EVERYBODY,
    "login.form": EVERYBODY,
    "login.enter": EVERYBODY,
    "login.leave": EVERYBODY,
    "notices.every": EVERYBODY,
    "notices.one": EVERYBODY,
    "notices.log": EVERYBODY,
    "notices.file": EVERYBODY,
    "notices.concerns": EVERYBODY,
    "notices.write": EVERYBODY,
    "notices.send": EVERYBODY,
    "notices.follow": EVERYBODY,
    "notices.followed": EVERYBODY,
    "notices.register": EVERYBODY,
    "bureau.cases": BUREAU,
    "bureau.case": BUREAU,
    "bureau.step": BUREAU,
    "bureau.take": BUREAU,
    "bureau.inbox": MODERATORS,
    "bureau.moderate": MODERATORS,
    "bureau.replies": BUREAU,
    "bureau.numbers": BUREAU,
    "bureau.file": BUREAU,
}
