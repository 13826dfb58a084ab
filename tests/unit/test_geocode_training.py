"""The fit finds what is there, says what it does not know, and repeats to the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from geocode_training.city import City, make_city
from geocode_training.logit import Head, calibrated, fit_curves, fit_head, probabilities
from geocode_training.settings import CitySettings
from geocode_training.training import (
    Candidates,
    Labelled,
    answers,
    fit,
    found_in_steps,
    label,
    likely_from,
)
from train_geocoder import cities, in_one_way, named, train

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = 12
SMALL = CitySettings(rows=400, queries=150)


def by_shared_characters(city: City) -> Candidates:
    """Describe the rows whose names share most characters with the query's."""
    names = [frozenset(name) for name in city.table["name"]]
    roads = [frozenset(address) for address in city.table["address"]]
    values, rows = [], []
    for name, address in zip(city.queries["name"], city.queries["address"], strict=True):
        own, road = frozenset(name), frozenset(address)
        shared = np.array([2 * len(own & other) / max(len(own) + len(other), 1) for other in names])
        best = np.argsort(-shared, kind="stable")[:WINDOW]
        rows += best.tolist()
        said = len(own) > 0 and len(road) > 0
        values += [
            [
                shared[at], len(road & roads[at]) / max(len(road), 1),
                float(said and own == names[at] and road == roads[at]),
            ]
            for at in best
        ]  # fmt: skip
    starts = np.arange(len(city.queries) + 1) * WINDOW
    return Candidates(("name", "road", "text_equal"), np.array(values), starts, np.array(rows))


def test_a_head_finds_the_weights_of_a_known_world() -> None:
    """Answers are drawn by known weights; "none" wins where all scores are low."""
    rng = np.random.default_rng(0)
    starts = np.arange(0, 4001 * 5, 5)
    values = rng.normal(size=(starts[-1], 2))
    truth = Head(np.array([2.0, -1.0]), -1.0)
    share = probabilities(values, starts, truth).reshape(-1, 5)
    drawn = np.cumsum(share, axis=1) > rng.random(len(share))[:, None]
    right = np.zeros(share.shape, dtype=bool)
    some = drawn.any(axis=1)
    right[some, drawn[some].argmax(axis=1)] = True
    head = fit_head(values, starts, right.ravel(), pull=1e-6)
    assert head.weights == pytest.approx(truth.weights, abs=0.15)
    assert head.constant == pytest.approx(truth.constant, abs=0.15)


def test_probabilities_leave_room_for_none() -> None:
    share = probabilities(np.array([[0.0], [0.0]]), np.array([0, 2]), Head(np.array([1.0]), 0.0))
    assert share == pytest.approx([1 / 3, 1 / 3])


def test_a_curve_takes_back_too_much_confidence_where_it_is() -> None:
    """A world in which whatever is said, one answer in thirty is wrong: no line tells that."""
    rng = np.random.default_rng(1)
    odds = rng.normal(scale=3, size=40_000)
    chance = 1 / (1 + np.exp(-odds))
    true = 0.97 * chance
    right = rng.random(len(odds)) < true
    told = calibrated((chance,), fit_curves((chance,), right))
    for part in np.array_split(np.argsort(odds), 10):
        assert told[part].mean() == pytest.approx(true[part].mean(), abs=0.015)


def test_a_curve_never_falls() -> None:
    odds = np.linspace(-6, 6, 2000)
    chance = 1 / (1 + np.exp(-odds))
    own, beside = fit_curves((chance, chance[::-1]), np.sin(3 * odds) > 0)
    assert np.diff(own.said).min() > 0
    assert np.diff(own.found).min() > 0
    assert np.diff(beside.found).min() >= 0


def test_a_point_that_is_not_the_very_place_is_believed_less() -> None:
    """A world in which a point is right more often if it is the very place."""
    rng = np.random.default_rng(2)
    point, place = rng.uniform(0.5, 1, 40_000), rng.random(40_000)
    true = 0.6 * point + 0.35 * place
    right = rng.random(len(point)) < true
    alone = calibrated((point,), fit_curves((point,), right))
    told = calibrated((point, place), fit_curves((point, place), right))
    for low, high in ((0.0, 0.2), (0.4, 0.6), (0.8, 1.0)):
        part = (place >= low) & (place < high)
        assert told[part].mean() == pytest.approx(true[part].mean(), abs=0.02)
    assert alone[place < 0.2].mean() > true[place < 0.2].mean() + 0.1


