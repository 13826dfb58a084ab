"""The section `[lookup]` of `study.toml`: what the page for parents says; it decides no plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from zoning.settings.numbers import A_NUMBER
from zoning.settings.section import Section

# digits as people write them; the page makes a link of them
Telephone = Annotated[str, Field(pattern=r"^[0-9+() -]{0,40}$")]


class LookupSection(Section):
    """The page on which parents look an address up; nothing of it decides a plan.

    Attributes
    ----------
    policy_hotline
        Telephone for questions on policy (政策咨询); empty where there is none.
    report_hotline
        Telephone for reporting wrongdoing (问题线索); empty where there is none.
    boundary_m
        An address this near to another zone is said to be on or near a boundary, metres.
    full_schools
        Ids of schools whose seats are taken, as the bureau has published (学位已满).
    site
        Address of the page as people reach it, https://…, for the code on a slip; empty takes the
        one that was asked.
    """

    policy_hotline: Telephone = ""
    report_hotline: Telephone = ""
    boundary_m: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), A_NUMBER] = 30.0
    full_schools: tuple[str, ...] = ()
    site: Annotated[str, Field(pattern=r"^(https?://[^\s/?#]+)?$")] = ""
