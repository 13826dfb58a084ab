"""The whole file of a case: exported, wiped, imported; every change of it is found."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import cache

import openpyxl
import pytest
from case_files import FORMS, NAMES, TEXTS, case_file, digest_of_more, salt, told
from notice_story import ADMINISTRATOR, MODERATOR

from zoning.errors import InputError
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import canonical, sealed_digest
from zoning.notice.log import chain, exported
from zoning.report.case_archive import (
    Archives,
    CaseFile,
    Sealed,
    StoredFile,
    export_case,
    import_case,
    read_archive,
)
from zoning.report.case_check import CaseCheck, check_case, sealed_sha256
from zoning.report.ledger import group_texts, ledger_book
from zoning.report.steady import steady_archive


@cache
def whole() -> CaseFile:
    return case_file()


@cache
def made() -> Archives:
    return export_case(whole())


def codes(found: CaseCheck) -> list[tuple[str, str]]:
    return [(item.code, item.what) for item in found.troubles]


def changed(archive: bytes, name: str, content: bytes | None) -> bytes:
    files = read_archive(archive)
    if content is None:
        del files[name]
    else:
        files[name] = content
    return steady_archive(files)


def test_it_is_whole_and_says_what_was_checked() -> None:
    found = check_case(made().public, made().sealed)
    assert codes(found) == []
    assert (found.case_id, found.state) == ("c1", "closed")
    assert (found.files, found.opinions, found.originals) == (3, 3, 4)
    # the plan's file and the evidence of the trigger were not handed in: said, no fault
    assert {name for name, _ in found.absent} == {"p1", "paper"}


def test_export_wipe_import_gives_the_same_digests() -> None:
    again = import_case(made().public, made().sealed)
    assert export_case(again) == made()
    assert again.case() == whole().case()
    assert (again.shown, again.sealed, again.receipts) == (
        whole().shown,
        whole().sealed,
        whole().receipts,
    )


def test_the_same_case_is_the_same_bytes_in_whatever_order_its_parts_come() -> None:
    given = whole()
    other = replace(
        given,
        files=given.files[::-1],
        shown=dict(sorted(given.shown.items(), reverse=True)),
        sealed=dict(sorted(given.sealed.items(), reverse=True)),
    )
    assert export_case(other) == made()


def test_the_public_part_holds_nothing_that_is_sealed() -> None:
    public = b"".join(read_archive(made().public).values())
    assert TEXTS[3].encode() not in public
    assert b"a letter" not in public
    assert salt(1).hex().encode() not in public


@pytest.mark.parametrize("part", ["public", "sealed"])
def test_every_byte_of_every_part_counts(part: str) -> None:
    archives = {"public": made().public, "sealed": made().sealed}
    for name, content in read_archive(archives[part]).items():
        if name == "manifest.json":
            continue
        edited = {**archives, part: changed(archives[part], name, content + b" ")}
        try:
            found = check_case(edited["public"], edited["sealed"])
        except InputError:
            continue
        assert ("CHANGED", name) in codes(found), name


def test_parts_added_and_taken_out_are_named() -> None:
    more = changed(made().public, "files/extra", b"x")
    assert codes(check_case(more)) == [("NOT_LISTED", "files/extra")]
    less = changed(made().public, "notices/0001.json", None)
    assert ("MISSING", "notices/0001.json") in codes(check_case(less))


def test_a_text_that_was_changed_before_the_export_is_found() -> None:
    other = export_case(replace(whole(), shown={**whole().shown, 2: "很好"}))
    assert codes(check_case(other.public)) == [("TEXT", "2")]
    missing = export_case(replace(whole(), shown={1: TEXTS[0], 2: TEXTS[1]}))
    assert codes(check_case(missing.public)) == [("NO_TEXT", "3")]


def test_an_original_that_was_changed_or_lost_is_found() -> None:
    forged = Sealed(salt(1), whole().sealed[2].content)
    other = export_case(replace(whole(), sealed={**whole().sealed, 1: forged}))
    assert codes(check_case(other.public, other.sealed)) == [("ORIGINAL", "1")]
    assert codes(check_case(other.public)) == []  # without the sealed part it cannot be told
    rest = {number: item for number, item in whole().sealed.items() if number != 4}
    lost = export_case(replace(whole(), sealed=rest))
    assert codes(check_case(lost.public, lost.sealed)) == [("NO_ORIGINAL", "4")]


class TestMore:
    """Words of forms, names of sign-ups: gone only with the event that says so."""

    def test_what_is_missing_without_its_erasure_is_named(self) -> None:
        gone = digest_of_more(NAMES)
        rest = {digest: kept for digest, kept in whole().more.items() if digest != gone}
        lost = export_case(replace(whole(), more=rest))
        assert codes(check_case(lost.public, lost.sealed)) == [("NO_ENTRY", gone)]
        assert codes(check_case(lost.public)) == []  # without the sealed part it cannot be told

    def test_what_was_erased_is_gone(self) -> None:
        story, _, _ = told()
        gone = digest_of_more(FORMS)
        story.does(a.EraseEntry(gone, "本人申请"), ADMINISTRATOR)
        story.does(a.EraseOpinion(2, "本人申请"), ADMINISTRATOR)
        log = exported(chain(story.events, log="case-c1"))
        still = export_case(replace(whole(), log=log))
        found = codes(check_case(still.public, still.sealed))
        assert found == [("NOT_ERASED", "2"), ("NOT_ERASED", gone)]
        done = replace(
            whole(),
            log=log,
            shown={key: said for key, said in whole().shown.items() if key != 2},
            sealed={key: kept for key, kept in whole().sealed.items() if key != 2},
            more={key: kept for key, kept in whole().more.items() if key != gone},
        )
        erased = export_case(done)
        assert codes(check_case(erased.public, erased.sealed)) == []


class TestWithheldAfterAll:
    """An opinion that was shown, and withheld later: its text leaves the public part."""

    def file(self) -> CaseFile:
        story, shown, originals = told()
        story.does(a.WithholdOpinion(1, m.Withheld.INSULT), MODERATOR)
        log = exported(chain(story.events, log="case-c1"))
        return replace(whole(), log=log, shown=shown, sealed=originals)

    def test_it_goes_into_the_sealed_part_and_comes_back(self) -> None:
        archives = export_case(self.file())
        assert TEXTS[0].encode() not in read_archive(archives.public)["opinions.jsonl"]
        assert import_case(archives.public, archives.sealed).shown == self.file().shown
        assert codes(check_case(archives.public, archives.sealed)) == []
        assert export_case(import_case(archives.public, archives.sealed)) == archives

    def test_in_the_public_part_it_is_a_fault(self) -> None:
        files = read_archive(export_case(self.file()).public)
        line = canonical({"number": 1, "text": TEXTS[0]}).encode() + b"\n"
        files["opinions.jsonl"] = line + files["opinions.jsonl"]
        assert ("WITHHELD", "1") in codes(check_case(steady_archive(files)))

    def test_no_paper_says_it(self) -> None:
        given = self.file()
        story_case = given.case()
        assert group_texts(story_case, given.shown)[1] == TEXTS[1]  # the next of the group
        book = ledger_book(story_case, shown_texts=given.shown, language="zh-CN")
        page = openpyxl.load_workbook(io.BytesIO(book)).active
        assert page is not None
        said = [cell for row in page.iter_rows(values_only=True) for cell in row]
        assert TEXTS[0] not in said
        assert TEXTS[1] in said


def test_the_sealed_part_of_another_export_is_found() -> None:
    other = export_case(replace(whole(), receipts={}))
    assert codes(check_case(made().public, other.sealed)) == [("OTHER_SEALED", "")]


def test_a_log_that_was_edited_is_found_with_its_event() -> None:
    edited = whole().log.replace("电话写错".encode(), "电话写对".encode())
    other = export_case(replace(whole(), log=edited))
    assert any(code == "LOG_DIGEST" for code, _ in codes(check_case(other.public)))


def test_a_mark_from_a_public_page_is_asked_for() -> None:
    found = check_case(made().public, marks=[f"3:{'0' * 64}"])
    assert found.troubles[0].code == "LOG_MARK"


def test_what_was_sealed_is_the_digest_of_the_log() -> None:
    content = {"text": "x", "contact": "", "place": "y"}
    kept = Sealed(salt(7), canonical(content))
    assert sealed_sha256(kept) == sealed_digest(content, salt=salt(7))


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", steady_archive({}), steady_archive({"manifest.json": b"[]"}),
     steady_archive({"manifest.json": b'{"form":99}'})],
)  # fmt: skip
def test_what_is_no_file_of_a_case_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        check_case(data)
    assert refused.value.key == "case.NOT_AN_ARCHIVE"


def test_the_parts_are_not_taken_for_one_another() -> None:
    with pytest.raises(InputError) as refused:
        check_case(made().sealed)
    assert refused.value.key == "case.OTHER_PART"


def test_an_archive_that_names_a_file_twice_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("manifest.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("manifest.json", "{}")
    with pytest.raises(InputError):
        read_archive(stream.getvalue())


def test_a_file_that_is_personal_stays_sealed() -> None:
    scan = StoredFile("x", "y", b"scan", personal=True)
    archives = export_case(replace(whole(), files=(scan,)))
    assert b"scan" not in read_archive(archives.public).values()
    assert b"scan" in read_archive(archives.sealed).values()
