"""Pages of zones, schools and changes: drafts, published versions, damage, and what is kept.

A . .       A A A       A A A
. . .       A A B       A B B     the second plan moves one block, b11, to the other school
. . B       B B B       B B B
"""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from bureau import write_csv
from published import Publisher
from tiny_study import drawn, tiny_study

from webmap.app import create_app
from webmap.assets import refuse_outside_urls
from webmap.config import Config
from webmap.errors import DatabaseError
from webmap.services.versions import Versions
from zoning.errors import SettingsError
from zoning.messages import text as message
from zoning.plan.store import read_plan
from zoning.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

pytestmark = pytest.mark.integration
LANGUAGES = ("zh-CN", "en")
V1, V2 = "primary-1", "primary-2"
FIRST, SECOND = date(2027, 9, 1), date(2028, 9, 1)
NOBODY = "frame-ancestors 'none'"
Plans = tuple["Path", str, str, str]


class Office:
    """An officer with a study of two plans, and a server whose day can be set."""

    def __init__(self, publisher: Publisher, plans: Plans) -> None:
        self.publisher, self.folder = publisher, publisher.folder
        self.plans, self.block = plans[1:3], plans[3]
        self.day = FIRST

    def client(self, settings: str = "", map_settings: str = "") -> FlaskClient:
        set_map(self.folder / "study.toml", map_settings)
        if settings:
            with (self.folder / "study.toml").open("a", encoding="utf-8") as file:
                file.write(settings)
        config = Config(study=self.folder, secret="k" * 40, database_url=self.publisher.url)
        return create_app(config, clock=self.now).test_client()

    def now(self) -> datetime:
        """Noon where the bureau is."""
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)

    def publish(self, plan: int, begins: date) -> str:
        draft = self.publisher.draft(self.plans[plan], begins=begins)
        return self.publisher.commit(draft).version_id

    def school(self, plan: int) -> str:
        file = self.folder / "plans" / f"{self.plans[plan]}.gpkg"
        return str(read_plan(file).plan.zone_of(self.block).zone_id)

    def kept(self, version: str) -> Path:
        entered = self.publisher.versions.by_id(version)
        return self.folder / "published" / "plans" / f"{entered.plan_file}.gpkg"


@pytest.fixture
def office(two_plans: Plans, tmp_path: Path) -> Iterator[Office]:
    folder = shutil.copytree(two_plans[0], tmp_path / "方格县")
    publisher = Publisher(folder, f"sqlite:///{tmp_path / 'kept.sqlite'}")
    yield Office(publisher, two_plans)
    publisher.database.close()


