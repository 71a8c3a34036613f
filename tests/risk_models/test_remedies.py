"""The remedies are whole, reach every adverse answer and never hand a worker over."""

import re

import msgspec
import pytest

from questionnaires import catalogue, glossary
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES
from risk_models import requirements
from risk_models.remedies import FOLDER, ZERO_TOLERANCE, Kind, Library, Priority, Remedy, choose, faults, read

LIBRARY = read()
REMEDIES = {remedy.id: remedy for remedy in LIBRARY.remedies}
EACH = [pytest.param(remedy, id=remedy.id) for remedy in LIBRARY.remedies]
GLOSSARY = glossary.read()

# Each question with an adverse answer: its id, its element, `!` for zero tolerance, and its indicators
# with their strength.
BANK = """
pro.sites X ISO:W; pro.peak X VUL:W; pro.seasonal_share X VUL:W; pro.migrant_share X VUL:W;
pro.agency X VUL:W; pro.housing X ISO:W; pro.piece_share X OVT:W WAG:W; pro.export X SIF:W; map.tier1 K;
map.origin K; map.cotton X SIF:M; map.sub_levels X VUL:W; map.passed_on K VUL:W; map.price_only K VUL:W;
map.informal X VUL:M CHL:W; rec.channels X VUL:W; rec.fees_paid R DEB:S VUL:M; rec.fee_policy K;
rec.fee_check K; rec.fee_refund K DEB:M; rec.as_promised R DEC:S; rec.offer_first R DEC:M;
rec.advance R DEB:M; rec.handed_over R! VUL:S SIF:M; rec.can_decline R INT:M; ctr.coverage K CON:W VUL:W;
ctr.language K DEC:M; ctr.copy K DEC:W; ctr.content K DEC:M; ctr.substituted R DEC:S; ctr.can_resign L MOV:M;
ctr.bogus_self K VUL:M WAG:W; wag.minimum D WAG:M CON:M; wag.delay_days D WAG:M; wag.held_back P! WAG:S;
wag.to_self D WAG:M; wag.card_control P! WAG:S DOC:M; wag.payslip K WAG:W; wag.deduct_max D WAG:M DEB:M;
wag.fines P WAG:M INT:M; wag.hours_max D OVT:M; wag.ot_refuse D OVT:S; wag.ot_premium D WAG:M;
wag.rest_day D OVT:M CON:M; wag.piece_floor D OVT:M WAG:M; mov.id_kept P! DOC:S; mov.id_return P DOC:M;
mov.leave_work D! MOV:S; mov.leave_housing D! MOV:S; mov.guarded P MOV:S ISO:M; mov.phone P ISO:S;
mov.quit_blocked L! MOV:S; mov.exit_power L MOV:M VUL:M; mov.way_home L ISO:M; acc.choice D VUL:M;
acc.rent D DEB:M; acc.density D CON:M; acc.basics D CON:M; acc.fire D CON:S; acc.unfit D CON:S ISO:M;
acc.food D CON:M DEB:W; osh.risks K CON:W; osh.ppe D CON:M DEB:W; osh.heat D CON:M; osh.chemicals D CON:M;
osh.incidents D CON:M; osh.refuse D CON:M INT:M; dis.violence P! VIO:S; dis.sexual P! VIO:S;
dis.report_threat P INT:M VUL:M; dis.loss_threat P INT:M; dis.family_threat P! INT:S;
dis.deprive P! VIO:S CON:S; dis.procedure K INT:W; deb.lends X DEB:W; deb.terms D DEB:M;
deb.leave_owing L! DEB:S; deb.inflated D! DEB:S; deb.relatives P! DEB:S CHL:W; deb.deposit L DEB:M WAG:M;
chi.below_min D! CHL:S; chi.age_check K CHL:W; chi.register K CHL:W; chi.hazard D! CHL:S CON:S;
chi.hours D CHL:M; chi.family_quota D CHL:S; chi.school R! CHL:S SIF:S; chi.remedy K; sif.asked X SIF:W;
sif.sent R SIF:M; sif.free_choice R SIF:S; sif.penalty P! SIF:S INT:S; sif.paid_out P! SIF:S WAG:M;
sif.received R SIF:S; sif.terms L SIF:M CON:M; sif.quota P SIF:M INT:M; sif.custody R! SIF:S; sif.position K;
mig.papers D VUL:M; mig.tied L VUL:M MOV:M; mig.equal D VUL:M; mig.language K VUL:W ISO:W; mig.return L MOV:M;
mig.posted K VUL:M; gen.pregnancy D VUL:M INT:M; gen.paid_via D WAG:M VUL:M; gen.trusted K VIO:W;
gen.facilities D CON:M; gen.childcare K CHL:W; grv.channels K; grv.reach K ISO:W; grv.no_reprisal K INT:W;
grv.reprisal P! INT:S; grv.volume K; grv.reps K VUL:W; grv.remedy K; grv.outside_help K ISO:W; sup.screen K;
sup.registry K; sup.wage_test K VUL:W; sup.clauses K; sup.consent K VUL:W; sup.access K;
sup.own_practice K VUL:W; sup.findings K; gov.policy K; gov.owner K; gov.assessment K; gov.training K;
gov.checks K; gov.targets K OVT:W INT:W; gov.review K; gov.records K WAG:W; agr.plot_link L VUL:M DEB:M;
agr.brigade D VUL:M WAG:M; agr.picker_log K SIF:M; agr.weighing D WAG:M; agr.field_care D CON:M;
agr.stranded L ISO:M CON:M; agr.mixed_origin K SIF:W; con.site_list K VUL:W; con.pay_proof K WAG:M;
con.pay_when_paid D WAG:M; con.camp D ISO:M MOV:M; con.foreign_crew D VUL:M WAG:M;
con.state_push R SIF:M OVT:M; con.safety D CON:M; con.end_pay L WAG:M; lpr.licence K VUL:W;
lpr.zero_fee R DEB:S; lpr.subagents X VUL:M DEC:W; lpr.pay_flow D WAG:M; lpr.tied_services D DEB:M VUL:M;
lpr.true_offer K DEC:M; lpr.free_move L MOV:M INT:M; lpr.no_docs P! DOC:S
"""

