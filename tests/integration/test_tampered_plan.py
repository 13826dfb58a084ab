"""A plan file in which somebody changed something is told apart from the one that was written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from gridworld import world
from priced import prices_for

from zoning.errors import StorageError
from zoning.messages import Phrase, languages, text
from zoning.partition.proof import proof_of
from zoning.plan.measure import measure
from zoning.plan.seal import DIGESTS, digests
from zoning.plan.store import SEALED, plan_file, read_as_it_is, read_plan, write_plan
from zoning.study.certify import check_plan

if TYPE_CHECKING:
    from zoning.study.certify import Certified

pytestmark = pytest.mark.integration

# b10 is nearer to A than b02, which A admits
PICTURE = "AAA\nBAB\nBBB"
GRID = world(
    "A..\n...\n..B", seats={"A": 9, "B": 9}, children="121\n131\n111", today="AAA\nAAB\nABB"
)
PROBLEM = GRID.problem()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan file with something in every table that could be better than it is."""
    plan = GRID.plan(PICTURE)
    cost = PROBLEM.value(plan.zone_index)
    dual = prices_for(PROBLEM, target=cost, sweeps=1)
    proof = proof_of(PROBLEM, dual, assignment=plan.zone_index)
    proof["proof_separators"].loc[0] = ["A", "b02", 0.0, '["b01", "b12"]']
    terms = PROBLEM.amounts(plan.zone_index)
    content = plan_file(
        plan,
        measure(plan, GRID.facts()),
        seat_prices=pd.DataFrame({"zone_id": ["A", "B"], "year": 2027, "price_min": [1.5, 0.0]}),
        facts={
            "study": "示例县",
            "data_date": "2026-09-01",
            "objective": cost * PROBLEM.unit,
            "lower_bound": dual.value * PROBLEM.unit,
            "gap": 1 - dual.value / cost,
            "stopped_by": "rounds",
            **{f"term_{name}": amount for name, amount in terms.items()},
        },
        proof=proof,
    )
    assert len(content.farther_admitted)
    return write_plan(content, tmp_path_factory.mktemp("plans"))


