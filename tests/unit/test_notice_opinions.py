"""Opinions: checked, masked, grouped and counted, and never lost."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from notice_story import DRAFTER, MODERATOR, PUBLIC, PUBLISHER, Story, at, opinion

from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.adoption import consultation
from zoning.notice.book import Opinion, OpinionBook
from zoning.notice.canonical import digest_of
from zoning.notice.grouping import ALIKE, Said, grouped
from zoning.notice.masking import MASK, Personal, masked
from zoning.notice.opinions import Draft, counted, counted_by, faults_of, sealed

SALT, NOTICE_SALT = b"0" * 16, b"1" * 16


def draft(**changes: object) -> Draft:
    whole = {"text": "太远了", "place": "阳光花园", "kind": "distance", "stance": "against"}
    return Draft(**{**whole, "device": "d1", **changes})  # type: ignore[arg-type]


class TestFaults:
    def test_all_at_once(self) -> None:
        bad = draft(text=" 远 ", place="", kind="?", stance="?", channel="?", device=" ")
        assert [item.key for item in faults_of(bad)] == [
            "notice.OPINION_LENGTH",
            "notice.OPINION_PLACE",
            "notice.OPINION_KIND",
            "notice.OPINION_STANCE",
            "notice.OPINION_CHANNEL",
            "notice.OPINION_DEVICE",
        ]

    @pytest.mark.parametrize(
        ("length", "fine"), [(1, False), (2, True), (5000, True), (5001, False)]
    )
    def test_length(self, length: int, fine: bool) -> None:
        assert (faults_of(draft(text="远" * length)) == ()) == fine

    def test_a_contact_is_short(self) -> None:
        assert [item.key for item in faults_of(draft(contact="1" * 121))] == [
            "notice.OPINION_CONTACT"
        ]

    def test_a_faulty_one_is_never_sealed(self) -> None:
        with pytest.raises(ValueError, match="OPINION_KIND"):
            sealed(draft(kind="?"), salt=SALT, notice_salt=NOTICE_SALT)

    def test_what_is_sealed_shows_one_device_as_one_and_no_text(self) -> None:
        one, other = (
            sealed(draft(text=text), salt=salt, notice_salt=NOTICE_SALT)
            for text, salt in (("太远了", SALT), ("过马路", b"2" * 16))
        )
        assert one.participant == other.participant
        assert one.sealed != other.sealed
        assert "太远了" not in repr(one)


class TestMasking:
    @pytest.mark.parametrize(
        ("text", "kind", "hidden"),
        [
            ("电话13812345678谢谢", Personal.PHONE, "13812345678"),
            ("电话１３８１２３４５６７８", Personal.PHONE, "１３８１２３４５６７８"),
            ("打138 1234-5678", Personal.PHONE, "138 1234-5678"),
            ("打一三八一二三四五六七八", Personal.PHONE, "一三八一二三四五六七八"),
            ("+8613812345678", Personal.PHONE, "8613812345678"),
            ("座机0994-2334025", Personal.PHONE, "0994-2334025"),
            ("身份证11010519491231002X", Personal.IDENTITY, "11010519491231002X"),
            ("旧证号110105491231002", Personal.IDENTITY, "110105491231002"),
            ("写信 li.lei@example.org", Personal.MAIL, "li.lei@example.org"),
            ("微信号：zhang_sf88", Personal.ACCOUNT, "zhang_sf88"),
            ("我女儿叫张小雨，六岁", Personal.NAME, "张小雨"),
            ("我的孩子李明今年上学", Personal.NAME, "李明"),
            ("学生姓名：欧阳小菲", Personal.NAME, "欧阳小菲"),
            ("希望王小明同学能就近入学", Personal.NAME, "王小明"),
            ("我家孩子叫买买提·艾力江，", Personal.NAME, "买买提·艾力江"),
            ("打139\u200b1234\ufeff5678", Personal.PHONE, "139\u200b1234\ufeff5678"),
            ("打1\u00a039(1234)5678", Personal.PHONE, "1\u00a039(1234)5678"),
            ("座机（0994）2334025", Personal.PHONE, "0994）2334025"),
            ("家里电话：2334025", Personal.PHONE, "2334025"),
            ("手机11010519491231002X", Personal.IDENTITY, "11010519491231002X"),
            ("张小雨今年六岁", Personal.NAME, "张小雨"),
            ("张小雨（6岁）要过马路", Personal.NAME, "张小雨"),
            ("My daughter Zhang Xiaoyu crosses it", Personal.NAME, "Zhang Xiaoyu"),
            ("our son is called Aman, he", Personal.NAME, "Aman"),
            ("Name: Li Lei", Personal.NAME, "Li Lei"),
            ("打1\u20e339\u20e312345678", Personal.PHONE, "1\u20e339\u20e312345678"),
            ("打139，1234，5678", Personal.PHONE, "139，1234，5678"),
            ("打139\n1234\n5678", Personal.PHONE, "139\n1234\n5678"),
            ("wx: abc12345", Personal.ACCOUNT, "abc12345"),
            ("孩子名字张小雨", Personal.NAME, "张小雨"),
            ("张小雨的妈妈", Personal.NAME, "张小雨"),
            ("我是张小雨家长", Personal.NAME, "张小雨"),
            ("our kids Tom and Jerry walk", Personal.NAME, "Tom and Jerry"),
            ("Li Ming's father", Personal.NAME, "Li Ming"),
            ("call 139 1234 5678 please", Personal.PHONE, "139 1234 5678"),
        ],
    )
    def test_found(self, text: str, kind: Personal, hidden: str) -> None:
        result = masked(text)
        found = [(item.kind, text[item.start : item.end]) for item in result.found]
        assert found == [(kind, hidden)]
        assert result.text == text.replace(hidden, MASK * len(hidden))

    @pytest.mark.parametrize(
        "text",
        [
            "孩子上学要过两条马路，太远了",
            "孩子安全问题最重要",
            "许多同学都住在这里",
            "学生家长都反对，2026年9月实施太快",
            "文三路1、3、5、7、9、11、13、15号",
            "现有224人，计划240人，共5个班",
            "建议2026-2027学年再实施",
            "孩子应该就近入学，学生能走路上学",
            "孩子马上要上学",
            "孩子今年六岁，明年上学",
            "学位（90）（120）（135）个",
            "a child of six has to cross North Street; our students walk",
            "热线一直打不通",
            "许多爸爸妈妈都反对，我是学生家长",
            "人民路139、1201、1203号和139,1201,1203号",
            "Parents' views: the School's plan",
        ],
    )
    def test_nothing_personal(self, text: str) -> None:
        assert masked(text).text == text

    def test_several_at_once_do_not_overlap(self) -> None:
        text = "我儿子叫王小明，电话13812345678，邮箱13812345678@example.org"
        found = masked(text).found
        assert [item.kind for item in found] == [Personal.NAME, Personal.PHONE, Personal.MAIL]
        assert all(one.end <= two.start for one, two in pairwise(found))


class TestGrouping:
    LONG = "新方案让阳光花园的孩子要过两条主干道才能到学校，早晚高峰很不安全，请重新考虑"

    def said(self, *texts: str, stance: str = "against") -> list[Said]:
        return [Said(at, text, stance) for at, text in enumerate(texts, start=1)]

    def test_a_word_changed_is_the_same(self) -> None:
        texts = (self.LONG, self.LONG.replace("请", "希望"), "学位不够")
        assert grouped(self.said(*texts)) == ((1, 2), (3,))

    def test_marks_width_and_blanks_do_not_matter(self) -> None:
        assert grouped(self.said("太远了！", "太 远 了", "太远了")) == ((1, 2, 3),)

    def test_for_and_against_are_never_one(self) -> None:
        both = [Said(1, "我们支持这个方案", "for"), Said(2, "我们支持这个方案", "against")]
        assert grouped(both) == ((1,), (2,))

    def test_nothing_and_marks_alone(self) -> None:
        assert grouped([]) == ()
        assert grouped(self.said("！！", "。。", "远", "近")) == ((1, 2), (3,), (4,))

    def test_no_chain_leads_from_one_text_to_another(self) -> None:
        # each differs a little from the one before; the last has nothing of the first
        letters = "东南西北中甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃"
        texts = [letters[at : at + 24] for at in range(16)]
        groups = grouped(self.said(*texts))
        assert len(groups) > 1
        for group in groups:
            first = {texts[group[0] - 1][k : k + 2] for k in range(23)}
            for number in group:
                mine = {texts[number - 1][k : k + 2] for k in range(23)}
                assert len(first & mine) >= ALIKE * len(first | mine)

    def test_the_order_of_the_rows_does_not_matter(self) -> None:
        rng = random.Random(1)
        base = [self.LONG, "学位不够，建议扩建", "过渡期太短，请保留在读学生的学位", "支持就近入学"]
        texts = [
            "".join(letter for letter in rng.choice(base) if rng.random() > 0.03)
            for _ in range(300)
        ]
        said = self.said(*texts)
        first = grouped(said)
        rng.shuffle(said)
        assert grouped(said) == first
        assert sorted(number for group in first for number in group) == list(range(1, 301))

    def test_no_two_leaders_of_short_lists_are_alike(self) -> None:
        # bands may miss a pair with a chance of 1 in 5,000; among equal texts never
        texts = [f"{self.LONG}{tail}" for tail in ("", "。", "！", "谢谢", "拜托")] * 20
        assert len(grouped(self.said(*texts))) == 1


class TestCounts:
    def story(self) -> Story:
        story = Story()
        story.up_to_notice()
        for text, device, place in (
            ("太远了", "d1", "阳光花园"),
            ("太远了", "d1", "阳光花园"),
            ("太远了", "d2", "月亮湾"),
            ("不安全", "d3", "月亮湾"),
        ):
            story.does(opinion(text, device=device, place=place), PUBLIC)
        return story

    def test_raw_distinct_participants(self) -> None:
        count = counted(self.story().case.opinions, [(1, 2, 3)])
        assert (count.raw, count.distinct, count.participants) == (4, 2, 3)

    def test_by_reason_and_place(self) -> None:
        counts = counted_by(self.story().case.opinions, [(1, 2, 3)])
        near, far = (m.Kind.DISTANCE, "月亮湾"), (m.Kind.DISTANCE, "阳光花园")
        assert list(counts) == [near, far]
        assert (counts[far].raw, counts[far].participants) == (2, 1)
        assert (counts[near].distinct, counts[near].participants) == (2, 2)

    def test_the_report_counts_what_is_withheld(self) -> None:
        story = self.story()
        story.does(a.WithholdOpinion(4, m.Withheld.INSULT), MODERATOR)
        report = consultation(story.case)
        assert report.total.raw == 4
        assert report.withheld == {m.Withheld.INSULT: 1}
        assert report.channels[m.Channel.ONLINE] == 4


class TestRoad:
    def running(self) -> Story:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.does(opinion("太远了"), PUBLIC)
        story.does(opinion("不安全"), PUBLIC)
        return story

    def test_paper_is_entered_by_staff_also_after_the_end_if_it_came_before(self) -> None:
        story = self.running()
        paper = opinion(channel=m.Channel.POST, received_at=at("2026-06-20 10:00"), device="letter")
        story.close()
        story.does(paper, MODERATOR)
        late = opinion(channel=m.Channel.POST, received_at=at("2026-06-26 00:00"))
        assert story.refused(late, MODERATOR) == {"notice.OPINION_LATE"}
        assert story.refused(opinion(), PUBLIC) == {"notice.OPINION_LATE"}

    def test_paper_is_not_entered_by_the_public_nor_before_its_time(self) -> None:
        story = self.running()
        paper = opinion(channel=m.Channel.DESK, received_at=at("2026-05-26 09:00"))
        assert story.refused(paper, PUBLIC) == {"notice.OPINION_BY_STAFF"}
        for received in ("2026-05-26 08:59", "2026-05-26 09:01"):
            early = opinion(channel=m.Channel.DESK, received_at=at(received))
            assert story.refused(early, MODERATOR) == {"notice.OPINION_TIME"}

    def test_every_opinion_is_decided_on_grouped_and_answered(self) -> None:
        story = self.running()
        story.close()
        publish = a.PublishReplies(m.Evidence("表", digest_of("表")))
        (pending,) = story.refusals(publish, PUBLISHER)
        assert (pending.key, pending.params["count"]) == ("notice.OPINIONS_PENDING", 2)
        story.does(a.ShowOpinion(1, digest_of(1)), MODERATOR)
        story.does(a.WithholdOpinion(2, m.Withheld.INSULT), MODERATOR)
        assert story.refused(publish, PUBLISHER) == {"notice.OPINIONS_UNGROUPED"}
        story.does(a.GroupOpinions(((1,),)), MODERATOR)
        assert story.refused(publish, PUBLISHER) == {"notice.GROUPS_UNANSWERED"}
        nobody = a.ReplyToGroup(1, m.Outcome.PARTLY, "", " ")
        assert story.refused(nobody, MODERATOR) == {"notice.NO_REASON", "notice.NO_OFFICE"}
        story.does(a.ReplyToGroup(1, m.Outcome.PARTLY, "增设护学岗", "安全科"), DRAFTER)
        story.does(publish, PUBLISHER)

    def test_a_withheld_one_may_be_shown_after_all(self) -> None:
        story = self.running()
        story.does(a.WithholdOpinion(1, m.Withheld.OFF_TOPIC), MODERATOR)
        story.does(a.ShowOpinion(1, digest_of(1)), MODERATOR)
        again = story.refused(a.ShowOpinion(1, digest_of(1)), MODERATOR)
        assert again == {"notice.OPINION_DECIDED"}

    def test_answered_groups_only_grow(self) -> None:
        story = self.running()
        story.does(opinion("太远了啊"), PUBLIC)
        for number in (1, 2, 3):
            story.does(a.ShowOpinion(number, digest_of(number)), MODERATOR)
        story.does(a.GroupOpinions(((1,), (2, 3))), MODERATOR)
        story.does(a.ReplyToGroup(2, m.Outcome.ADOPTED, "可行", "安全科"), MODERATOR)
        for split in (((1,), (2,), (3,)), ((1, 2, 3),)):
            refused = story.refused(a.GroupOpinions(split), MODERATOR)
            assert refused == {"notice.GROUP_ANSWERED"}
        story.does(opinion("再远了"), PUBLIC)
        story.does(a.ShowOpinion(4, digest_of(4)), MODERATOR)
        story.does(a.GroupOpinions(((1,), (4, 2, 3))), MODERATOR)
        assert [group.reply is not None for group in story.case.groups] == [False, True]

    @pytest.mark.parametrize(
        ("groups", "key"),
        [
            (((1,),), "notice.GROUPS_MISS"),
            (((1, 2), (2,)), "notice.GROUPS_OVERLAP"),
            (((1, 2), ()), "notice.GROUPS_OVERLAP"),
            (((1, 2), (9,)), "notice.GROUPS_UNKNOWN"),
        ],
    )
    def test_groups_hold_each_opinion_once(
        self, groups: tuple[tuple[int, ...], ...], key: str
    ) -> None:
        story = self.running()
        for number in (1, 2):
            story.does(a.ShowOpinion(number, digest_of(number)), MODERATOR)
        assert story.refused(a.GroupOpinions(groups), MODERATOR) == {key}


class TestBook:
    def one(self, number: int) -> Opinion:
        return Opinion(
            number, at("2026-05-26 09:00"), 1, "s", "p", "x", m.Kind.OTHER, m.Stance.FOR,
            m.Channel.ONLINE,
        )  # fmt: skip

    def test_over_many_chunks(self) -> None:
        book = OpinionBook()
        for number in range(1, 1001):
            book = book.added(self.one(number))
        assert [item.number for item in book] == list(range(1, 1001))
        after = book.changed(700, shown="d").changed(701, withheld=m.Withheld.ILLEGAL)
        assert (book.pending, after.pending, len(after)) == (1000, 998, 1000)
        found = after.get(700)
        assert found is not None
        assert found.shown == "d"
        assert book.get(700) == self.one(700)
        assert (book.get(0), book.get(1001)) == (None, None)

    def test_numbers_are_never_skipped_and_unknown_ones_not_changed(self) -> None:
        with pytest.raises(ValueError, match="number 1"):
            OpinionBook().added(self.one(2))
        with pytest.raises(KeyError):
            OpinionBook().changed(1, shown="d")
