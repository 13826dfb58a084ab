"""The road from inputs to travel times: check, roads, blocks, travel.

Each step makes sure that those before it are done, so any of them can be called first. What decides
a step's output is listed in its `reads`: settings, files, and the digests of earlier steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from zoning.blocks import (
    block_adjacency,
    cut_blocks,
    locate,
    name_blocks,
    outside_findings,
    settle_blocks,
    study_area,
)
from zoning.demand import unplaced_findings
from zoning.errors import InputError, StorageError
from zoning.findings import Finding, Severity, has_errors
from zoning.intake.findings import write_findings
from zoning.messages import os_reason
from zoning.network.graph import build_network, load_network, save_network
from zoning.network.travel import (
    TRAVEL_FILE,
    TravelTable,
    address_weights,
    save_tables,
    save_travel,
    school_times,
    travel_findings,
    travel_table,
    unreachable_blocks,
)
from zoning.plan.residences import build_residences, children_matrix
from zoning.study.at_hand import Ready
from zoning.study.boarding import (
    boarding_folder,
    boarding_network,
    boarding_stages,
    boarding_table,
)
from zoning.study.cache import Stamp, Step, ensure
from zoning.study.digests import input_digests
from zoning.study.files import write_whole
from zoning.study.frames import (
    load_crs,
    load_findings,
    save_findings,
    save_inputs,
)
from zoning.study.place_addresses import geocoder_version
from zoning.study.taking_in import basemap_step, take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.intake.model import Inputs
    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study

FINDINGS_BOOK = "findings.xlsx"


@dataclass(frozen=True)
class Done:
    """What a step made.

    Parameters
    ----------
    step
        Name of the step.
    stamp
        Digest, duration and facts.
    fresh
        Whether it had to be done now.
    findings
        What is worth telling in words.
    """

    step: str
    stamp: Stamp
    fresh: bool
    findings: tuple[Finding, ...] = ()

    @property
    def facts(self) -> Mapping[str, Any]:
        """Figures worth telling."""
        return self.stamp.facts

    @property
    def seconds(self) -> float:
        """How long the step took when it was done."""
        return self.stamp.seconds


def check(study: Study, *, language: str, progress: Progress) -> Done:
    """Validate every input, keep the checked frames, and write `build/findings.xlsx`.

    Findings that are errors are returned, not raised; nothing of the inputs is kept then.
    """
    try:
        done = _intake(study, progress)
    except InputError as error:
        if error.key != "study.REFUSED":
            raise
        refused = tuple(item for item in error.findings if isinstance(item, Finding))
        done = Done("check", Stamp("", 0.0), fresh=True, findings=refused)
    _write_book(done.findings, study.build / FINDINGS_BOOK, language=language)
    return done


def keep_findings(study: Study, findings: Sequence[Finding], *, language: str) -> None:
    """Write findings of several steps to `build/findings.xlsx`."""
    _write_book(findings, study.build / FINDINGS_BOOK, language=language)


def _write_book(findings: Sequence[Finding], book: Path, *, language: str) -> None:
    content = BytesIO()
    write_findings(findings, content, language=language)
    try:
        write_whole(book, content.getvalue())
    except OSError as error:
        # the name of the workbook, not of its draft, is what the officer knows
        raise StorageError("study.CANNOT_WRITE", file=book, detail=os_reason(error)) from error


def _ensure(study: Study, step: Step, progress: Progress) -> tuple[Stamp, bool]:
    return ensure(step, build=study.build, progress=progress, tell=study.tell)


def refusal(findings: Sequence[Finding], study: Study) -> InputError:
    """Return the error that says how many findings stop the road, and carries them."""
    counts = {
        severity.value: sum(item.severity == severity for item in findings) for severity in Severity
    }
    file = study.build / FINDINGS_BOOK
    return InputError("study.REFUSED", findings=findings, file=file, **counts)


def _intake(study: Study, progress: Progress) -> Done:
    settings = study.settings
    reads = {
        "files": input_digests(study),
        "study": settings.study.model_dump(mode="json"),
        "inputs": settings.inputs.model_dump(mode="json"),
        "rules": repr(study.rules),
        "geocoder": geocoder_version(),
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        taken = take_in(study, progress)
        intake, findings = taken.intake, taken.findings
        if intake.inputs is None or has_errors(findings):
            raise refusal(findings, study)
        save_inputs(intake.inputs, folder)
        save_findings(findings, folder)
        return {"crs": intake.inputs.crs.to_string(), "findings": len(findings)}

    stamp, fresh = ensure(
        Step("intake", 4, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return Done("check", stamp, fresh, load_findings(study.build / "intake"))


def ready(study: Study, progress: Progress) -> Ready:
    """Return checked inputs and the basemap, checking first if anything changed.

    Where nothing did, they are not read before somebody asks for them.

    Raises
    ------
    InputError
        The inputs are refused; the error carries all findings.
    """
    intake = _intake(study, progress)
    roads = basemap_step(study, progress, crs=load_crs(study.build / "intake"))
    return Ready(study.build, intake.stamp, roads)


def roads(study: Study, *, language: str = "", progress: Progress) -> Done:  # noqa: ARG001
    """Build the travel network of every stage."""
    return _roads(study, ready(study, progress), progress)


def _roads(study: Study, at_hand: Ready, progress: Progress) -> Done:
    settings = study.settings
    reads = {
        "basemap": at_hand.roads.digest,
        "network": settings.network.model_dump(mode="json"),
        "barriers": settings.barriers.model_dump(mode="json"),
        "stages": list(settings.study.stages),
        "boarding": boarding_stages(study, at_hand.inputs),
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        findings: dict[str, Finding] = {}
        facts = {"nodes": 0, "edges": 0, "cut": 0}
        for done, stage in enumerate(settings.study.stages):
            progress(stage.value, done, len(settings.study.stages))
            network = build_network(
                at_hand.basemap,
                mode=settings.network.modes[stage],
                settings=settings.network,
                barriers=settings.barriers,
                stage=stage,
            )
            save_network(network, folder / stage.value)
            findings |= {repr(item): item for item in network.findings}
            facts["nodes"] = max(facts["nodes"], network.node_count)
            facts["edges"] = max(facts["edges"], len(network.edges))
        for stage in boarding_stages(study, at_hand.inputs):
            network = boarding_network(study, at_hand.basemap, stage=stage)
            save_network(network, folder / boarding_folder(stage))
            findings |= {repr(item): item for item in network.findings}
        save_findings(list(findings.values()), folder)
        facts["cut"] = sum(item.code.startswith("network.CUT_") for item in findings.values())
        return facts

    stamp, fresh = ensure(
        Step("roads", 5, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return Done("roads", stamp, fresh, load_findings(study.build / "roads"))


def blocks(study: Study, *, language: str = "", progress: Progress) -> Done:  # noqa: ARG001
    """Cut the blocks, or take the bureau's, with their neighbours and the block of each address."""
    return blocks_from(study, ready(study, progress), progress)


