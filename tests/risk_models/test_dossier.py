"""A dossier counts what there is: a fact more never takes away, and nothing but known cotton ends its notice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from risk_models import dossier_asks
from risk_models.cotton import Standing
from risk_models.dossier import Control, Count, Facts, Item, Sign, Status, assemble, cotton_notice, joined
from risk_models.dossier_asks import Ask, Counted, InPlace, Regime, Signs, Spoken
from risk_models.requirements import INDICATORS

TODAY = date(2026, 11, 21)
WORDS = {"tk": "söz", "ru": "слово", "en": "word"}
EDITION = dossier_asks.read()
NAMES = sorted(EDITION.words.facts)
QUESTIONS = ("gov.policy", "gov.training", "grv.remedy", "grv.channels", "map.tier1", "rec.fee_policy")
RISE = [Status.MISSING, Status.PARTLY, Status.HAVE]


def item(reader, facts: Facts, *, requirement="OECD-1") -> Item:
    ask = Ask(
        id="a", group="goods", who="exporter", requirements=(requirement,), text=WORDS, confirmed=False,
        answered_by=(reader,),
    )  # fmt: skip
    regime = Regime(id="r", title=WORDS, about=WORDS, full=True, instruments=(), destinations=(), asks=(ask,))
    return assemble(regime, facts, TODAY)[0]


def counted(count: Count) -> Status:
    return item(Counted(facts=("inputs.country",)), Facts(counts={"inputs.country": count})).status


class TestCounts:
    def test_all_of_it_is_there(self):
        assert counted(Count(number=2, of=2)) is Status.HAVE

    def test_some_of_it_is_there(self):
        assert counted(Count(number=1, of=2)) is Status.PARTLY

    def test_none_of_it_is_there(self):
        assert counted(Count(number=0, of=2)) is Status.MISSING

    def test_there_may_be_more_than_was_told(self):
        assert counted(Count(number=2, of=2, whole=False)) is Status.PARTLY

    def test_what_nobody_counted_is_missing(self):
        assert item(Counted(facts=("inputs.country",)), Facts()).status is Status.MISSING


class TestSigns:
    def status(self, sign: Sign | None, *, checked: bool) -> Status:
        facts = Facts(signs={"DEB": sign} if sign else {})
        return item(Signs(indicators=("DEB",), checked=checked), facts).status

    def test_an_indicator_nobody_answered_is_missing(self):
        assert self.status(None, checked=False) is Status.MISSING
        assert self.status(Sign(level="none", assessed=False, checked=0, of=6), checked=False) is Status.MISSING

    def test_the_word_of_the_firm_is_half_where_evidence_is_asked(self):
        told = Sign(level="none", assessed=True, checked=0, of=6)
        assert self.status(told, checked=True) is Status.PARTLY
        assert self.status(told, checked=False) is Status.HAVE

    def test_evidence_is_there_once_every_answer_was_checked(self):
        assert self.status(Sign(level="strong", assessed=True, checked=6, of=6), checked=True) is Status.HAVE
        assert self.status(Sign(level="none", assessed=True, checked=5, of=6), checked=True) is Status.PARTLY

    def test_what_can_never_be_shown_is_never_all_there(self):
        assert self.status(Sign(level="not_declared", assessed=True, checked=0, of=0), checked=True) is Status.PARTLY


class TestControls:
    def status(self, control: Control | None, *, checked: bool) -> Status:
        facts = Facts(controls={"gov.policy": control} if control else {})
        return item(InPlace(questions=("gov.policy",), checked=checked), facts).status

    @pytest.mark.parametrize(
        ("credit", "grade", "checked", "status"),
        [
            (0, 4, False, Status.MISSING),
            (0.5, 4, False, Status.PARTLY),
            (1, 0, False, Status.HAVE),
            (1, 1, True, Status.PARTLY),
            (1, 2, True, Status.HAVE),
        ],
    )
    def test_a_control_counts_by_its_credit_and_its_evidence(self, credit, grade, checked, status):
        assert self.status(Control(credit=credit, grade=grade), checked=checked) is status

    def test_a_control_nobody_spoke_of_is_missing(self):
        assert self.status(None, checked=False) is Status.MISSING


class TestAnswers:
    def found(self, answered: set[str], requirement: str):
        facts = Facts(answered=frozenset(answered), asked=frozenset({"gov.policy", "gov.owner", "gov.training"}))
        return item(Spoken(), facts, requirement=requirement).found[0]

    def test_every_answer_given_is_all_of_it(self):
        assert self.found({"gov.policy", "gov.owner", "gov.training"}, "OECD-1").status is Status.HAVE

    def test_questions_left_open_are_named(self):
        found = self.found({"gov.policy"}, "OECD-1")
        assert (found.status, found.lacking) == (Status.PARTLY, ("gov.owner", "gov.training"))

    def test_answers_that_merely_touch_on_it_are_called_support(self):
        found = self.found({"gov.policy"}, "EU-CSDDD-10")
        assert (found.what, found.status) == ("support:EU-CSDDD-10", Status.PARTLY)


def test_what_is_outside_stays_outside_whatever_is_known():
    asks = [ask for one in EDITION.regimes for ask in one.asks if ask.outside]
    items = [one for regime in EDITION.regimes for one in assemble(regime, all_known(), TODAY)]
    assert sum(one.status is Status.OUTSIDE for one in items) == len(asks)


def all_known() -> Facts:
    return Facts(
        counts={name: Count(number=1, of=1) for name in NAMES},
        signs={code: Sign(level="none", assessed=True, checked=1, of=1) for code in INDICATORS},
        cotton=Standing.NONE,
    )


class TestTheNoticeOnCotton:
    @pytest.mark.parametrize("cotton", [Standing.UNKNOWN, Standing.TURKMEN])
    def test_it_stands_whatever_else_is_known(self, cotton):
        assert cotton_notice(replace(all_known(), cotton=cotton), TODAY) is not None

    def test_it_stands_over_nothing_known(self):
        assert cotton_notice(Facts(), TODAY).sure is False

    def test_it_stands_where_the_answers_of_the_firm_say_so(self):
        facts = Facts(cotton=Standing.NONE, cotton_answered=Standing.TURKMEN)
        assert cotton_notice(facts, TODAY).sure is True

    @pytest.mark.parametrize("cotton", [Standing.NONE, Standing.OTHER])
    def test_known_cotton_alone_ends_it(self, cotton):
        assert cotton_notice(Facts(cotton=cotton), TODAY) is None


counts = st.builds(
    lambda number, more, whole: Count(number=number, of=number + more, whole=whole),
    st.integers(0, 3), st.integers(0, 3), st.booleans(),
)  # fmt: skip
signs = st.builds(
    lambda assessed, checked, more: Sign(level="weak", assessed=assessed, checked=checked, of=checked + more),
    st.booleans(), st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip
controls = st.builds(
    lambda credit, grade: Control(credit=credit, grade=grade), st.sampled_from([0, 0.5, 1]), st.integers(0, 4)
)
facts = st.builds(
    lambda counts, signs, controls, asked, answered, cotton: Facts(
        counts=counts, signs=signs, controls=controls, asked=asked, answered=asked & answered, cotton=cotton
    ),
    st.dictionaries(st.sampled_from(NAMES), counts),
    st.dictionaries(st.sampled_from(sorted(INDICATORS)), signs),
    st.dictionaries(st.sampled_from(QUESTIONS), controls),
    st.frozensets(st.sampled_from(QUESTIONS)),
    st.frozensets(st.sampled_from(QUESTIONS)),
    st.sampled_from(Standing),
)
regimes = st.sampled_from(EDITION.regimes)


@given(regimes, facts, st.sampled_from(NAMES), st.booleans())
def test_one_thing_more_never_turns_have_into_missing(regime, known, name, told):
    count = known.counts.get(name, Count(number=0, of=0))
    more = replace(count, number=count.number + told, of=count.of + 1)
    after = replace(known, counts={**known.counts, name: more})
    for before, now in zip(assemble(regime, known, TODAY), assemble(regime, after, TODAY), strict=True):
        assert (before.status, now.status) != (Status.HAVE, Status.MISSING)


@given(regimes, facts, st.data())
def test_telling_what_was_unknown_never_lowers_an_item(regime, known, data):
    told = replace(
        known,
        counts={name: data.draw(filled(one)) for name, one in known.counts.items()},
        signs={code: replace(one, assessed=True, checked=one.of) for code, one in known.signs.items()},
        controls={name: replace(one, grade=4) for name, one in known.controls.items()},
        answered=known.asked,
    )
    for before, now in zip(assemble(regime, known, TODAY), assemble(regime, told, TODAY), strict=True):
        if before.status is not Status.OUTSIDE:
            assert RISE.index(now.status) >= RISE.index(before.status)


def filled(count: Count) -> st.SearchStrategy[Count]:
    return st.integers(count.number, count.of).map(lambda number: replace(count, number=number))


@given(facts)
def test_no_fact_but_cotton_moves_the_notice(known):
    bare = Facts(cotton=known.cotton)
    assert cotton_notice(known, TODAY) == cotton_notice(bare, TODAY)


@given(st.lists(st.sampled_from(RISE), max_size=5))
def test_parts_stand_together_as_all_some_or_none_of_them(parts):
    whole = joined(parts)
    assert (whole is Status.HAVE) == (bool(parts) and set(parts) == {Status.HAVE})
    assert (whole is Status.MISSING) == (set(parts) <= {Status.MISSING})