BANNED = {
    "en": r"certif|complian|forced.labour.free|free of forced|guarant|\bclean|clears?\b|dismiss|deport|report the w",
    "ru": r"сертифи|соответств|свобод\w+ от принуд|гарант|депорт",
    "tk": r"sertifik|kepillen|zähmetden azat|deport",
}
FAULT = {
    "en": r"\bguilt|\bblame|your fault|violat|offend",
    "ru": r"\bвин[аоыу]|нарушил|нарушител",
    "tk": r"günäkär|\bgünä|düzgün boz",
}


class Question(msgspec.Struct, frozen=True):
    """One row of the bank."""

    id: str
    element: str
    zero_tolerance: bool
    indicators: dict[str, str]


def question(row: str) -> Question:
    id_, element, *indicators = row.split()
    return Question(id_, element[0], element.endswith("!"), dict(each.split(":") for each in indicators))


QUESTIONS = [question(row) for row in " ".join(BANK.split()).split(";")]
EACH_QUESTION = [pytest.param(each, id=each.id) for each in QUESTIONS]
SIGNS = [pytest.param(each, id=each.id) for each in QUESTIONS if each.element in "RDLP"]
STRONG = sorted({code for each in QUESTIONS for code, strength in each.indicators.items() if strength == "S"})


def texts(value):
    """Yield every text inside `value`."""
    if isinstance(value, dict) and set(value) & set(LANGUAGES):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def answering(each):
    notable = [code for code, strength in each.indicators.items() if strength in "SM"]
    return choose(LIBRARY, each.id, notable, zero_tolerance=each.zero_tolerance)


def changed(remedy, **fields):
    return msgspec.structs.replace(remedy, **fields)


def test_the_fifty_seven_actions_are_all_there_once():
    assert [id_ for id_ in REMEDIES if id_.startswith("A")] == [f"A{number:02}" for number in range(1, 58)]
    assert len(REMEDIES) == len(LIBRARY.remedies)


def test_added_actions_tell_their_kind_by_their_letter():
    letters = {"C": Kind.CONTAIN, "R": Kind.REMEDY, "S": Kind.SYSTEM, "V": Kind.VERIFY}
    added = [remedy for remedy in LIBRARY.remedies if remedy.id[0] != "A"]
    assert all(remedy.kind is letters[remedy.id[0]] for remedy in added)


