"""`zoning publish --static`: complete, the same again, nothing personal, nothing from outside."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lookup_town import ASKED
from static_town import published_town, written

from webmap.app import create_app
from webmap.config import Config
from webmap.errors import PlanNotFoundError
from webmap.maps.facts import Texts
from webmap.public.wording import Wording
from webmap.static_site.folder import MANIFEST
from webmap.static_site.links import POLICY
from webmap.static_site.site import write_files
from zoning import messages
from zoning.cli import main
from zoning.lookup.answers import served_of
from zoning.lookup.plain_keys import key_of, shard_of
from zoning.messages import languages
from zoning.progress import silent
from zoning.study.cache import file_digest

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.integration

LOADED = {"script": "src", "link": "href", "img": "src", "a": "href"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_town(tmp_path_factory.mktemp("static") / "town")


@pytest.fixture(scope="module")
def site(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(town, tmp_path_factory.mktemp("static") / "site")


def call(study: Path, *words: str) -> Result:
    said = ["--lang", "en", "publish", str(study), *words]
    return CliRunner().invoke(main, said, catch_exceptions=False)


class Links(HTMLParser):
    """Every link of a page, and whether it has a script or style inside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if LOADED.get(tag) in given:
            self.found.append(given[LOADED[tag]] or "")
        runs = tag == "script" and "json" not in (given.get("type") or "")
        self.inside += (runs and "src" not in given) or tag == "style" or "style" in given


def answer_of(site: Path, text: str, language: str = "zh-CN") -> list[object]:
    """Find a text as the device does, by the file alone."""
    key = key_of(text)
    part = site / "lookup" / "primary" / language / f"{shard_of(key, 1)}.json"
    read = json.loads(part.read_text(encoding="utf-8"))
    number = read["keys"].get(key)
    if number is None:
        return ["not listed"]
    kind, _, _, _, _, schools, *_ = read["answers"][number]
    return [read["texts"][kind], *(read["texts"][school[0]] for school in schools)]


