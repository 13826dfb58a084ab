"""Plan files: one GeoPackage a plan, written whole or not at all, never overwritten."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio

from zoning.errors import StorageError
from zoning.messages import DEFAULT_LANGUAGE, Phrase, os_reason, text
from zoning.plan.geopackage import dress, faults
from zoning.plan.model import Flip, Plan, Provenance, Zone, ZoneType
from zoning.plan.proof import PROOF_TABLES, proof_frames, read_proof
from zoning.plan.seal import DIGEST_COLUMNS, DIGESTS, digests
from zoning.plan.styles import file_styles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from zoning.plan.measure import Measured

SUFFIX = ".gpkg"
LAYERS = ("zones", "blocks", "schools")
FIGURES = ("plan", "metrics", "farther_admitted", "seat_prices", "inputs", "settings")
SEALED = (*LAYERS, *FIGURES, *PROOF_TABLES)
TABLES = (*FIGURES, *PROOF_TABLES, DIGESTS)
# Older programs warn of 1.4, and nothing of it is needed.
GEOPACKAGE_VERSION = "1.2"
PRICE_COLUMNS = ("zone_id", "year", "price_min")
STOPPED_BY = "stopped_by"
# a search that was not cut off
TO_THE_END = frozenset({"proved", "gap", "rounds"})
_DISK_FULL = "disk is full"
_LONGEST = 200
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True, eq=False)
class PlanFile:
    """What a plan file holds.

    Parameters
    ----------
    plan
        The plan.
    zones, blocks, schools
        Layers.
    metrics, farther_admitted
        Tables.
    seat_prices
        `PRICE_COLUMNS`: what one more seat of a zone in a year would save, child-minutes.
    facts
        Further key-value pairs of the table `plan`: study, objective, lower_bound, gap,
        stopped_by and what else is worth keeping, all as text.
    proof
        `zoning.plan.proof.PROOF_TABLES`: prices from which the bound is recomputed; empty where
        none are known.
    stated, found
        Digests of the content by layer and table: as the file states them, and as they are. Empty
        before it is written; files of earlier versions state none.
    """

    plan: Plan
    zones: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    metrics: pd.DataFrame
    farther_admitted: pd.DataFrame
    seat_prices: pd.DataFrame
    facts: Mapping[str, str] = field(default_factory=dict)
    proof: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)


def plan_file(
    plan: Plan,
    measured: Measured,
    *,
    seat_prices: pd.DataFrame | None = None,
    facts: Mapping[str, object] | None = None,
    proof: Mapping[str, pd.DataFrame] | None = None,
) -> PlanFile:
    """Put together what a plan file holds.

    Parameters
    ----------
    plan
        The plan.
    measured
        Its metrics.
    seat_prices
        `PRICE_COLUMNS` of a drawn plan; the highest of the years goes beside each school.
    facts
        Further figures for the table `plan`.
    proof
        Prices from which the bound can be recomputed.
    """
    prices = pd.DataFrame(columns=list(PRICE_COLUMNS)) if seat_prices is None else seat_prices
    highest = prices.groupby("zone_id")["price_min"].max().astype("float64")
    schools = measured.schools.copy()
    schools.insert(
        schools.columns.get_loc("geometry"), "seat_price_min", schools["zone_id"].map(highest)
    )
    return PlanFile(
        plan=plan,
        zones=measured.zones,
        blocks=measured.blocks,
        schools=schools,
        metrics=measured.metrics,
        farther_admitted=measured.farther.pairs,
        seat_prices=prices,
        facts={
            key: str(value)
            for key, value in {
                **(facts or {}),
                "farther_admitted_total": measured.farther.total,
            }.items()
        },
        proof=proof or {},
    )


def write_plan(content: PlanFile, folder: Path, *, language: str = DEFAULT_LANGUAGE) -> Path:
    """Write `<folder>/<plan id>.gpkg`.

    The file is written under another name in a hidden folder beside it, checked, brought to the
    disk, and only then given its name. A plan that is there already stays as it is: its id says
    that it is the same one. Only figures that are measured otherwise today take the place of the
    old ones, whole or not at all; the assignment is the same.

    Parameters
    ----------
    content
        What to write.
    folder
        `plans/` of the study; made if it is missing.
    language
        Language of the names that QGIS shows.

    Raises
    ------
    StorageError
        It could not be written, for example because the disk is full; nothing is left behind.
    """
    final = folder / f"{content.plan.plan_id}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as hidden:
            file = Path(hidden) / final.name
            _write(content, file, language=language)
            if final.exists() and _stands(read_plan(final), read_plan(file)):
                return final
            _sync(file)
            if final.exists():
                file.replace(final)
            else:
                _name(file, final)
        _sync(folder)
    except (OSError, RuntimeError, RuntimeWarning, sqlite3.Error) as error:
        raise StorageError("plan.NOT_WRITTEN", file=final.name, detail=_why(error)) from error
    return final


def _why(error: Exception) -> Phrase | str:
    """Return why a file cannot be used; GDAL repeats its whole SQL statement before the reason."""
    if isinstance(error, OSError) and error.errno:
        return os_reason(error)
    said = str(error)
    if _DISK_FULL in said:
        return Phrase("storage.ENOSPC")
    return said.rpartition(" failed: ")[2][:_LONGEST]


def _stands(old: PlanFile, new: PlanFile) -> bool:
    """Tell whether a file that is there says all that a new one of its id would say."""
    if old.plan != new.plan:
        return True  # made by hand from another plan, which it remembers
    if old.facts.get(STOPPED_BY) in TO_THE_END and new.facts.get(STOPPED_BY) not in TO_THE_END:
        return True  # a search to the end proves more than one that was cut off
    frames = ("zones", "blocks", "schools", "metrics", "farther_admitted", "seat_prices")
    if old.facts != new.facts or old.proof.keys() != new.proof.keys():
        return False
    if not old.stated:
        return False  # of an earlier version, which kept no digests
    return all(
        _figures(getattr(old, name)).equals(_figures(getattr(new, name))) for name in frames
    ) and all(old.proof[name].equals(new.proof[name]) for name in old.proof)


def _figures(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what depends on the language of whoever drew the plan."""
    return frame.drop(columns=["title", "reason_text"], errors="ignore")


