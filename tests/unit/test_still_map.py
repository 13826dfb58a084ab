"""Maps as one drawing: what is on them, where, and how large."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import shapely

from webmap.maps.still_map import WIDTH, Caption, Paint, Sign, paper_scale, still_map, window_on

CAPTION = Caption("<a & b>", "北")
GROUND = (0.0, 0.0, 4000.0, 3000.0)


def drawn(*, paints: tuple[Paint, ...] = (), signs: tuple[Sign, ...] = ()) -> ElementTree.Element:
    document = still_map(window_on(GROUND), paints, signs=signs, caption=CAPTION, name="x")
    return ElementTree.fromstring(document)  # our own drawing


def words(picture: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in picture.iter("text")]


def test_a_drawing_says_what_it_shows_and_has_north_and_a_scale() -> None:
    picture = drawn()
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == "<a & b>"
    assert words(picture) == ["北", "500 m"]
    assert picture.find(".//style") is None
    assert not [one for one in picture.iter() if one.get("style") or one.get("onclick")]


def test_north_is_up_and_all_ground_is_seen() -> None:
    window = window_on(GROUND)
    (south_west, north_east) = window.place(shapely.get_coordinates(
        shapely.multipoints([[0.0, 0.0], [4000.0, 3000.0]]))).tolist()  # fmt: skip
    assert 0 < south_west[0] < north_east[0] < WIDTH
    assert 0 < north_east[1] < south_west[1] < window.height


@pytest.mark.parametrize("bounds", [(0, 0, 10_000, 10), (0, 0, 10, 10_000), (5, 5, 5, 5)])
def test_no_ground_makes_a_strip(bounds: tuple[float, ...]) -> None:
    window = window_on(bounds)
    assert 0.5 < window.height / WIDTH < 1.2
    assert window.box.covers(shapely.box(*bounds))


def test_what_lies_outside_is_not_drawn_and_a_hole_stays_open() -> None:
    far = Paint(shapely.box(9000, 9000, 9900, 9900), fill="#123456")
    ring = shapely.box(0, 0, 3000, 3000).difference(shapely.box(1000, 1000, 2000, 2000))
    picture = drawn(paints=(far, Paint(ring, fill="#654321", hatch=True)))
    shapes = [one for one in picture.iter("path") if one.get("fill-rule")]
    (shape,) = shapes
    assert shape.get("fill") == "url(#hatch-x)"
    assert (shape.get("d") or "").count("Z") == 2


def test_names_do_not_lie_on_each_other_and_the_strong_one_is_written() -> None:
    at = shapely.Point(2000, 1500)
    crowd = [Sign(at, f"第{number}小学") for number in range(8)]
    said = words(drawn(signs=(*crowd, Sign(at, "本校", strong=True))))
    assert "本校" in said
    assert 1 <= len([word for word in said if "小学" in word]) <= 3
    apart = [Sign(shapely.Point(x, 1500), f"第{x}小学") for x in (200, 1800, 3800)]
    assert len([word for word in words(drawn(signs=tuple(apart))) if "小学" in word]) == 3


def bar_left(picture: ElementTree.Element) -> int:
    """Return where the bar begins: it is the last path but none."""
    lines = [one.get("d") or "" for one in picture.iter("path") if not one.get("fill-rule")]
    found = re.match(r"M(\d+) \d+V\d+H", lines[-1])
    assert found is not None
    return int(found[1])


def test_the_bar_makes_room_for_a_school() -> None:
    assert bar_left(drawn()) == 20
    corner = Sign(shapely.Point(60, 20), "角落小学")
    assert bar_left(drawn(signs=(corner,))) > WIDTH / 2


def test_a_sign_at_the_border_is_whole_or_left_out() -> None:
    window = window_on(GROUND)
    west = window.box.bounds[0]
    cut = Sign(shapely.Point(west + 5 / window.metre, 1500), "边缘小学")
    assert not list(drawn(signs=(cut,)).iter("circle"))
    own = Sign(cut.point, cut.text, strong=True)
    assert len(list(drawn(signs=(own,)).iter("circle"))) == 1


def test_a_name_is_text_and_never_markup() -> None:
    sign = Sign(shapely.Point(2000, 1500), "<b>A&B</b>")
    assert "<b>A&B</b>" in words(drawn(signs=(sign,)))
    assert "<b>" not in still_map(window_on(GROUND), (), signs=(sign,), caption=CAPTION, name="x")


def test_the_bar_is_as_long_as_it_says_and_paper_has_the_scale_it_says() -> None:
    window = window_on(GROUND)
    picture = drawn()
    (bar, *_) = [one.get("d") or "" for one in picture.iter("path") if "V" in (one.get("d") or "")
                 and (one.get("d") or "").startswith("M20")]  # fmt: skip
    found = re.fullmatch(r"M20 \d+V\d+H(\d+)V\d+", bar)
    assert found is not None
    assert (int(found[1]) - 20) / window.metre == pytest.approx(500, rel=0.01)
    # 4,320 m on 216 mm
    assert paper_scale(window, width_mm=216.0) == 20_000
