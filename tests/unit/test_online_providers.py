"""On-line geocoders, behind a fake of HTTP: nothing here touches a network."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy import exc
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from reviewing import accepted, doubtful

from zoning.errors import OfflineError, SettingsError, StorageError
from zoning.geocode.match import Question
from zoning.geocode.providers import (
    PROVIDERS,
    OnlineSettings,
    Pace,
    Provider,
    Suggestion,
    add_suggestions,
    provider,
)
from zoning.geocode.queue import Asked, review_queue
from zoning.messages import explain, languages

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123secret"
QUESTION = Question(name="阳光花园", address="文三路12号", city="杭州")
ANSWERS: dict[str, Any] = {
    "nominatim": [{"display_name": "阳光花园", "lat": "30.1", "lon": "120.1"}],
    "photon": {
        "features": [
            {"properties": {"name": "阳光花园"}, "geometry": {"coordinates": [120.1, 30.1]}}
        ]
    },
    "tianditu": {
        "msg": "ok",
        "status": "0",
        "location": {"lon": "120.1", "lat": 30.1, "level": "门址", "keyWord": "阳光花园"},
    },
}
NOTHING: dict[str, Any] = {
    "nominatim": [],
    "photon": {"features": []},
    "tianditu": {"status": "101", "msg": "结果为空"},
}


class FakeHTTP(BaseSyncAdapter):  # type: ignore[misc]
    """Answers every request alike, and remembers them."""

    answer: ClassVar[Any]
    asked: ClassVar[list[str]]
    waited: ClassVar[list[float]]

    def get_json(self, url: str, *, timeout: float, headers: object) -> Any:
        self.asked.append(url)
        self.waited.append(timeout)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    get_text = get_json


def answering(answer: Any) -> type[FakeHTTP]:
    return type("Fake", (FakeHTTP,), {"answer": answer, "asked": [], "waited": []})


def make(name: str, folder: Path, http: type[FakeHTTP], **more: Any) -> Provider:
    settings = OnlineSettings(folder / "hints.sqlite", key=KEY, **more)
    return provider(name, settings, adapter=http)


def http_error(status: int) -> AdapterHTTPError:
    said = f"refused https://host/?tk={KEY}"
    return AdapterHTTPError(said, status_code=status, headers={}, text="")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_place_becomes_a_hint_with_the_name_of_the_service(name: str, tmp_path: Path) -> None:
    http = answering(ANSWERS[name])
    hints = make(name, tmp_path, http, timeout_s=7.0).suggest(QUESTION)
    assert hints == (Suggestion(name, "阳光花园", 120.1, 30.1),)
    assert http.waited == [7.0]


def test_tianditu_is_asked_as_it_wants(tmp_path: Path) -> None:
    http = answering(ANSWERS["tianditu"])
    make("tianditu", tmp_path, http).suggest(QUESTION)
    url = urlsplit(http.asked[0])
    assert (url.scheme, url.netloc, url.path) == ("https", "api.tianditu.gov.cn", "/geocoder")
    said = parse_qs(url.query)
    assert (json.loads(said["ds"][0]), said["tk"]) == ({"keyWord": "杭州文三路12号阳光花园"}, [KEY])


def test_the_bureaus_own_server(tmp_path: Path) -> None:
    for name in PROVIDERS:
        http = answering(ANSWERS[name])
        make(name, tmp_path, http, domain="maps.bureau.example", per_second=50).suggest(QUESTION)
        assert urlsplit(http.asked[0]).netloc == "maps.bureau.example"


@pytest.mark.parametrize("name", PROVIDERS)
def test_nothing_is_asked_twice_not_even_by_another_run(name: str, tmp_path: Path) -> None:
    for answer in (ANSWERS[name], NOTHING[name]):
        folder = tmp_path / str(answer == NOTHING[name])
        folder.mkdir()
        http = answering(answer)
        first = make(name, folder, http).suggest(QUESTION)
        again = make(name, folder, http).suggest(Question("陽光花園", " 文三路１２号", "杭州"))
        assert (again, len(http.asked), len(first)) == (first, 1, int(answer == ANSWERS[name]))


def test_services_do_not_share_their_answers(tmp_path: Path) -> None:
    hints = {
        name: make(name, tmp_path, answering(ANSWERS[name])).suggest(QUESTION) for name in PROVIDERS
    }
    assert {name: hint[0].provider for name, hint in hints.items()} == {
        name: name for name in PROVIDERS
    }


def test_no_text_is_no_request(tmp_path: Path) -> None:
    http = answering(ANSWERS["photon"])
    assert make("photon", tmp_path, http).suggest(Question(" ", "\u3000")) == ()
    assert http.asked == []


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (exc.GeocoderTimedOut("slow"), OfflineError, "online.NOT_REACHED"),
        (exc.GeocoderUnavailable(f"no way to ?tk={KEY}"), OfflineError, "online.NOT_REACHED"),
        (http_error(503), OfflineError, "online.NOT_REACHED"),
        (http_error(500), OfflineError, "online.NOT_REACHED"),
        (ConnectionResetError(f"?tk={KEY}"), OfflineError, "online.NOT_REACHED"),
        (IncompleteRead(b""), OfflineError, "online.NOT_REACHED"),
        (http_error(400), OfflineError, "online.NO_ANSWER"),
        (http_error(429), OfflineError, "online.TOO_MANY"),
        (http_error(401), SettingsError, "online.KEY_REFUSED"),
        (http_error(403), SettingsError, "online.KEY_REFUSED"),
        (exc.GeocoderParseError("<html>"), OfflineError, "online.NO_ANSWER"),
    ],
)
@pytest.mark.parametrize("name", PROVIDERS)
def test_faults_are_told_without_the_key_and_are_not_kept(
    name: str, fault: Exception, kind: type[Exception], code: str, tmp_path: Path
) -> None:
    asked = make(name, tmp_path, answering(fault))
    with pytest.raises(kind) as error:
        asked.suggest(QUESTION)
    assert error.value.key == code  # type: ignore[attr-defined]
    assert error.value.__suppress_context__
    for language in languages():
        assert KEY not in explain(error.value, language)  # type: ignore[arg-type]
    assert make(name, tmp_path, answering(ANSWERS[name]), per_second=1).suggest(QUESTION)


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("answer", [None, 7, "x", {}, {"status": "404"}, [{}], {"features": [{}]}])
def test_an_answer_that_is_none_is_not_taken_for_one(
    name: str, answer: Any, tmp_path: Path
) -> None:
    asked = make(name, tmp_path, answering(answer))
    if name == "nominatim" and not answer and not isinstance(answer, int):
        assert asked.suggest(QUESTION) == ()  # the library takes any nothing for an empty list
        return
    with pytest.raises(OfflineError) as error:
        asked.suggest(QUESTION)
    assert error.value.key == "online.NO_ANSWER"


@pytest.mark.parametrize("lat", ["91", "nan", "x", None])
def test_a_place_that_is_none_is_refused(lat: object, tmp_path: Path) -> None:
    answer = {"status": "0", "location": {"lon": "120", "lat": lat}}
    with pytest.raises(OfflineError):
        make("tianditu", tmp_path, answering(answer)).suggest(QUESTION)


def test_the_key_is_in_no_log_and_in_no_cache(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = make("tianditu", tmp_path, answering(ANSWERS["tianditu"]))
    asked.suggest(QUESTION)
    assert KEY not in caplog.text
    assert KEY.encode() not in (tmp_path / "hints.sqlite").read_bytes()
    assert KEY not in repr(OnlineSettings(tmp_path, key=KEY))


def test_requests_keep_their_distance_and_answers_of_the_cache_do_not_wait() -> None:
    now, waits = [100.0], []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    pace = Pace(2.0, clock=lambda: now[0], sleep=sleep)
    for passed in (0.0, 0.0, 0.2, 5.0, 0.0):
        now[0] += passed
        pace.wait()
    assert waits == pytest.approx([0.5, 0.3, 0.5])


@pytest.mark.parametrize(
    ("name", "settings", "code"),
    [
        ("amap", {}, "online.UNKNOWN"),
        ("baidu", {}, "online.UNKNOWN"),
        ("photon", {"per_second": 0.0}, "online.NO_NUMBER"),
        ("photon", {"timeout_s": float("inf")}, "online.NO_NUMBER"),
        ("photon", {"per_second": 2.0}, "online.TOO_FAST"),
        ("nominatim", {"per_second": 2.0}, "online.TOO_FAST"),
        ("tianditu", {"key": ""}, "online.NO_KEY"),
    ],
)
def test_settings_that_do_not_fit(
    name: str, settings: dict[str, Any], code: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as error:
        provider(name, OnlineSettings(tmp_path, **settings))
    assert error.value.key == code


@pytest.mark.parametrize("name", PROVIDERS)
def test_without_the_extra_it_is_said_how_to_get_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("geopy", "geopy.geocoders", "zoning.geocode.tianditu"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError) as error:
        provider(name, OnlineSettings(tmp_path, key=KEY))
    assert error.value.key == "online.NOT_INSTALLED"


def test_a_damaged_cache_is_told(tmp_path: Path) -> None:
    (tmp_path / "hints.sqlite").write_bytes(b"no database" * 100)
    http = answering(ANSWERS["photon"])
    with pytest.raises(StorageError) as error:
        make("photon", tmp_path, http).suggest(QUESTION)
    assert (error.value.key, http.asked) == ("online.CACHE", [])
    (tmp_path / "hints.sqlite").unlink()
    with sqlite3.connect(tmp_path / "hints.sqlite") as store:
        store.execute("CREATE TABLE answers (something)")
    store.close()
    with pytest.raises(StorageError):
        make("photon", tmp_path, http).suggest(QUESTION)


def test_hints_change_neither_answers_nor_their_order(tmp_path: Path) -> None:
    asked = [
        Asked("sure", Question("乙"), 5),
        Asked("doubt", QUESTION, 5),
        Asked("more", Question("甲"), 50),
    ]
    queue = review_queue(asked, [accepted(), doubtful(), doubtful()])
    http = answering(ANSWERS["tianditu"])
    done: list[int] = []
    service = make("tianditu", tmp_path, http, per_second=1000)
    hinted = add_suggestions(queue, service, progress=done.append)
    assert [item.id for item in hinted.items] == ["more", "doubt"]
    assert [item.answer for item in hinted.items] == [item.answer for item in queue.items]
    assert [len(item.suggestions) for item in hinted.items] == [1, 1]
    assert (len(http.asked), done) == (2, [1, 2])
    assert add_suggestions(hinted, service) == hinted


def test_a_fault_on_the_way_ends_the_asking_and_keeps_what_is_known(tmp_path: Path) -> None:
    asked = [Asked(name, Question(name), 5) for name in ("甲", "乙", "丙")]
    queue = review_queue(asked, [doubtful()] * 3)
    http = answering(ANSWERS["photon"])
    service = make("photon", tmp_path, http, domain="maps.bureau.example", per_second=1000)
    service.suggest(queue.items[0].question)
    http.answer = exc.GeocoderTimedOut("slow")
    told: list[str] = []
    hinted = add_suggestions(queue, service, fault=lambda error: told.append(error.key))
    assert told == ["online.NOT_REACHED"]
    assert [len(item.suggestions) for item in hinted.items] == [1, 0, 0]
    assert len(http.asked) == 2
    with pytest.raises(OfflineError):
        add_suggestions(queue, service)