def _write(content: PlanFile, file: Path, *, language: str) -> None:
    layers: dict[str, gpd.GeoDataFrame] = {name: getattr(content, name) for name in LAYERS}
    tables = _tables(content, language)
    with warnings.catch_warnings():
        # GDAL only warns of some failed writes
        warnings.simplefilter("error", RuntimeWarning)
        for name, frame in layers.items():
            kind, areal = ("Point", False) if name == "schools" else ("MultiPolygon", True)
            pyogrio.write_dataframe(
                frame,
                file,
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                promote_to_multi=areal,
                dataset_options={"VERSION": GEOPACKAGE_VERSION},
            )
        for name, frame in tables.items():
            pyogrio.write_dataframe(frame, file, layer=name, driver="GPKG")
        taken = pd.DataFrame(
            list(digests(file, SEALED).items()), columns=list(DIGEST_COLUMNS), dtype=object
        )
        pyogrio.write_dataframe(taken, file, layer=DIGESTS, driver="GPKG")
    frames = {**layers, **tables, DIGESTS: taken}
    columns = {
        name: [column for column in frame.columns if column != "geometry"]
        for name, frame in frames.items()
    }
    dress(
        file,
        tables=columns,
        styles=file_styles(columns, zones=content.zones, language=language),
        layers=LAYERS,
        language=language,
    )
    found = faults(file, rows={name: len(frame) for name, frame in frames.items()})
    if found:
        raise OSError(errno.EIO, "; ".join(found))


def _tables(content: PlanFile, language: str) -> dict[str, pd.DataFrame]:
    plan = content.plan
    facts = {
        "plan_id": plan.plan_id,
        "digest": plan.digest,
        "stage": plan.stage,
        "years": json.dumps(list(plan.years)),
        "parent": plan.parent,
        "flips": json.dumps(
            [[flip.block_id, flip.from_zone, flip.to_zone] for flip in plan.flips],
            ensure_ascii=False,
        ),
        "rule_set": plan.source.rule_set,
        "seed": str(plan.source.seed),
        **content.facts,
    }
    metrics, farther = content.metrics.copy(), content.farther_admitted.copy()
    metrics["title"] = [
        metric_title(metric, unit, language=language)
        for metric, unit in zip(metrics["metric"], metrics["unit"], strict=True)
    ]
    farther["reason_text"] = [text(f"plan.REASON_{why}", language) for why in farther["reason"]]
    return {
        "plan": pd.DataFrame(list(facts.items()), columns=["key", "value"], dtype=object),
        "metrics": metrics,
        "farther_admitted": farther,
        "seat_prices": content.seat_prices.astype(
            {"zone_id": object, "year": "int64", "price_min": "float64"}
        ),
        "inputs": pd.DataFrame(list(plan.source.inputs), columns=["name", "sha256"], dtype=object),
        "settings": pd.DataFrame(
            list(plan.source.settings), columns=["key", "value"], dtype=object
        ),
        **proof_frames(content.proof),
    }


