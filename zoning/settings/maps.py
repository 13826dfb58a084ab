"""The section `[maps]` of `study.toml`: what public pages of zones show; it decides no plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from zoning.settings.section import Section

# it goes into a header as it is, so nothing but a scheme, a host and a port
Site = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?$")]
FileName = Annotated[str, Field(pattern=r"^([^/\\\x00]+\.(xlsx|csv))?$")]


class MapsSection(Section):
    """Public zone maps and pages of schools; nothing of it decides a plan.

    Attributes
    ----------
    embed_sites
        Sites that may show a zone map within their own pages, https://…; none where it is empty.
    zone_texts
        Table in `inputs/` with the bureau's words for each zone, as `zoning publish --texts` reads
        it; empty writes them from the addresses.
    """

    embed_sites: tuple[Site, ...] = ()
    zone_texts: FileName = ""
