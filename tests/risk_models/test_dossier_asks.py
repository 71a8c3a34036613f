"""What regimes ask, as content: whole in three languages, out of the registry, and marked where nobody confirmed it."""

from collections import Counter

import msgspec
import pytest

from duediligence.library import banned, texts_of
from questionnaires import glossary
from questionnaires.edition import Tampered
from questionnaires.text import LANGUAGES
from risk_models import dossier_asks, requirements
from risk_models.dossier_asks import GENERAL, Ask, Counted, Signs, Spoken, Who, faults, of_destination, read, written

EDITION = read()
RAW = written(dossier_asks.LIBRARY / dossier_asks.EDITION)
REGIMES = [pytest.param(one, id=one.id) for one in EDITION.regimes]
ASKS = [pytest.param(ask, id=f"{one.id}/{ask.id}") for one in EDITION.regimes for ask in one.asks]
UNION = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()


def test_nothing_in_the_edition_contradicts_itself():
    assert list(faults(RAW)) == []


def test_the_edition_has_every_regime_of_its_plan():
    full = [one.id for one in EDITION.regimes if one.full]
    pages = [one.id for one in EDITION.regimes if not one.full]
    assert full == ["us-307", "eu-flr", "general"]
    assert sorted(pages) == ["au-msa", "ca-s211", "ch-cl", "de-lksg", "eu-csddd", "no-ta", "uk-54"]


def test_it_says_that_no_lawyer_has_read_it():
    assert EDITION.reviewed is False


@pytest.mark.parametrize("ask", ASKS)
class TestEveryAsk:
    def test_it_is_worded_in_three_languages(self, ask):
        for words in filter(None, (ask.text, ask.outside)):
            assert all(words.get(language, "").strip() for language in LANGUAGES)
        assert ask.text

    def test_its_words_are_plain_and_promise_nothing(self, ask):
        for words in (ask.text, ask.outside):
            assert not [found for one, pattern in banned().items() if (found := pattern.search(words.get(one, "")))]
            assert glossary.inconsistencies(glossary.read(), words) == []

    def test_it_names_a_source_or_says_that_it_is_not_confirmed(self, ask):
        assert ask.confirmed is False or any(source.confirmed for source in ask.sources)

    def test_it_comes_from_the_registry_or_from_a_source_of_its_own(self, ask):
        assert ask.requirements or ask.sources

    def test_somebody_has_to_act_on_it(self, ask):
        assert ask.who in Who

    def test_whoever_reads_it_or_why_nobody_can_is_said(self, ask):
        assert bool(ask.answered_by) != bool(ask.outside)


@pytest.mark.parametrize("regime", REGIMES)
def test_a_regime_asks_for_every_demand_of_its_instruments(regime):
    known = {one.id for one in requirements.read().requirements if one.instrument in regime.instruments}
    named = {name for ask in regime.asks for name in ask.requirements}
    assert not known - named, "a demand of the instrument is asked nowhere"


def test_customs_of_the_united_states_asks_for_each_of_the_eleven_indicators():
    asks = dossier_asks.regime("us-307").asks
    found = [ask for ask in asks if ask.id.startswith("indicator-")]
    assert len(found) == len({ask.text["en"] for ask in found}) == 11
    assert all(reader.checked for ask in found for reader in ask.answered_by if isinstance(reader, Signs))


def test_what_only_others_can_give_stays_outside():
    outside = {one.id: {ask.id for ask in one.asks if ask.outside} for one in EDITION.regimes}
    assert outside["us-307"] == {"importer-statement", "order-change", "release"}
    assert outside["eu-flr"] == {"reply", "state-silence", "decision"}


def test_every_fact_with_a_name_is_asked_for_somewhere_or_tells_what_to_do():
    for name, words in EDITION.words.facts.items():
        assert words.next or EDITION.words.facts[dossier_asks.kind_of(name)].next, name


def test_every_text_of_the_edition_stands_in_three_languages():
    missing = [where for where, words in texts_of(RAW) if not all(words.get(one) for one in LANGUAGES)]
    assert missing == []


class TestDestinations:
    def test_every_member_of_the_union_begins_with_its_regulation(self):
        assert all(of_destination(country)[0].id == "eu-flr" for country in UNION)
        assert Counter(dossier_asks.regime("eu-flr").destinations) == Counter(UNION)

    def test_germany_adds_its_own_act(self):
        assert [one.id for one in of_destination("DE")] == ["eu-flr", "de-lksg", "eu-csddd", GENERAL]

    @pytest.mark.parametrize(
        ("country", "first"),
        [("US", "us-307"), ("GB", "uk-54"), ("CA", "ca-s211"), ("NO", "no-ta"), ("CH", "ch-cl"), ("AU", "au-msa")],
    )
    def test_other_countries_begin_with_their_own(self, country, first):
        assert of_destination(country)[0].id == first

    @pytest.mark.parametrize("country", ["TR", "KZ", "RU", "CN", ""])
    def test_any_other_country_has_the_general_one(self, country):
        assert [one.id for one in of_destination(country)] == [GENERAL]


class TestFaults:
    def changed(self, **changes):
        first = msgspec.structs.replace(RAW.regimes[0], **changes)
        return list(faults(msgspec.structs.replace(RAW, regimes=(first, *RAW.regimes[1:]))))

    def ask(self, **changes):
        fields = {"id": "a", "group": "goods", "who": "exporter", "requirements": ("US-307-a",)}
        return Ask(**{**fields, "answered_by": (Counted(facts=("goods.hs",)),), **changes})

    def test_an_unknown_fact_is_named(self):
        asks = (self.ask(answered_by=(Counted(facts=("goods.colour",)),)),)
        assert self.changed(asks=asks) == ["us-307/a: no fact is called goods.colour"]

    def test_an_unknown_requirement_is_named(self):
        assert self.changed(asks=(self.ask(requirements=("X-1",)),)) == ["us-307/a: no requirement is called X-1"]

    def test_a_requirement_that_no_question_speaks_to_is_named(self):
        assert self.changed(asks=(self.ask(answered_by=(Spoken(),)),)) == ["us-307/a: no question speaks to US-307-a"]

    def test_an_unknown_country_is_named(self):
        assert self.changed(destinations=("XX",)) == ["us-307: no country has the code XX"]

    def test_a_regime_that_stands_twice_is_named(self):
        twice = msgspec.structs.replace(RAW, regimes=(*RAW.regimes, RAW.regimes[0]))
        assert list(faults(twice)) == ["two regimes are called us-307"]

    def test_an_ask_cannot_be_answered_and_outside(self):
        with pytest.raises(ValueError, match="not both"):
            self.ask(outside={"en": "no"})

    def test_words_of_its_own_need_a_mark(self):
        with pytest.raises(ValueError, match="go together"):
            self.ask(text={"en": "words"})


def test_an_issued_edition_that_was_changed_is_refused(tmp_path, monkeypatch):
    (tmp_path / "DIGESTS").write_text(f"dossiers {dossier_asks.EDITION} {'0' * 64}\n", "utf-8")
    monkeypatch.setattr(dossier_asks, "_DIGESTS", tmp_path)
    with pytest.raises(Tampered):
        read.__wrapped__(dossier_asks.EDITION)
