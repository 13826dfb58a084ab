"""The section `[web]` of `study.toml`: who is in front of the server, and how much one may ask."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from zoning.settings.numbers import A_WHOLE_NUMBER
from zoning.settings.section import Section

# 0 sets no limit
Amount = Annotated[int, Field(ge=0, le=1_000_000), A_WHOLE_NUMBER]


class WebSection(Section):
    """How much the server answers; nothing of it decides a plan.

    Attributes
    ----------
    trusted_proxies
        How many proxies of the bureau stand in front of the server; each adds to X-Forwarded-For
        whom it was asked by. With 0 that header is not believed.
    reader_per_minute
        Questions of one reader's browser.
    network_per_minute, network_per_hour
        Questions of all browsers behind one network address, such as those of a neighbourhood.
    api_per_minute, api_per_hour
        Questions of programs behind one network address.
    data_per_minute
        Open data that one network address fetches.
    pages_per_minute
        Pages of maps, zones and schools that one network address opens.
    work_bits
        Work that the script of a form does before it is sent: 2 to the power of so many digests.
        With 0 opinions, questionnaires and sign-ups need neither work nor waiting.
    wait_s
        Seconds between opening and sending a form whose work is not done.
    unworked_per_hour
        Forms without work from one network address.
    """

    trusted_proxies: Annotated[int, Field(ge=0, le=10), A_WHOLE_NUMBER] = 0
    reader_per_minute: Amount = 30
    network_per_minute: Amount = 600
    network_per_hour: Amount = 6000
    api_per_minute: Amount = 60
    api_per_hour: Amount = 1000
    data_per_minute: Amount = 120
    pages_per_minute: Amount = 600
    work_bits: Annotated[int, Field(ge=0, le=24), A_WHOLE_NUMBER] = 16
    wait_s: Annotated[int, Field(ge=0, le=600), A_WHOLE_NUMBER] = 20
    unworked_per_hour: Amount = 60