def metric_title(metric: str, unit: str, *, language: str) -> str:
    """Return the name of a metric with its unit.

    Parameters
    ----------
    metric, unit
        As in the table of metrics.
    language
        One of `zoning.messages.languages()`.
    """
    parts = {
        "metric": text(f"plan.METRIC_{metric}", language),
        "unit": text(f"plan.UNIT_{unit}", language),
    }
    return text("plan.METRIC_WITH_UNIT", language, parts)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(file: Path, final: Path) -> None:
    """Give a finished file its name; fails where the name is taken."""
    try:
        os.link(file, final)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # without hard links: claim the name first, then put the file there in one step
        os.close(os.open(final, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        file.replace(final)


def read_plan(file: Path, *, known: bool = False) -> PlanFile:
    """Read a plan file and check that it is what its id says.

    Parameters
    ----------
    file
        The file.
    known
        Whether a digest of all its bytes has told already that nothing in it was changed: its
        tables are not digested each for itself then.

    Raises
    ------
    StorageError
        It is not there, damaged, no plan, or was changed since it was written.
    """
    content = read_as_it_is(file, sealed=not known)
    if not is_genuine(content):
        plan_id = content.facts["plan_id"]
        raise StorageError("plan.CHANGED", file=file.name, plan_id=plan_id)
    changed = altered(content)
    if changed:
        raise StorageError("plan.ALTERED", file=file.name, table=Phrase(f"plan.TABLE_{changed[0]}"))
    return content


def altered(content: PlanFile) -> tuple[str, ...]:
    """Name the layers and tables that are not what was written, as far as digests are stated."""
    if not content.stated:
        return ()
    changed = [name for name in SEALED if content.stated.get(name) != content.found.get(name)]
    strange = content.stated.keys() - set(SEALED)
    return (*changed, *([DIGESTS] if strange else []))


def is_genuine(content: PlanFile) -> bool:
    """Tell whether a plan is still the one that its id was made of."""
    said = (content.facts["plan_id"], content.facts["digest"])
    return said == (content.plan.plan_id, content.plan.digest)


def read_as_it_is(file: Path, *, sealed: bool = True) -> PlanFile:
    """Read a plan file, even if it was changed since it was written.

    Parameters
    ----------
    file
        The file.
    sealed
        Whether the digests of its tables are told, as stated and as they are.

    Raises
    ------
    StorageError
        It is not there, damaged, or no plan.
    """
    if not file.is_file():
        raise StorageError("plan.NO_FILE", file=file.name)
    try:
        layers = {name: pyogrio.read_dataframe(file, layer=name) for name in LAYERS}
        tables = {name: pyogrio.read_dataframe(file, layer=name) for name in FIGURES}
        proof = read_proof(file)
        facts = dict(zip(tables["plan"]["key"], tables["plan"]["value"].fillna(""), strict=True))
        _require(facts, "plan_id", "digest")
        plan = _plan(layers, tables, facts)
        found, stated = (digests(file, SEALED), _stated(file)) if sealed else ({}, {})
    except (
        OSError, RuntimeError, KeyError, ValueError, AssertionError, sqlite3.Error
    ) as error:  # fmt: skip
        raise StorageError("plan.UNREADABLE", file=file.name, detail=_why(error)) from error
    layers["blocks"]["today_school_id"] = layers["blocks"]["today_school_id"].fillna("")
    return PlanFile(
        plan=plan,
        **layers,
        metrics=tables["metrics"].fillna({"note": ""}),
        farther_admitted=tables["farther_admitted"],
        seat_prices=tables["seat_prices"],
        facts=facts,
        proof=proof,
        stated=stated,
        found=found,
    )


def _stated(file: Path) -> dict[str, str]:
    """Return the digests that a file states; none where it is of an earlier version."""
    if DIGESTS not in {name for name, _ in pyogrio.list_layers(file)}:
        return {}
    table = pyogrio.read_dataframe(file, layer=DIGESTS)
    return dict(_pairs(table[list(DIGEST_COLUMNS)]))


def _plan(
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    facts: Mapping[str, str],
) -> Plan:
    zones, blocks = layers["zones"], layers["blocks"].sort_values("block_id")
    return Plan(
        stage=facts["stage"],
        years=tuple(json.loads(facts["years"])),
        block_ids=tuple(blocks["block_id"]),
        zone_ids=tuple(blocks["zone_id"]),
        zones=tuple(
            sorted(
                Zone(zone, name, ZoneType(kind), _listed(schools), tuple(map(int, _listed(shares))))
                for zone, name, kind, schools, shares in zip(
                    zones["zone_id"],
                    zones["name"].fillna(""),
                    zones["zone_type"],
                    zones["school_ids"].fillna(""),
                    # files of earlier versions know no shared areas
                    zones.get("shares", zones["school_ids"].map(lambda _: "")).fillna(""),
                    strict=True,
                )
            )
        ),
        source=Provenance(
            inputs=_pairs(tables["inputs"]),
            rule_set=facts["rule_set"],
            settings=_pairs(tables["settings"]),
            seed=int(facts["seed"]),
        ),
        parent=facts["parent"],
        flips=tuple(Flip(*flip) for flip in json.loads(facts["flips"])),
    )


def _listed(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(";")) if joined else ()


def _pairs(table: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)) for key, value in table.itertuples(index=False))


def _require(facts: Mapping[str, str], *names: str) -> None:
    missing = set(names) - set(facts)
    if missing:
        raise KeyError(", ".join(sorted(missing)))