def test_the_library_says_that_it_is_not_reviewed():
    assert not LIBRARY.reviewed


def test_every_text_is_written_in_three_languages():
    for text in texts(msgspec.to_builtins(LIBRARY)):
        assert set(text) == set(LANGUAGES)
        assert all(words.strip() for words in text.values())


def test_no_language_slips_into_another():
    for text in texts(msgspec.to_builtins(LIBRARY)):
        assert not re.search(r"[а-яё]", text["en"] + text["tk"], re.IGNORECASE)
        assert not re.search(r"[a-z]{4,}", text["ru"], re.IGNORECASE)


def test_every_text_follows_the_glossary():
    found = [glossary.inconsistencies(GLOSSARY, text) for text in texts(msgspec.to_builtins(LIBRARY))]
    assert not [each for each in found if each]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_action_uses_banned_words(language):
    for text in texts(msgspec.to_builtins(LIBRARY.remedies)):
        assert not re.search(BANNED[language], text[language], re.IGNORECASE), text[language]


@pytest.mark.parametrize("remedy", [each for each in EACH if "SIF" in str(each.values[0].trigger).upper()])
def test_actions_on_state_pressure_find_no_fault_with_the_firm(remedy):
    for text in texts(msgspec.to_builtins(remedy)):
        for language in LANGUAGES:
            assert not re.search(FAULT[language], text[language], re.IGNORECASE), text[language]


@pytest.mark.parametrize("remedy", EACH)
def test_an_action_has_two_to_five_steps_an_owner_a_source_and_a_time_its_class_allows(remedy):
    assert 2 <= len(remedy.steps) <= 5
    assert remedy.owners
    assert remedy.source
    assert remedy.trigger
    assert 0 < (remedy.start_days or remedy.due_days) <= remedy.due_days


@pytest.mark.parametrize("remedy", EACH)
def test_an_action_begins_within_the_days_of_its_class(remedy):
    late = remedy.id == "A33"  # refunds to staff are allowed 30 days
    assert late or (remedy.start_days or remedy.due_days) <= LIBRARY.priorities[remedy.priority].due_days


def test_immediate_actions_are_complete_within_fourteen_days_save_inquiry_and_refund():
    late = {each.id for each in LIBRARY.remedies if each.priority is Priority.P0 and each.due_days > 14}
    assert late == {"A07", "A33"}


def test_the_classes_allow_fourteen_thirty_ninety_and_180_days():
    assert [LIBRARY.priorities[each].due_days for each in Priority] == [14, 30, 90, 180]
    assert LIBRARY.priorities[Priority.P0].contain_days == 3


@pytest.mark.parametrize("remedy", [each for each in EACH if each.values[0].kind is Kind.REMEDY])
def test_what_makes_good_a_harm_is_confirmed_by_workers_and_is_no_paper(remedy):
    assert remedy.people_harmed
    assert remedy.touches_workers
    assert not remedy.paper


@pytest.mark.parametrize("each", EACH_QUESTION)
def test_every_adverse_answer_is_reached_by_an_action(each):
    assert choose(LIBRARY, each.id, list(each.indicators), zero_tolerance=each.zero_tolerance)


@pytest.mark.parametrize("each", SIGNS)
def test_every_sign_is_met_by_all_four_kinds_of_action(each):
    assert {remedy.kind for remedy in answering(each)} == set(Kind)


@pytest.mark.parametrize("code", STRONG)
def test_every_indicator_with_a_strong_sign_has_containment_and_remedy_beyond_paper(code):
    found = choose(LIBRARY, "", [code], zero_tolerance=False)
    assert {remedy.kind for remedy in found if not remedy.paper} == set(Kind)


def test_every_trigger_is_a_known_question_or_indicator():
    form = catalogue.load("risk_assessment", "2026.1")
    known = {question.id for question in form.questions()} | {code for each in QUESTIONS for code in each.indicators}
    known |= {ZERO_TOLERANCE}
    assert {trigger for remedy in LIBRARY.remedies for trigger in remedy.trigger} <= known