@pytest.fixture
def file(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


def certified(file: Path) -> Certified:
    content = read_as_it_is(file)
    return check_plan(PROBLEM, content.plan, names={}, file=content, facts=GRID.facts())


def told(found: Certified) -> list[str]:
    """Return all that is not proved, in words; each can be said in every language."""
    for language in languages():
        for fault in found.unproved:
            assert text(f"certificate.FAULT_{fault.code}", language, fault.params)
    return [text(f"certificate.FAULT_{item.code}", "en", item.params) for item in found.unproved]


def tamper(file: Path, *statements: str) -> None:
    """Change a file as somebody with a database tool would."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            assert connection.execute(statement).rowcount != 0


def forge(file: Path, *statements: str) -> None:
    """Change a file as somebody would who knows how ids and digests are made."""
    tamper(file, *statements)
    plan = read_as_it_is(file).plan
    tamper(
        file,
        f"UPDATE plan SET value = '{plan.plan_id}' WHERE key = 'plan_id'",
        f"UPDATE plan SET value = '{plan.digest}' WHERE key = 'digest'",
    )
    tamper(
        file,
        *(
            f"UPDATE {DIGESTS} SET sha256 = '{digest}' WHERE table_name = '{table}'"
            for table, digest in digests(file, SEALED).items()
        ),
    )


def fact(key: str, value: str) -> str:
    return f"UPDATE plan SET value = '{value}' WHERE key = '{key}'"


def proof(key: str, value: str) -> str:
    return f"UPDATE proof SET value = '{value}' WHERE key = '{key}'"


# the shape of another
SWAPPED = "UPDATE {0} SET geom = (SELECT geom FROM {0} WHERE {1} = '{3}') WHERE {1} = '{2}'"
# what was changed, and a code of what is told of it even where digests were made anew
RECOUNTED = [
    ("UPDATE blocks SET school_id = 'B' WHERE block_id = 'b01'", "FIGURES"),
    ("UPDATE blocks SET time_s = 1 WHERE block_id = 'b01'", "FIGURES"),
    ("UPDATE blocks SET children_2027 = 99 WHERE block_id = 'b01'", "FIGURES"),
    ("UPDATE blocks SET moved_children = 99 WHERE block_id = 'b01'", "FIGURES"),
    (SWAPPED.format("blocks", "block_id", "b01", "b02"), "FIGURES"),
    ("UPDATE zones SET seats_2027 = 99 WHERE zone_id = 'A'", "FIGURES"),
    ("UPDATE zones SET children_2027 = 1 WHERE zone_id = 'A'", "FIGURES"),
    ("UPDATE zones SET school_names = 'X' WHERE zone_id = 'A'", "FIGURES"),
    ("UPDATE zones SET name = 'X' WHERE zone_id = 'A'", "ZONES"),
    ("UPDATE zones SET school_ids = 'B' WHERE zone_id = 'A'", "ZONES"),
    ("UPDATE zones SET pieces = 7 WHERE zone_id = 'A'", "FIGURES"),
    ("UPDATE zones SET contiguity = 'fail' WHERE zone_id = 'A'", "FIGURES"),
    (SWAPPED.format("zones", "zone_id", "A", "B"), "FIGURES"),
    ("ALTER TABLE zones ADD COLUMN remark TEXT", "ROWS"),
    ("UPDATE schools SET seats_2027 = 99 WHERE school_id = 'A'", "FIGURES"),
    ("UPDATE schools SET zone_id = 'B' WHERE school_id = 'A'", "FIGURES"),
    ("UPDATE schools SET seat_price_min = 77 WHERE school_id = 'A'", "FIGURES"),
    ("UPDATE schools SET name = 'X' WHERE school_id = 'A'", "FIGURES"),
    (SWAPPED.format("schools", "school_id", "A", "B"), "FIGURES"),
    ("DELETE FROM schools WHERE school_id = 'A'", "ROWS"),
    ("UPDATE seat_prices SET price_min = 123 WHERE zone_id = 'A'", "FIGURES"),
    ("UPDATE seat_prices SET price_min = -1 WHERE zone_id = 'B'", "FIGURES"),
    ("DELETE FROM seat_prices WHERE 1", "ROWS"),
    ("UPDATE metrics SET value = 1 WHERE 1", "FIGURES"),
    ("DELETE FROM metrics WHERE 1", "ROWS"),
    ("UPDATE farther_admitted SET refused_children = 0 WHERE 1", "FIGURES"),
    ("DELETE FROM farther_admitted WHERE 1", "ROWS"),
    (fact("objective", "1.0"), "OBJECTIVE"),
    (fact("objective", "abc"), "NO_FIGURE"),
    ("DELETE FROM plan WHERE key = 'objective'", "NO_FIGURE"),
    (fact("lower_bound", "abc"), "NO_FIGURE"),
    (fact("lower_bound", "nan"), "NO_FIGURE"),
    ("DELETE FROM plan WHERE key = 'lower_bound'", "NO_FIGURE"),
    (fact("lower_bound", "1"), "CLAIM_BELOW"),
    ("UPDATE plan SET value = value + 1.5 WHERE key = 'lower_bound'", "CLAIM_BEYOND"),
    (fact("lower_bound", "99"), "CLAIM"),
    (fact("gap", "0.0"), "GAP"),
    ("DELETE FROM plan WHERE key = 'gap'", "NO_FIGURE"),
    (fact("stopped_by", "proved"), "NOT_PROVED"),
    (fact("term_travel", "1"), "TERM"),
    ("DELETE FROM plan WHERE key = 'term_travel'", "TERM"),
    (fact("farther_admitted_total", "0"), "TOTAL"),
    (proof("bound_min", "1"), "PRICES_BELOW"),
    (proof("bound_min", "nan"), "STATED"),
    (proof("granted", "[-5]"), "GRANTED"),
    ("UPDATE proof_separators SET separator_price_min = -1", "SEPARATOR"),
]
# prices need not be believed, so that new ones with new digests are as good as the old ones
SEALED_ONLY = [
    proof("granted", "[1]"),
    proof("tightened", "true"),
    proof("shared", '{"b00": "A"}'),
    "UPDATE proof_seats SET short = 1 - short WHERE zone_id = 'A'",
    "UPDATE proof_seats SET price_min = price_min + 0.001 WHERE zone_id = 'A'",
    "UPDATE proof_blocks SET block_price_min = block_price_min + 0.001 WHERE block_id = 'b01'",
    "UPDATE proof_blocks SET block_price_min = block_price_min - 0.001 WHERE block_id = 'b01'",
    'UPDATE proof_separators SET members = \'["b01", "b12", "b22"]\'',
    fact("seed", "2"),
    fact("study", "X"),
    fact("data_date", "X"),
    "UPDATE metrics SET title = 'X' WHERE 1",
    "UPDATE farther_admitted SET reason_text = 'X' WHERE 1",
]


def test_the_file_as_it_was_written_is_certified(file: Path) -> None:
    found = certified(file)
    assert (found.broken, told(found)) == ((), [])
    assert found.certified


@pytest.mark.parametrize("statement", [*(one for one, _ in RECOUNTED), *SEALED_ONLY])
def test_whatever_is_changed_is_found_and_its_table_is_named(file: Path, statement: str) -> None:
    tamper(file, statement)
    table = next(name for name in statement.split() if name in SEALED)
    named = Phrase(f"plan.TABLE_{table}")
    found = certified(file)
    assert not found.certified
    altered = [item.params["table"] for item in found.unproved if item.code == "ALTERED"]
    assert altered == [named]
    assert told(found)
    with pytest.raises(StorageError) as caught:
        read_plan(file)
    assert caught.value.key in {"plan.ALTERED", "plan.CHANGED"}


@pytest.mark.parametrize(("statement", "code"), RECOUNTED)
def test_new_digests_do_not_hide_what_can_be_counted_again(
    file: Path, statement: str, code: str
) -> None:
    forge(file, statement)
    found = certified(file)
    assert not {"ALTERED", "CHANGED", "UNSEALED"} & {item.code for item in found.unproved}
    assert code in {item.code for item in found.unproved}
    assert told(found)


def test_what_is_told_names_table_column_and_row(file: Path) -> None:
    forge(file, "UPDATE zones SET seats_2027 = 99 WHERE zone_id = 'A'")
    (said,) = told(certified(file))
    assert said == "“Zones”, column “Seats 2027”: 1 rows are not what the inputs give: A."


@pytest.mark.parametrize("statement", [f"DROP TABLE {DIGESTS}", f"DELETE FROM {DIGESTS} WHERE 1"])
def test_a_file_without_digests_is_no_proof(file: Path, statement: str) -> None:
    before = certified(file).digest
    tamper(file, statement, f"DELETE FROM gpkg_contents WHERE table_name = '{DIGESTS}'")
    found = certified(file)
    assert [item.code for item in found.unproved] == ["UNSEALED"]
    assert found.digest == before
    assert read_plan(file).plan == GRID.plan(PICTURE)  # of an earlier version, and used as ever


def test_a_table_of_prices_that_was_taken_out_is_named(file: Path) -> None:
    listed = "DELETE FROM gpkg_contents WHERE table_name = 'proof_blocks'"
    tamper(file, "DROP TABLE proof_blocks", listed)
    found = certified(file).unproved
    assert [item.code for item in found][:2] == ["ALTERED", "NO_PRICES"]
    assert found[0].params["table"] == Phrase("plan.TABLE_proof_blocks")


def test_one_digest_taken_out_is_a_change(file: Path) -> None:
    tamper(file, f"DELETE FROM {DIGESTS} WHERE table_name = 'metrics'")
    assert [item.code for item in certified(file).unproved] == ["ALTERED"]
    tamper(file, f"UPDATE {DIGESTS} SET table_name = 'other' WHERE table_name = 'zones'")
    named = [item.params["table"] for item in certified(file).unproved]
    assert named == [Phrase(f"plan.TABLE_{name}") for name in ("zones", "metrics", DIGESTS)]


def test_a_forger_cannot_keep_the_digest_that_was_noted(file: Path) -> None:
    noted = certified(file).digest
    forge(file, proof("granted", "[0]"), fact("study", "X"))
    found = certified(file)
    assert found.certified
    assert found.digest != noted


def test_order_of_rows_and_pages_and_styles_do_not_matter(file: Path) -> None:
    noted = certified(file).digest
    tamper(
        file,
        "CREATE TABLE kept AS SELECT * FROM metrics ORDER BY fid DESC",
        "UPDATE kept SET fid = 1000 - fid",
        "DELETE FROM metrics WHERE 1",
        "INSERT INTO metrics SELECT * FROM kept ORDER BY fid",
        "DROP TABLE kept",
        "UPDATE layer_styles SET styleQML = 'other'",
        "UPDATE gpkg_contents SET last_change = '2027-01-01T00:00:00.000Z'",
    )
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("VACUUM")
    found = certified(file)
    assert (told(found), found.digest) == ([], noted)


def test_shapes_in_another_coordinate_system_are_others(file: Path) -> None:
    tamper(
        file,
        "UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'zones'",
        "UPDATE gpkg_contents SET srs_id = 4326 WHERE table_name = 'zones'",
    )
    assert [item.code for item in certified(file).unproved] == ["ALTERED", "FIGURES"]