def blocks_from(study: Study, at_hand: Ready, progress: Progress) -> Done:
    """Cut the blocks, given checked inputs and the basemap."""
    settings = study.settings
    reads = {
        # schools and demand do not shape blocks, but their findings name places
        "frames": at_hand.digests("addresses", "blocks", "boundary", "schools", "demand"),
        "years": settings.study.years,
        "stages": settings.study.stages,
        "given": settings.inputs.model_dump(mode="json", include={"addresses", "blocks"}),
        "basemap": at_hand.roads.digest,
        "blocks": settings.blocks.model_dump(mode="json"),
        "barriers": settings.barriers.model_dump(mode="json"),
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        inputs, basemap = at_hand.inputs, at_hand.basemap
        progress("cut")
        frame, findings = _make_blocks(study, inputs, basemap)
        progress("neighbours")
        pairs = block_adjacency(
            frame, basemap=basemap, barriers=settings.barriers, boundary=inputs.boundary
        )
        progress("addresses")
        where, outside = _block_of_addresses(study, inputs, frame)
        findings += outside
        frame = name_blocks(
            frame,
            addresses=inputs.addresses,
            address_block=where,
            pairs=pairs,
            boundary=inputs.boundary,
        )
        frame.to_parquet(folder / "blocks.parquet", index=False)
        pairs.to_parquet(folder / "adjacency.parquet", index=False)
        where.to_parquet(folder / "address_block.parquet", index=False)
        save_findings(findings, folder)
        return {
            "blocks": len(frame),
            "pairs": len(pairs),
            "barriers": int(pairs["barrier"].sum()),
            # None where children are counted by block and there are no addresses
            "addresses": None if inputs.addresses is None else int(where["block_id"].notna().sum()),
        }

    stamp, fresh = ensure(
        Step("blocks", 2, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return Done("blocks", stamp, fresh, load_findings(study.build / "blocks"))


def _make_blocks(
    study: Study, inputs: Inputs, basemap: Basemap
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Take the bureau's own layer where there is one, else cut."""
    given = study.settings.inputs.blocks
    if inputs.blocks is not None and given is not None:
        area = (
            study_area(basemap, boundary=inputs.boundary) if inputs.boundary is not None else None
        )
        return settle_blocks(inputs.blocks, area=area, file=given.file)
    points = [frame for frame in (inputs.addresses, inputs.schools) if frame is not None]
    area = study_area(basemap, boundary=inputs.boundary, points=points)
    blocks = study.settings.blocks
    return cut_blocks(basemap, area=area, settings=blocks, boundary=inputs.boundary), []


def _block_of_addresses(
    study: Study, inputs: Inputs, blocks: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return address_id and block_id, and name the addresses and children that have no block."""
    given = study.settings.inputs.addresses
    if inputs.addresses is None or given is None:
        return pd.DataFrame({"address_id": [], "block_id": []}, dtype=str), []
    place = locate(inputs.addresses, blocks)
    findings = outside_findings(inputs.addresses, place, file=given.file)
    where = pd.DataFrame({"address_id": inputs.addresses["address_id"], "block_id": place})
    for stage in study.settings.study.stages:
        findings += unplaced_findings(
            inputs.demand,
            where.set_index("address_id")["block_id"],
            block_ids=list(blocks["block_id"]),
            stage=stage,
            years=study.settings.study.years,
        )
    return where, findings


def travel(study: Study, *, language: str = "", progress: Progress) -> Done:  # noqa: ARG001
    """Compute block × school travel times of every stage."""
    at_hand = ready(study, progress)
    return travel_from(study, at_hand, progress)


def travel_from(study: Study, at_hand: Ready, progress: Progress) -> Done:
    """Compute the travel times, given checked inputs and the basemap."""
    network = _roads(study, at_hand, progress)
    cut = blocks_from(study, at_hand, progress)
    return _travel(study, at_hand, progress, upstream=(network.stamp, cut.stamp))


def _travel(
    study: Study, at_hand: Ready, progress: Progress, *, upstream: tuple[Stamp, Stamp]
) -> Done:
    settings = study.settings
    reads = {
        "frames": at_hand.digests("schools", "gates", "addresses", "demand", "current_zones"),
        "years": settings.study.years,
        "stages": settings.study.stages,
        "boarding": settings.boarding.model_dump(mode="json"),
        "roads": upstream[0].digest,
        "blocks": upstream[1].digest,
        "rules": repr(study.rules),
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        frame = gpd.read_parquet(study.build / "blocks" / "blocks.parquet")
        where = pd.read_parquet(study.build / "blocks" / "address_block.parquet")
        findings: list[Finding] = []
        unreachable: set[str] = set()
        for stage in settings.study.stages:
            progress(stage.value)
            table, said = _travel_of_stage(
                study, stage, inputs=at_hand.inputs, blocks=frame, where=where,
                folder=folder / stage.value, progress=progress,
            )  # fmt: skip
            findings += said
            unreachable.update(unreachable_blocks(table))
        for stage in boarding_stages(study, at_hand.inputs):
            progress(stage.value)
            homes = residences_of(study, stage, inputs=at_hand.inputs, blocks=frame, where=where)
            doubts = boarding_table(
                study, stage, inputs=at_hand.inputs, homes=homes, blocks=frame,
                weight=weights_of(homes, at_hand.inputs, years=settings.study.years),
                folder=folder / boarding_folder(stage), progress=progress,
            )  # fmt: skip
            findings += [item for item in doubts if item not in findings]
        save_findings(findings, folder)
        return {
            "blocks": len(frame),
            "schools": len(at_hand.inputs.schools),
            # a block that reaches no school of either stage is one block
            "unreachable": len(unreachable),
            "boarding": int((at_hand.inputs.schools["boarding"] > 0).sum()),
        }

    stamp, fresh = ensure(
        Step("travel", 5, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return Done("travel", stamp, fresh, load_findings(study.build / "travel"))


def _travel_of_stage(
    study: Study,
    stage: Stage,
    *,
    inputs: Inputs,
    blocks: gpd.GeoDataFrame,
    where: pd.DataFrame,
    folder: Path,
    progress: Progress,
) -> tuple[TravelTable, list[Finding]]:
    network = load_network(study.build / "roads" / stage.value)
    gates = gates_of(inputs, stage)
    tables = school_times(network, gates, progress=progress)
    homes = residences_of(study, stage, inputs=inputs, blocks=blocks, where=where)
    table = travel_table(
        network,
        gates=gates,
        addresses=homes,
        address_block=homes["block_id"],
        address_weight=weights_of(homes, inputs, years=study.settings.study.years),
        blocks=blocks,
        radius_m=study.rules.service_radius_m[stage.value].value,
        stage=stage,
        tables=tables,
        progress=progress,
    )
    save_tables(tables, folder)
    save_travel(table, folder / TRAVEL_FILE)
    return table, [*tables.findings, *travel_findings(table, blocks=blocks)]


def gates_of(inputs: Inputs, stage: Stage) -> gpd.GeoDataFrame:
    """Return the gates of the schools of a stage, which its school tables are made from."""
    of_stage = inputs.schools.loc[inputs.schools["stage"] == stage.value, "school_id"]
    return inputs.gates[inputs.gates["school_id"].isin(of_stage)]


def residences_of(
    study: Study, stage: Stage, *, inputs: Inputs, blocks: gpd.GeoDataFrame, where: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return where the children of a stage live; see `zoning.plan.residences`."""
    place = None
    if inputs.addresses is not None:
        place = inputs.addresses["address_id"].map(where.set_index("address_id")["block_id"])
    return build_residences(
        stage=stage.value,
        years=study.settings.study.years,
        blocks=blocks,
        demand=inputs.demand,
        addresses=inputs.addresses,
        address_block=place,
        current_zones=inputs.current_zones,
    )


def residences_from(study: Study, stage: Stage, *, inputs: Inputs) -> gpd.GeoDataFrame:
    """Return where the children of a stage live, by the blocks that were cut."""
    blocks = gpd.read_parquet(study.build / "blocks" / "blocks.parquet")
    where = pd.read_parquet(study.build / "blocks" / "address_block.parquet")
    return residences_of(study, stage, inputs=inputs, blocks=blocks, where=where)


def weights_of(
    homes: gpd.GeoDataFrame, inputs: Inputs, *, years: Sequence[int]
) -> NDArray[np.float64]:
    """Weigh each address by its children of all years; households decide where there are none."""
    households = None
    if inputs.addresses is not None:
        households = homes["address_id"].map(inputs.addresses.set_index("address_id")["households"])
    children = children_matrix(homes, years).sum(axis=1)
    return address_weights(homes["block_id"], children=children, households=households)


ROAD: Mapping[str, Callable[..., Done]] = MappingProxyType(
    {"check": check, "roads": roads, "blocks": blocks, "travel": travel}
)
