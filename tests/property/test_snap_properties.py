"""Where a point is placed on the network depends on nothing but the point."""

from __future__ import annotations

import numpy as np
import shapely
from ascii_roads import network_of, spot
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.network.snap import place_points

NETWORK = network_of(
    """
    a-b-c







    d-e-f
    """,
    lines={
        "river": [(-9.0, 3.9), (9.0, 3.9)],
        # a yard with no road of its own
        "railway": [(4.0, 0.0), (5.0, 0.0), (5.0, 1.0), (4.0, 1.0), (4.0, 0.0)],
    },
)
PLACES = st.lists(
    st.tuples(st.integers(-20, 60), st.integers(-10, 300)), min_size=1, max_size=8, unique=True
)


@settings(max_examples=200)
@given(places=PLACES, data=st.data(), limit_m=st.sampled_from([None, 100.0, 500.0]))
def test_a_point_is_placed_alike_in_any_company(
    places: list[tuple[int, int]], data: st.DataObject, limit_m: float | None
) -> None:
    points = np.array([shapely.Point(spot(x / 10, y / 10)) for x, y in places], dtype=object)
    order = np.array(data.draw(st.permutations(range(len(points)))))
    cut = data.draw(st.integers(0, len(points)))
    together = place_points(NETWORK, points, limit_m=limit_m)
    for rows in (order[:cut], order[cut:], *np.arange(len(points))[:, None]):
        apart = place_points(NETWORK, points[rows], limit_m=limit_m)
        assert apart.edge.tolist() == together.edge[rows].tolist()
        assert apart.out_u_ms.tolist() == together.out_u_ms[rows].tolist()


def test_the_near_bank_is_reached_alone_as_in_the_company_of_a_far_point() -> None:
    """One road lies 20 m away beyond the river, the other 380 m away on the point's own bank."""
    home, far = shapely.Point(spot(0.5, 3.8)), shapely.Point(spot(0.5, 90.0))
    alone = place_points(NETWORK, np.array([home]), limit_m=None)
    both = place_points(NETWORK, np.array([home, far]), limit_m=None)
    assert alone.access_mm[0] == both.access_mm[0] == 380_000