def test_most_of_what_is_not_listed_is_refused() -> None:
    chance = np.arange(1000) / 1000
    listed = np.zeros(1000, dtype=bool)
    assert likely_from(0.8 * chance, listed) == pytest.approx(0.78)
    assert likely_from(chance, listed) == 0.95
    assert likely_from(chance, ~listed) == 0.95
    assert likely_from(np.r_[0.3 * chance, chance], np.r_[listed, ~listed]) == pytest.approx(0.29)


def test_weights_are_the_same_wherever_the_search_begins() -> None:
    rng = np.random.default_rng(3)
    starts = np.arange(0, 301 * 4, 4)
    values, right = rng.normal(size=(1200, 2)), rng.random(1200) < 0.2
    one = fit_head(values, starts, right)
    other = fit_head(values, starts, right, start=Head(np.array([1.0, -2.0]), 0.5))
    assert other.weights == pytest.approx(one.weights, abs=1e-3)


def test_labels_are_true() -> None:
    city = make_city(SMALL, rng=np.random.default_rng(4))
    labelled = label(city, by_shared_characters(city))
    assert labelled.point.sum() > labelled.place.sum() > 20
    assert not (labelled.place & ~labelled.point).any()
    at = int(np.flatnonzero(labelled.place)[0])
    row = city.table["id"].iloc[labelled.found.rows[at]]
    assert row in city.truth["rows"].iloc[at // WINDOW]


def test_an_answer_adds_what_is_near_it() -> None:
    # beside a chance of 0.05 that none of them is meant
    shares = np.array([[0.3], [0.25], [0.4]])
    found = Candidates(("odds",), np.log(shares / 0.05), np.array([0, 3]), np.arange(3))
    spots = np.array([[0.0, 0.0], [100.0, 0.0], [9000.0, 0.0]])
    tiny = Labelled(
        found,
        spots,
        np.array([True, True, False]),
        np.zeros(3, dtype=bool),
        np.zeros(1, dtype=bool),
    )
    said = answers(tiny, [Head(np.array([1.0]), 0.0)] * 2)
    assert said.chance[0] == pytest.approx([0.55])
    assert said.right.tolist() == [[True], [False]]


def test_a_name_counts_for_its_row() -> None:
    labelled = [label(city, by_shared_characters(city)) for city in cities(3, queries=150, seed=2)]
    fitted = fit(labelled)
    for head in fitted.heads:
        assert head.weights[0] > 0
        assert head.constant < 0
    assert 0 < fitted.likely <= 0.95


def test_a_step_says_how_often_it_was_right() -> None:
    said = np.array([0.1, 0.2, 0.5, 0.59, 0.6, 0.7, 0.89, 0.9, 0.99])
    right = np.array([0, 1, 0, 0, 1, 1, 0, 0, 0], dtype=bool)
    assert found_in_steps(said, right, ends=(0.6, 0.9)) == (0.25, 0.67)
    # a figure never lies in another step than what it stands for
    assert found_in_steps(said, ~right, ends=(0.6, 0.9)) == (0.59, 0.6)
    assert found_in_steps(said[:4], right[:4], ends=(0.6, 0.9)) == (0.25, 0.6)


def test_training_again_writes_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        train(by_shared_characters, out=file, count=2, queries=80, seed=7)
    assert files[0].read_bytes() == files[1].read_bytes()
    model = json.loads(files[0].read_text(encoding="utf-8"))
    assert set(model["heads"]) == {"point", "place"}
    assert list(model["heads"]["place"]["weights"]) == ["name", "road", "text_equal"]
    assert 0 <= model["verbatim"] < 1
    assert model["steps"]["below"] == [0.6, 0.9, 0.95, 1.0]
    for low, told, end in zip(
        [0, 0.6, 0.9, 0.95], model["steps"]["told"], [0.6, 0.9, 0.95, 1], strict=True
    ):
        assert low <= told < end
    assert model["trained"] == {"cities": 2, "queries": 80, "seed": 7}


def test_all_is_computed_alike_on_other_processors() -> None:
    kept = in_one_way({"HOME": "/x", "OMP_NUM_THREADS": "8"})
    assert kept["HOME"] == "/x"
    assert kept["OMP_NUM_THREADS"] == "1"
    # sums of wider registers end in other digits
    assert kept["OPENBLAS_CORETYPE"] == "Haswell"
    assert "X86_V4" in kept["NPY_DISABLE_CPU_FEATURES"].split()
    assert in_one_way(kept) == kept


def test_a_function_is_found_by_its_name() -> None:
    assert named("json:dumps") is json.dumps


def test_one_city_in_four_is_a_bureaus() -> None:
    sources = [city.table["source"].unique().tolist() for city in cities(4, queries=10, seed=1)]
    assert sources[3] == ["bureau"]
    assert all("bureau" not in listed for listed in sources[:3])
