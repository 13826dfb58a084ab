"""A tiny study with two plans that differ in one block, and versions of it.

A . .       A A A       A A A
. . .       A A B       A A B
. . B       B B B       A B B     the second plan moves the block b20 from B to A
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from case_story import CaseBureau
from notice_story import PUBLISHER, content
from tiny_study import drawn, tiny_study

from webmap.database import open_database
from webmap.services.adoption import adopt, order_of
from webmap.services.archive import Archive
from webmap.services.candidates import Terms, candidate_plan, substance
from webmap.services.cases import Cases
from webmap.services.computed import Computed
from webmap.services.publishing import Draft, Order, commit, kept_version, prepare
from webmap.services.versions import Versions
from zoning.notice.model import Transition
from zoning.plan.geometry import zone_polygons
from zoning.plan.store import read_plan, write_plan
from zoning.study import open_study
from zoning.study.geocode import study_places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from webmap.database import Database
    from zoning.publish.version import Version

PICTURE = "A..\n...\n..B"
TODAY = "AAA\nAAB\nABB"
OF_THE_PLAN = {"plan_id", "digest", "stage", "years", "parent", "flips", "rule_set", "seed"}
NOW = datetime(2027, 6, 10, 4, tzinfo=UTC)
DECIDED = date(2027, 6, 8)


def study_with_two_plans(folder: Path) -> tuple[str, str, str]:
    """Make the study; return the ids of both plans, and the block in which they differ."""
    tiny_study(folder, PICTURE, seats={"A": 12, "B": 12}, today=TODAY)
    _, content, _ = drawn(folder)
    plan = content.plan
    block = "b11"
    other = "B" if plan.zone_of(block).zone_id == "A" else "A"
    child = moved(folder / "plans" / f"{plan.plan_id}.gpkg", {block: other})
    study_places(open_study(folder), nothing)  # once, not in every copy
    return plan.plan_id, child.stem, block


def moved(file: Path, moves: Mapping[str, str]) -> Path:
    """Write the child of a plan in which some blocks are in other zones."""
    content = read_plan(file)
    child = content.plan.flip(moves)
    zones = dict(zip(child.block_ids, child.zone_ids, strict=True))
    facts = {name: said for name, said in content.facts.items() if name not in OF_THE_PLAN}
    blocks = content.blocks.assign(zone_id=content.blocks["block_id"].map(zones))
    shapes = zone_polygons(child, blocks).geometry
    return write_plan(
        replace(
            content,
            plan=child,
            blocks=blocks,
            zones=content.zones.sort_values("zone_id", ignore_index=True).set_geometry(shapes),
            facts=facts,
        ),
        file.parent,
    )


def nothing(label: str, done: int = 0, total: int = 0) -> None:
    """Nobody watches."""


class Publisher:
    """What an officer has: the study and the database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.database: Database = open_database(folder, url=url)
        self.versions, self.archive = Versions(self.database), Archive(folder)

    def draft(self, plan: str, *, begins: date | None = None, now: datetime = NOW) -> Draft:
        order = Order(plan, 2027, "〔2027〕12号", DECIDED, begins)
        kept = {"versions": self.versions, "archive": self.archive}
        return prepare(open_study(self.folder), order, **kept, now=now, progress=nothing)

    def commit(
        self, draft: Draft, *, now: datetime = NOW, accepted: str = "", case_id: str = ""
    ) -> Version:
        """Publish: the first version at once, a later one by a case, run here if none is given."""
        kept = {"versions": self.versions, "archive": self.archive}
        study = open_study(self.folder)
        if not draft.known:
            return commit(study, draft, **kept, now=now, accepted=accepted)
        case_id = case_id or self.decided(draft, now=now)
        order = order_of(self.cases.load(case_id), draft.order, self.cases)
        how = {**kept, "case_id": case_id, "cases": self.cases, "actor": PUBLISHER}
        ordered = replace(draft, order=order) if draft.order.decision else draft
        return adopt(study, ordered, **how, now=now, accepted=accepted)[0]

    def kept(self, draft: Draft) -> Version:
        """Keep what a version needs, which is not entered yet."""
        return kept_version(open_study(self.folder), draft, archive=self.archive, now=NOW)

    @property
    def cases(self) -> Cases:
        return Cases(self.database, open_study(self.folder).rules.notice)

    def decided(self, draft: Draft, *, now: datetime = NOW) -> str:
        """Run a case for a plan, from two months ago up to its filing; return its name."""
        study = open_study(self.folder)
        bureau = CaseBureau(self.cases, now=now - timedelta(days=60))
        computed = Computed(study, self.archive, self.versions)
        bureau.opened(candidate_plan(study, draft, archive=self.archive, computed=computed))
        bureau.now += timedelta(days=5)
        said = content()
        terms = Terms(said.transition, said.siblings, study.rules.notice, Transition())
        bureau.published(told=substance(draft.review.answers, draft.plan.content, terms))
        bureau.says()
        bureau.filed()
        return bureau.case_id

    def copy(self, folder: Path) -> Publisher:
        """Return another officer with a copy of the study, who works on the same database."""
        return Publisher(shutil.copytree(self.folder, folder), self.url)