def test_every_basis_is_a_known_requirement():
    known = {each.id for each in requirements.read().requirements}
    assert {id_ for remedy in LIBRARY.remedies for id_ in remedy.basis} <= known


def test_a_zero_tolerance_answer_always_brings_protection_and_a_stop_order():
    found = choose(LIBRARY, "mov.id_kept", ["DOC"], zero_tolerance=True)
    assert {"A01", "A02", "A03"} <= {remedy.id for remedy in found}


def test_without_zero_tolerance_nobody_orders_a_stop():
    found = choose(LIBRARY, "mov.id_return", ["DOC"], zero_tolerance=False)
    assert "A02" not in {remedy.id for remedy in found}


def test_a_question_says_more_than_its_indicator():
    found = choose(LIBRARY, "wag.card_control", ["WAG"], zero_tolerance=False)
    remedies = {remedy.id for remedy in found if remedy.kind is Kind.REMEDY}
    assert "A12" in remedies
    assert "A11" not in remedies


def test_an_answer_nobody_knows_brings_nothing():
    assert choose(LIBRARY, "nobody.knows", [], zero_tolerance=False) == ()


def test_the_choice_does_not_depend_on_the_order_of_the_library():
    turned = msgspec.structs.replace(LIBRARY, remedies=LIBRARY.remedies[::-1])
    for each in QUESTIONS:
        assert choose(turned, each.id, [*each.indicators][::-1], zero_tolerance=True) == choose(
            LIBRARY, each.id, list(each.indicators), zero_tolerance=True
        )


def test_containment_is_listed_before_remedy_system_and_verification():
    kinds = [remedy.kind for remedy in choose(LIBRARY, "wag.held_back", ["WAG"], zero_tolerance=True)]
    assert kinds == sorted(kinds, key=list(Kind).index)


def test_the_case_protocol_puts_safety_and_consent_before_everything_else():
    order = [step.id for step in LIBRARY.protocol.steps]
    assert order == ["safety", "consent", "stop", "refer", "remedy", "cause", "verify"]
    assert all(step.do and step.never for step in LIBRARY.protocol.steps)


def test_help_is_offered_from_outside_the_state_first_and_carries_no_number():
    assert [route.id for route in LIBRARY.protocol.help][:3] == ["international", "civil_society", "ombudsman"]
    assert not any(route.contacts or route.checked for route in LIBRARY.protocol.help)
    assert not re.search(r"\+?\d{5,}", str(msgspec.to_builtins(LIBRARY.protocol.steps)))


def test_contradictions_are_all_told_at_once():
    first, second = LIBRARY.remedies[:2]
    broken = (
        changed(first, after=(second.id,), owners=("nobody",)),
        changed(second, after=(first.id,)),
        changed(second, id="A98", after=("A99",)),
    )
    found = faults(msgspec.structs.replace(LIBRARY, remedies=broken, priorities={}))
    for part in ("'nobody'", "'A99'", "p0: no days", f"{first.id}: waits", f"{second.id}: waits"):
        assert any(part in each for each in found), part


def test_an_id_that_stands_twice_is_a_contradiction():
    twice = msgspec.structs.replace(LIBRARY, remedies=(*LIBRARY.remedies, LIBRARY.remedies[0]))
    assert faults(twice) == ("A01: stands 2 times; keep one.",)


def test_a_folder_without_its_head_is_refused(tmp_path):
    with pytest.raises(ContentError, match=r"library\.yaml is missing"):
        read(tmp_path)


def test_a_folder_that_contradicts_itself_is_refused(tmp_path):
    for path in FOLDER.glob("*.yaml"):
        words = path.read_text(encoding="utf-8").replace("after: [C01]", "after: [A99]")
        (tmp_path / path.name).write_text(words, encoding="utf-8")
    with pytest.raises(ContentError, match="comes after unknown 'A99'"):
        read(tmp_path)


def test_an_unknown_field_in_a_remedy_is_refused():
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({**msgspec.to_builtins(LIBRARY.remedies[0]), "person": "x"}, Remedy)


def test_a_library_survives_being_written_and_read_again():
    assert msgspec.json.decode(msgspec.json.encode(LIBRARY), type=Library) == LIBRARY