@pytest.fixture(scope="module")
def two_versions(two_plans: Plans, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two versions, the second in force a year after the first; nobody may change the study."""
    folder = shutil.copytree(two_plans[0], tmp_path_factory.mktemp("versions") / "方格县")
    publisher = Publisher(folder, f"sqlite:///{folder.parent / 'kept.sqlite'}")
    made = Office(publisher, two_plans)
    assert made.publish(0, FIRST) == V1
    assert made.publish(1, SECOND) == V2
    yield made
    publisher.database.close()


@pytest.fixture
def versions(two_versions: Office) -> Office:
    """The same on the first day of the first version."""
    two_versions.day = FIRST
    return two_versions


def set_map(file: Path, line: str) -> None:
    """Write a line into the section `[map]`."""
    file.write_text(file.read_text("utf-8").replace("[map]", f"[map]\n{line}"), "utf-8")


def text(client: FlaskClient, path: str, *, status: int = 200) -> str:
    """Return a page as its reader sees it, after what it leads to."""
    response = client.get(path, follow_redirects=True)
    assert response.status_code == status, path
    refuse_outside_urls(response.text)
    return html.unescape(response.text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_before_anything_is_published_the_newest_plan_is_for_discussion(
    office: Office, lang: str
) -> None:
    client = office.client()
    page = text(client, f"/zones/primary?lang={lang}")
    newest = [plan for plan in office.plans if plan in page]
    assert len(newest) == 1
    said = {"zh-CN": "方案征求意见中", "en": "plan for discussion"}[lang]
    assert said in page
    assert said in text(client, f"/schools/A?lang={lang}")
    assert said in text(client, f"/zones?lang={lang}")
    assert newest[0] in text(client, f"/zones/primary/2027?lang={lang}")
    # today's zones stand before it
    changes = text(client, f"/zones/primary/changes?lang={lang}")
    assert {"zh-CN": "现行学区", "en": "Zones of today"}[lang] in changes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plan_that_was_published_is_nowhere_called_one_for_discussion(
    office: Office, lang: str
) -> None:
    draft = message("webmap.DRAFT_NOTE", lang)
    client = office.client()
    assert text(client, f"/?lang={lang}").count(draft) == 2
    assert draft in text(client, f"/plans/{office.plans[0]}?lang={lang}")
    office.publish(0, FIRST)
    client = office.client()
    page = text(client, f"/plans/{office.plans[0]}?lang={lang}")
    assert draft not in page
    assert f"/zones/version/{V1}" in page
    assert {"zh-CN": "自 2027 年 9 月 1 日起施行", "en": "in force since 1 September 2027"}[
        lang
    ] in page
    # the other one still is
    assert draft in text(client, f"/plans/{office.plans[1]}?lang={lang}")
    listed = text(client, f"/?lang={lang}")
    assert listed.count(draft) == 1
    assert listed.count(f"/zones/version/{V1}") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_version_has_its_page_that_says_what_it_is(versions: Office, lang: str) -> None:
    first, second = V1, V2
    client = versions.client()
    now = text(client, f"/zones/primary?lang={lang}")
    for word in (first, versions.plans[0], "〔2027〕12号", f"/zones/version/{second}?lang={lang}"):
        assert word in now
    assert {"zh-CN": "自 2027 年 9 月 1 日起施行", "en": "in force since 1 September 2027"}[
        lang
    ] in now
    coming = text(client, f"/zones/version/{second}?lang={lang}")
    assert {"zh-CN": "尚未施行", "en": "not in force yet"}[lang] in coming
    assert f"<code>{first}</code>" in coming  # in whose place it comes
    versions.day = SECOND
    assert second in text(client, f"/zones/primary?lang={lang}")
    earlier = text(client, f"/zones/version/{first}?lang={lang}")
    assert {"zh-CN": "已不再施行", "en": "no longer in force"}[lang] in earlier
    assert versions.plans[1] not in earlier


def test_a_school_year_shows_the_version_that_came_into_force(office: Office) -> None:
    office.publish(0, SECOND)
    second = office.publish(1, FIRST)  # it begins earlier and was decided later
    client = office.client()
    assert f"<code>{second}</code>" in text(client, "/zones/primary/2027")
    assert "never in force" in text(client, "/zones/version/primary-1?lang=en")
    assert client.get("/zones/primary/2031").status_code == 404


def test_the_table_says_what_the_map_shows(versions: Office) -> None:
    version = V1
    page = text(versions.client(), "/zones/primary?lang=zh-CN")
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)
    (own,) = [row for row in rows if f"/zones/version/{version}/schools/A?" in row]
    other = versions.school(0)
    assert "小区00" in own
    assert ("小区11" in own) == (other == "A")
    assert "小区22" not in own
    assert "相邻：" in own
    assert "2027 年：学位 12 个" in own


def test_a_plan_that_was_published_is_no_draft_by_its_own_id_either(versions: Office) -> None:
    client = versions.client()
    for plan, version in zip(versions.plans, (V1, V2), strict=True):
        page = text(client, f"/zones/version/{plan}?lang=en")
        assert f"<code>{version}</code>" in page
        assert "plan for discussion" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_school_has_a_page_under_each_version(office: Office, lang: str) -> None:
    first, second = office.publish(0, FIRST), office.publish(1, SECOND)
    client = office.client(
        settings='[lookup]\npolicy_hotline = "0994-1"\nreport_hotline = "0994-2"\n'
    )
    for version, plan in ((first, 0), (second, 1)):
        holder = office.school(plan)
        other = "B" if holder == "A" else "A"
        page = text(client, f"/zones/version/{version}/schools/{holder}?lang={lang}")
        assert "小区11" in page
        assert "小区11" not in text(client, f"/zones/version/{version}/schools/{other}?lang={lang}")
        for word in ("0994-1", "0994-2", '<svg class="still"', f"{other}校", office.plans[plan]):
            assert word in page
    now = text(client, f"/schools/{office.school(0)}?lang={lang}")
    assert f"/zones/version/{second}/schools/" in now  # the coming version
    assert "小区11" in now


def test_a_look_up_leads_to_the_school(versions: Office) -> None:
    from webmap.public.answer_page import school_pages
    from zoning.lookup.answers import About, OneSchool, School, Served, Version

    told = Version("p", "primary", 2027, FIRST, draft=False, version_id="primary-1")
    about = About("primary", told, None, "", "", None, "g")
    served = Served(None, listed=True, schools=(School("A", "A校"),), ways=(None,), mode="walk")
    with versions.client().application.test_request_context():
        (page,) = school_pages(OneSchool(about, served), language="en")
    assert page == ("A校", "/zones/version/primary-1/schools/A?lang=en")


def test_the_bureaus_words_are_shown_where_they_say_what_is_drawn(office: Office) -> None:
    holder = office.school(0)
    other = "B" if holder == "A" else "A"
    office.publish(0, FIRST)
    office.publish(1, SECOND)
    said = "教育局的原话：小区11"
    texts = office.folder / "inputs" / "texts.csv"
    write_csv(texts, [["学校", "学区范围"], [f"{holder}校", f"小区11；{said}"]])
    client = office.client(map_settings='zone_texts = "texts.csv"')
    assert said in text(client, f"/zones/version/primary-1/schools/{holder}")
    # the second version has the place in the other zone: the words do not hold there
    assert said not in text(client, f"/zones/version/primary-2/schools/{holder}")
    assert said not in text(client, f"/zones/version/primary-1/schools/{other}")
    write_csv(texts, [["学校", "学区范围"], ["Z校", "小区11"]])
    assert "小区11" in text(client, f"/zones/version/primary-1/schools/{holder}")
    texts.unlink()
    assert "小区11" in text(client, f"/zones/version/primary-1/schools/{holder}")


def test_what_changes_is_told_address_by_address(versions: Office) -> None:
    first, second = V1, V2
    client = versions.client()
    path = f"/zones/primary/changes/{first}/{second}"
    assert client.get("/zones/primary/changes").location == path
    old, new = versions.school(0), versions.school(1)
    page = text(client, f"{path}?lang=en")
    assert f"{old}校 → {new}校" in page
    assert "Addresses that change: 1<" in page
    assert "under 5" in page  # two children
    foot = page.partition('<footer class="page-foot">')[2]
    for edition, plan_id in zip((first, second), versions.plans, strict=True):
        own = text(client, f"/zones/version/{edition}?lang=en")
        digest = re.search(r"Plan SHA-256</dt><dd><code>([0-9a-f]{64})<", own)
        assert digest is not None
        assert foot.count(plan_id) == foot.count(digest[1]) == 1
    assert foot.count("Data as of") == 2
    table = client.get(f"{path}/addresses.csv?lang=en")
    assert table.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["name"], row["before"], row["after"]) == ("小区11", f"{old}校", f"{new}校")
    assert row.keys().isdisjoint({"children", "households"})
    back = text(client, f"/zones/primary/changes?from={second}&to={first}&lang=en&type=large")
    assert f"{new}校 → {old}校" in back
    assert '<html lang="en" class="large">' in back
    same = text(client, f"/zones/primary/changes/{first}/{first}?lang=en")
    assert "Nothing changes between these two" in same


def test_with_one_state_only_nothing_is_compared(office: Office) -> None:
    office.publish(0, FIRST)
    (office.folder / "build" / "intake" / "current_zones.parquet").unlink()
    page = text(office.client(), "/zones/primary/changes?lang=en")
    assert "nothing can be compared yet" in page


@pytest.mark.parametrize("gone", [True, False])
def test_a_damaged_version_is_closed_and_no_other_stands_in(office: Office, gone: bool) -> None:
    first, second = office.publish(0, FIRST), office.publish(1, SECOND)
    client = office.client()
    kept = office.kept(first)
    whole = kept.read_bytes()
    kept.unlink()
    if not gone:
        kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    for path in (
        "/zones",
        "/zones/primary",
        "/zones/primary/2027",
        f"/zones/version/{first}",
        f"/zones/version/{first}/schools/A",
        "/schools/A",
        f"/zones/primary/changes/{first}/{second}",
        "/embed/zones/primary",
    ):
        page = text(client, f"{path}?lang=en", status=503)
        assert "This page is closed for now" in page, path
        assert office.plans[1] not in page
    assert second in text(client, f"/zones/version/{second}")
    kept.write_bytes(whole)
    assert first in text(client, "/zones/primary")


@pytest.mark.parametrize(
    "path",
    [
        "/zones/nursery",
        "/zones/junior_middle",
        "/zones/version/primary-9",
        "/zones/version/..%2F..%2Fstudy.toml",
        "/schools/Z",
        "/schools/../study.toml",
        "/zones/version/primary-1/schools/Z",
        "/zones/primary/changes/primary-1/primary-9",
        "/zones/primary/changes/nothing/primary-1",
        "/zones/nursery/changes",
        "/embed/zones/nursery",
        "/embed/zones/version/nothing",
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_there_is_not_found(versions: Office, path: str, lang: str) -> None:
    response = versions.client().get(f"{path}?lang={lang}")
    assert response.status_code == 404
    assert response.headers["Content-Language"] == lang


PAGES: tuple[Callable[[str], str], ...] = (
    lambda _: "/zones",
    lambda _: "/zones/primary",
    lambda first: f"/zones/version/{first}/schools/A",
    lambda first: f"/zones/primary/changes/today/{first}",
    lambda first: f"/embed/zones/version/{first}",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_sent_again_only_when_it_says_something_else(
    versions: Office, page: Callable[[str], str]
) -> None:
    path = page(V1)
    client = versions.client()
    first = client.get(f"{path}?lang=en")
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Language"} <= set(first.headers["Vary"].split(", "))
    assert first.headers["Content-Language"] == "en"
    assert "Set-Cookie" not in first.headers
    again = client.get(f"{path}?lang=en", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    # small on the way to a telephone, and known again in that form
    packed = {"Accept-Encoding": "br"}
    small = client.get(f"{path}?lang=en", headers=packed)
    assert small.headers["Content-Encoding"] == "br"
    known = {**packed, "If-None-Match": small.headers["ETag"]}
    assert client.get(f"{path}?lang=en", headers=known).status_code == 304
    # the kept page has the marks of the policy that came with it
    assert "Content-Security-Policy" not in again.headers
    assert client.get(f"{path}?lang=zh-CN").headers["ETag"] != etag
    large = client.get(f"{path}?lang=en&type=large")
    assert ('class="large"' in large.text) == (not path.startswith("/embed"))
    nonce = re.search(r"nonce-([\w-]+)'", first.headers["Content-Security-Policy"])
    assert nonce is not None
    inline = re.findall(r"<script(?![^>]*application/json)([^>]*)>", first.text)
    assert all(f'nonce="{nonce[1]}"' in one for one in inline)


def test_large_type_is_remembered_by_the_cookie_of_the_look_up(versions: Office) -> None:
    client = versions.client()
    assert 'class="large"' not in client.get("/zones/primary").text
    client.get("/schools/A?type=large")
    assert 'class="large"' in client.get("/zones/primary").text
    client.get("/zones/primary?type=normal")
    assert 'class="large"' not in client.get("/schools/A").text


def test_only_embedded_pages_may_stand_in_frames_and_only_of_the_sites_that_are_set(
    office: Office,
) -> None:
    version = office.publish(0, FIRST)
    embedded = ("/embed/zones/primary", f"/embed/zones/version/{version}")
    others = ("/zones/primary", "/zones", "/schools/A", "/lookup", "/", "/embed/zones/nothing")
    client = office.client()
    for path in (*embedded, *others):
        headers = client.get(path).headers
        assert NOBODY in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
    assert "<iframe" not in text(client, "/zones/primary")
    site = "https://jyj.example.gov.cn"
    client = office.client(map_settings=f'embed_sites = ["{site}"]')
    for path in embedded:
        headers = client.get(path).headers
        assert f"frame-ancestors {site}" in headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in headers
    for path in others:
        assert NOBODY in client.get(path).headers["Content-Security-Policy"]
    assert "/embed/zones/primary" in text(client, "/zones/primary")


@pytest.mark.parametrize(
    "line",
    [
        'embed_sites = ["https://a.example.cn; script-src *"]',
        'embed_sites = ["*"]',
        'embed_sites = ["javascript:x"]',
        'embed_sites = ["https://a.example.cn/page"]',
        'zone_texts = "../secret.csv"',
        'zone_texts = "texts.exe"',
    ],
)
def test_settings_that_would_open_more_than_they_say_are_refused(office: Office, line: str) -> None:
    file = office.folder / "study.toml"
    set_map(file, line)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert [fault.key for fault in caught.value.faults] == [f"map.{line.split(maxsplit=1)[0]}"]


@pytest.mark.parametrize(("wanted", "size"), [("A3", "A3"), ("A4", "A4"), ("", "A4"), ("}", "A4")])
def test_paper_is_chosen_by_a_link(versions: Office, wanted: str, size: str) -> None:
    client = versions.client()
    for path, turned in (
        ("/zones/primary", "landscape"),
        ("/schools/A", "portrait"),
        ("/zones/primary/changes", "landscape"),
    ):
        page = text(client, f"{path}?paper={wanted}")
        assert f"@page {{ size: {size} {turned}; margin: 9mm; }}" in page


def test_links_that_are_handed_on_name_the_version_and_nothing_of_the_reader(
    office: Office,
) -> None:
    version = office.publish(0, FIRST)
    client = office.client(settings='[lookup]\nsite = "https://xq.example.gov.cn"\n')
    page = text(client, "/zones/primary?lang=en&type=large&paper=A3")
    assert f'<a href="https://xq.example.gov.cn/zones/version/{version}">' in page
    school = text(client, "/schools/A?lang=en&type=large")
    assert f'<a href="https://xq.example.gov.cn/zones/version/{version}/schools/A">' in school


def test_the_first_page_leads_to_maps_and_changes(versions: Office) -> None:
    page = text(versions.client(), "/?lang=en")
    for path in ("/zones?lang=en", "/zones/primary?lang=en", "/zones/primary/changes?lang=en"):
        assert f'href="{path}"' in page


def test_a_database_that_is_gone_closes_the_pages_until_it_is_back(
    versions: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError("publish.DATABASE_GONE", database="kept", detail="gone")

    client = versions.client()
    with monkeypatch.context() as patch:
        patch.setattr(Versions, "every", gone)
        for path in ("/zones/primary", "/schools/A", "/zones", "/embed/zones/primary"):
            assert "closed for now" in text(client, f"{path}?lang=en", status=503)
    assert V1 in text(client, "/zones/primary")


def test_a_school_names_those_that_it_feeds_and_those_that_feed_it(tmp_path: Path) -> None:
    """Primary A A B B B B, junior middle a a b b b b, put together from them."""
    study = tiny_study(
        tmp_path / "方格县",
        "A a . . b B",
        seats={"A": 4, "B": 8, "a": 99, "b": 99},
        settings='[draw]\nrounds = 2\nfeeder = "plan"\n',
    )
    drawn(study, "junior_middle")
    client = create_app(Config(study=study, secret="k" * 40)).test_client()
    for school, other in (("A", "a"), ("a", "A"), ("b", "B")):
        page = text(client, f"/schools/{school}?lang=en")
        _, _, feeding = page.partition('id="feeding-title"')
        links = re.findall(r"/schools/(\w)\?lang=en\">", feeding.partition("</section>")[0])
        assert links == [other]