def test_every_link_of_every_page_leads_to_a_file(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    # first page, look-up, list, list of zones, map, changes, notices and five schools, in two sizes
    assert len(pages) == 1 + len(languages()) * 2 * (7 + 5)
    for page in pages:
        links = Links(page.read_text(encoding="utf-8"))
        assert not links.inside, page
        for url in links.found:
            if url.startswith(("#", "data:", "tel:")):
                continue
            assert not re.match(r"[a-z]+:|/", url), (page, url)
            assert (page.parent / url.partition("#")[0]).resolve().is_file(), (page, url)


def test_every_page_brings_its_policy(site: Path) -> None:
    for page in site.glob("*/**/*.html"):
        text = page.read_text(encoding="utf-8").replace("&#x27;", "'")
        assert text.index(POLICY) < text.index("<link")


def test_the_map_data_name_the_tiles_by_relative_addresses(site: Path) -> None:
    page = (site / "en" / "zones" / "primary-1.html").read_text(encoding="utf-8")
    data = json.loads(page.split('id="map-data">')[1].split("</script>")[0])
    assert [item["url"] for item in data["ground"]["files"]] == ["../../tiles/detail.pmtiles"]
    assert (site / "tiles" / "detail.pmtiles").is_file()
    assert "No map approval number is needed" in page
    assert "in force since 1 September 2026" in page


@pytest.mark.parametrize("kind", [kind for kind in ASKED if kind not in {"outside", "not_found"}])
def test_the_files_answer_as_the_desk_does(site: Path, kind: str) -> None:
    assert answer_of(site, ASKED[kind])[0] == kind


def test_what_the_list_does_not_have_is_not_in_the_files(site: Path) -> None:
    assert answer_of(site, ASKED["not_found"]) == ["not listed"]
    assert answer_of(site, ASKED["outside"]) == ["not listed"]
    assert answer_of(site, "阳光花圆") == ["not listed"]


def test_the_school_is_that_of_the_version_however_it_is_written(site: Path) -> None:
    for text in ("阳光花园", "陽光花園", "文三路２号", "城关镇文三社区 阳光花园"):
        assert answer_of(site, text) == ["one_school", "A校"]
    assert answer_of(site, "东方名城") == ["these_schools", "C校", "D校"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_answer_says_why_not_the_next_nearest_schools(
    town: Path, site: Path, language: str
) -> None:
    key = key_of("阳光花园")
    part = site / "lookup" / "primary" / language / f"{shard_of(key, 1)}.json"
    read = json.loads(part.read_text(encoding="utf-8"))
    others = [read["others"][at] for at in read["answers"][read["keys"][key]][9]]
    said = [
        (read["texts"][name], read["texts"][way], [read["texts"][line] for line in why])
        for name, way, why in others
    ]
    app = create_app(Config(study=town))
    answer = app.extensions["zoning-lookup"].ask(
        "primary", lambda desk, about: desk.ask("阳光花园", about)
    )
    wording = Wording(Texts(language))
    expected = [
        (other.name, other.way, list(other.why)) for other in wording.others(served_of(answer))
    ]
    assert len(said) >= 2
    assert all(why for _, _, why in said)
    assert [(name, way.split(" · ")[0], why) for name, way, why in said] == expected


def test_an_answer_leads_to_the_page_of_its_school(site: Path) -> None:
    key = key_of("东方名城")
    part = json.loads(
        (site / f"lookup/primary/en/{shard_of(key, 1)}.json").read_text(encoding="utf-8")
    )
    pages = [part["texts"][school[2]] for school in part["answers"][part["keys"][key]][5]]
    assert pages == ["zones/primary-1/C.html", "zones/primary-1/D.html"]
    assert all((site / "en" / page).is_file() for page in pages)


def test_zones_and_schools_have_their_pages_and_nothing_that_needs_a_server(site: Path) -> None:
    listed = (site / "en" / "zones.html").read_text(encoding="utf-8")
    assert 'href="zones/primary-1.html"' in listed
    assert 'href="changes/primary.html"' in listed
    school = (site / "en" / "zones" / "primary-1" / "A.html").read_text(encoding="utf-8")
    assert "<h1>A校</h1>" in school
    assert 'href="../primary-1.html#zone-1"' in school
    assert "阳光花园" in school
    for page in (site / "en").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for needing in (
            "type=large",
            "paper=A3",
            "127.0.0.1",
            "localhost",
            "<form method",
        ):
            assert needing not in text, (page, needing)
    table = (site / "data" / "changes-today-primary-1.csv").read_text(encoding="utf-8-sig")
    assert table.startswith("address_id,name,")


@pytest.mark.parametrize("language", languages())
def test_every_page_is_there_in_large_type_and_leads_on_in_it(site: Path, language: str) -> None:
    plain, large = site / language, site / f"{language}-large"
    names = {page.relative_to(plain) for page in plain.rglob("*.html")}
    assert names == {page.relative_to(large) for page in large.rglob("*.html")}
    for name in names:
        told = (large / name).read_text(encoding="utf-8")
        assert f'<html lang="{language}" class="large">' in told
        assert 'class="large"' not in (plain / name).read_text(encoding="utf-8")
        pages = [url for url in Links(told).found if ".html" in url]
        folders = {
            (large / name)
            .parent.joinpath(url.partition("#")[0])
            .resolve()
            .relative_to(site)
            .parts[0]
            for url in pages
        }
        # in this size, but for the link to the other one
        others = {f"{other}-large" for other in languages()}
        assert folders == {*others, language}, name


def test_no_limit_of_a_server_stops_the_writing(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    file = copy / "study.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("pages_per_minute = 0", "pages_per_minute = 1"), encoding="utf-8")
    assert "en/zones/primary-1/E.html" in write_files(Config(study=copy), progress=silent)


def test_a_choice_brings_its_answers(site: Path) -> None:
    key = key_of(ASKED["choose"])
    part = json.loads(
        (site / f"lookup/primary/en/{shard_of(key, 1)}.json").read_text(encoding="utf-8")
    )
    choices = part["answers"][part["keys"][key]][8]
    assert len(choices) == 2
    named = [
        {part["texts"][school[0]] for school in part["answers"][number][5]} for _, number in choices
    ]
    assert named == [{"A校"}, {"E校"}]


def test_the_lists_name_every_compound_under_its_school(site: Path) -> None:
    page = (site / "zh-CN" / "lists" / "primary.html").read_text(encoding="utf-8")
    sections = {part.split("</h2>")[0].split(">")[-1]: part for part in page.split("<section")[1:]}
    assert "阳光花园" in sections["A校"]
    assert "东方名城" in sections["C校、D校"]
    table = (site / "data" / "primary.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbfname,division,schools\r\n")
    assert "东方名城,城关镇,C校;D校\r\n".encode() in table


def test_no_file_tells_of_children_or_households(site: Path) -> None:
    parts = [file for file in (site / "lookup").rglob("*.json") if file.stem.isdigit()]
    for file in parts:
        assert set(json.loads(file.read_text(encoding="utf-8"))) == {
            "texts", "others", "answers", "keys",
        }  # fmt: skip
    (zones,) = (site / "data").glob("*.geojson")
    for feature in json.loads(zones.read_text(encoding="utf-8"))["features"]:
        counts = [value for name, value in feature["properties"].items() if "children" in name]
        assert all(value is None or value >= 5 for value in counts)
    text = "".join(file.read_text(encoding="utf-8") for file in parts)
    assert "户" not in text
    # a reason may speak of children, but never of how many
    assert not re.search(r"[0-9] children|[0-9]+ ?(名|个)?(儿童|孩子)", text)


def test_the_same_study_gives_the_same_bytes(town: Path, site: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "elsewhere" / "town")
    again = written(copy, tmp_path / "again")
    assert file_digest(again / MANIFEST) == file_digest(site / MANIFEST)


def test_the_online_site_is_linked_and_no_key_is_carried(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    file = copy / "study.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("[map]", '[map]\ntianditu_key = "0123456789abcdef"')
    file.write_text(
        text.replace("[lookup]", '[lookup]\nsite = "https://xq.example.org"'), encoding="utf-8"
    )
    files = write_files(Config(study=copy), progress=silent)
    assert b'href="https://xq.example.org/lookup"' in files["en/lookup.html"]
    for content in files.values():
        assert b"0123456789abcdef" not in content
    assert b"https://t{s}" not in files["en/zones/primary-1.html"]


def test_the_command_writes_them_and_says_where(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    result = call(town, "--static", str(out), "--json")
    told = json.loads(result.stdout)["static"]
    assert told["files"] == len(json.loads((out / MANIFEST).read_text(encoding="utf-8"))["files"])
    assert told["manifest"] == file_digest(out / MANIFEST)
    again = call(town, "--static", str(out))
    assert again.exit_code == 0
    assert "copy them to any web server" in again.output


def test_nothing_goes_out_without_a_number_or_a_reason(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    file = copy / "study.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^approval_exemption.*$", "", text), encoding="utf-8")
    out = tmp_path / "site"
    result = call(copy, "--static", str(out))
    assert (result.exit_code, out.exists()) == (16, False)
    assert "审图号" in result.output
    (plan,) = (copy / "plans").glob("*.gpkg")
    commit = ("--school-year", "2027", "--decision", "x", "--decision-date", "2026-01-05")
    stopped = call(copy, plan.stem, *commit, "--effective-from", "2099-09-01", "--commit")
    assert stopped.exit_code == 16
    dry = call(copy, plan.stem, *commit, "--effective-from", "2099-09-01")
    assert dry.exit_code == 0
    assert "--commit will stop" in dry.output


def test_a_stage_without_a_version_is_said_to_have_none(site: Path) -> None:
    page = (site / "en" / "lookup.html").read_text(encoding="utf-8")
    said = {
        stage: messages.text(
            "site.NO_STAGE", "en", {"stage": messages.text(f"plan.VALUE_stage_{stage}", "en")}
        )
        for stage in ("primary", "junior_middle")
    }
    assert said["junior_middle"] in page
    assert said["primary"] not in page
    assert 'value="junior_middle"' not in page


def test_a_draft_is_never_written(town: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(town, tmp_path / "town")
    (copy / "zoning.sqlite").unlink()
    with pytest.raises(PlanNotFoundError) as caught:
        write_files(Config(study=copy), progress=silent)
    assert caught.value.key == "site.NOTHING_PUBLISHED"
    result = call(copy, "--static", str(tmp_path / "site"))
    assert result.exit_code == PlanNotFoundError.exit_code
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("words", [("--commit",), ("--school-year", "2027"), ("some-plan",)])
def test_what_does_not_go_with_it_is_wrong_use(
    town: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    result = call(town, *words, "--static", str(tmp_path / "site"))
    assert result.exit_code == 2
    assert not (tmp_path / "site").exists()


def test_without_plan_or_year_it_says_what_is_missing(town: Path) -> None:
    for words, missing in (((), "PLAN"), (("some-plan",), "--school-year")):
        result = call(town, *words)
        assert result.exit_code == 2
        assert missing in result.output
