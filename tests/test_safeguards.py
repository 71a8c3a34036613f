"""Each harm that must not happen, one test: named after the harm."""

import io
import json
import re
from datetime import date
from pathlib import Path

import msgspec
import openpyxl
import pikepdf
import pytest

from duediligence import library, record
from duediligence.assessment import MODEL, Assessment, assess
from duediligence.improvement import draft
from duediligence.reports import Copy, Report, attachment, pdf, xlsx
from duediligence.reports.compose import compose
from duediligence.review import Label
from duediligence.source import take
from questionnaires import catalogue
from questionnaires.condition import questions_of
from questionnaires.questionnaire import SelectMany, SelectOne
from questionnaires.response import Answer, Missing
from risk_models import catalogue as models
from risk_models import notices, remedies
from risk_models.model import Element

DAY = date(2026, 11, 21)
EXAMPLES = Path(__file__).parent.parent / "examples"
LANGUAGES = ("tk", "ru", "en")
COTTON = {
    "growing": {"pro.sector": "cotton_growing"},
    "ginning": {"pro.sector": "ginning"},
    "fibre": {"pro.export": ("cotton_fibre",)},
    "yarn": {"pro.export": ("cotton_yarn_fabric",)},
    "garments": {"pro.export": ("cotton_garments",)},
    "seed": {"pro.export": ("cotton_seed_products",)},
    "input of unknown origin": {"pro.sector": "textile", "map.cotton": "unknown_origin"},
}


def example(name: str, **changes: object) -> Assessment:
    response = take(EXAMPLES / f"{name}.json").response
    answers = response.answers | {key: Answer(value=value) for key, value in changes.items()}
    return assess(msgspec.structs.replace(response, answers=answers), DAY)


def report(assessment: Assessment, language: str = "en", copy: Copy = Copy.SHARED) -> Report:
    return compose(assessment, draft(assessment.profile, remedies.read(), DAY), language, copy)


def all_words(value: object) -> str:
    return msgspec.json.encode(value).decode()


@pytest.fixture(scope="module")
def farm() -> Assessment:
    return example("cotton_farm_mary")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["greenhouse_ahal_papers", "cotton_farm_mary"])
def test_whitewashing_no_report_says_that_a_firm_is_cleared(name, language):
    found = library.banned()[language].search(all_words(report(example(name), language)))
    assert found is None, found


def test_whitewashing_no_sign_is_never_called_absence(farm):
    quiet = [cell.word for cell in report(farm).strip.cells if cell.level == "none"]
    assert set(quiet) == {"No sign reported"}


@pytest.mark.parametrize("path", COTTON)
def test_cotton_laundering_the_notice_stands_whatever_the_path(path):
    assessment = example("greenhouse_ahal_papers", **COTTON[path])
    assert "cotton-gate" in assessment.notices
    assert assessment.profile.band not in {"low", "moderate"}


def test_cotton_laundering_silence_about_cotton_keeps_the_notice_up():
    response = take(EXAMPLES / "greenhouse_ahal_papers.json").response
    answers = response.answers | {"pro.export": Answer(missing=Missing.NOT_KNOWN)}
    assert "cotton-gate" in assess(msgspec.structs.replace(response, answers=answers), DAY).notices


def test_cotton_laundering_no_score_lifts_the_notice():
    gate = next(notice for notice in notices.read() if notice.id == "cotton-gate")
    assert gate.severity == notices.Severity.GATE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["greenhouse_ahal", "builder_ashgabat"])
def test_false_assurance_every_report_names_state_imposed_labour_and_the_state_reviewer(name, language):
    words = all_words(report(example(name), language))
    assert re.search("T[uü]rkmenstandartlary|Туркменстандартлары", words)
    assert "state-imposed" in example(name).notices


def test_false_assurance_without_a_review_a_report_is_self_declared(farm):
    assert farm.label is Label.SELF_DECLARED
    assert report(farm).head.label_id == "self_declared"


def test_false_assurance_the_four_numbers_stand_together(farm):
    measures = [measure.id for measure in report(farm).numbers.measures]
    assert measures == ["inherent", "indicators", "control", "confidence", "residual"]


def test_gaming_papers_alone_cannot_carry_what_coercion_hides():
    response = take(EXAMPLES / "greenhouse_ahal.json").response
    every = {name: msgspec.structs.replace(answer, evidence=("a paper",)) for name, answer in response.answers.items()}
    assert assess(msgspec.structs.replace(response, answers=every), DAY).profile.confidence <= 0.5


def test_stale_report_a_self_declaration_does_not_outlive_half_a_year(farm):
    assert (report(farm).head.expires - DAY).days <= 184


def test_forged_record_one_changed_digit_is_found(farm):
    changed = msgspec.structs.replace(farm, profile=msgspec.structs.replace(farm.profile, low=0.0))
    assert [one.path for one in record.rescore(changed)] == ["profile.low"]


@pytest.fixture(scope="module")
def protected() -> tuple[str, ...]:
    form = catalogue.load("risk_assessment", "2026.1")
    return tuple(question.id for question in form.questions() if not question.travels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_retaliation_no_shared_report_holds_a_protected_answer(farm, protected, language):
    form = catalogue.load("risk_assessment", "2026.1")
    words = all_words(report(farm, language))
    for question in form.questions():
        if question.id in protected:
            assert question.id not in words
            assert question.text[language] not in words


def test_retaliation_no_shared_record_holds_a_protected_answer(farm, protected):
    data = record.encode(record.shared(farm)).decode()
    shown = json.loads(data)
    assert not set(shown["response"]["answers"]) & set(protected)
    assert not [name for name in protected if data.count(f'"{name}"') > shown["withheld"].count(name)]


def test_retaliation_no_shared_file_holds_a_protected_answer(farm, protected):
    said = report(farm)
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(said)))
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    form = catalogue.load("risk_assessment", "2026.1")
    assert not [
        question.id for question in form.questions() if question.id in protected and question.text["en"] in cells
    ]


def test_retaliation_the_terminal_shows_no_protected_answer_in_a_shared_copy(farm):
    cell = next(cell for cell in report(farm).strip.cells if cell.code == "SIF")
    assert cell.level in {"declared", "not_declared", "not_answered"}


def test_retaliation_no_answer_that_travels_can_name_an_authority():
    form = catalogue.load("risk_assessment", "2026.1")
    names = re.compile(r"hakimlik|authority|ministry|official|public body|police|army", re.IGNORECASE)
    for question in form.questions():
        if question.travels and isinstance(question, SelectOne | SelectMany):
            assert not [choice.id for choice in question.choices if names.search(choice.label["en"])], question.id


def test_retaliation_the_points_of_an_authority_are_those_of_a_broker():
    firms = [example("cotton_farm_mary", **{"rec.channels": (channel,)}) for channel in ("local_authority", "broker")]
    copies = [record.encode(record.shared(firm)) for firm in firms]
    assert copies[0] == copies[1]


@pytest.mark.parametrize("people", range(1, 11))
def test_victim_exposure_no_shared_copy_counts_fewer_than_eleven_people(people):
    assessment = example("textile_mill", **{"osh.incidents.injuries": float(people)})
    rows = [row for section in report(assessment).answers.sections for row in section.rows]
    shown = next(row.answer for row in rows if row.question_id == "osh.incidents.injuries")
    assert "<11" in shown.replace(" ", "")
    assert "osh.incidents.injuries" in record.shared(assessment).withheld


def test_victim_exposure_no_question_asks_who_a_worker_is():
    asks_for_a_person = re.compile(
        r"\b(full name|passport number|phone number|date of birth|home address)\b", re.IGNORECASE
    )
    form = catalogue.load("risk_assessment", "2026.1")
    assert not [question.id for question in form.questions() if asks_for_a_person.search(question.text["en"])]


def test_alerting_a_suspect_strong_signs_lead_to_guidance_and_to_no_notice(farm):
    said = report(farm)
    assert said.protocol is not None
    assert said.protocol.steps[0].title == "Safety first"


def test_alerting_a_suspect_no_help_route_carries_an_unchecked_number():
    for route in remedies.read().protocol.help:
        assert not route.contacts or route.checked is not None


def test_cutting_off_suppliers_no_action_says_to_dismiss_or_report_a_worker():
    harm = re.compile(r"\b(dismiss|deport|fire|report) (the |a )?(worker|victim|migrant)s?\b", re.IGNORECASE)
    steps = [step["en"] for remedy in remedies.read().remedies for step in remedy.steps]
    assert not [step for step in steps if harm.search(step) and not re.match(r"(do not|never)", step, re.IGNORECASE)]


def test_punishing_the_honest_declining_counts_neither_for_nor_against():
    response = example("textile_mill").response
    silent = response.answers | {"sif.asked": Answer(missing=Missing.DECLINED)}
    finding = next(
        finding
        for finding in assess(msgspec.structs.replace(response, answers=silent), DAY).profile.findings
        if finding.indicator == "SIF"
    )
    assert "sif.asked" not in [sign.question for sign in (*finding.signs, *finding.context)]


def test_blaming_the_pressed_firm_third_party_coercion_is_named_as_such(farm):
    finding = next(finding for finding in farm.profile.findings if finding.indicator == "SIF")
    sent = [sign for sign in finding.signs if sign.question == "sif.quota"]
    assert [sign.attribution.value for sign in sent] == ["subjected"]


def test_averaging_away_one_strong_sign_outweighs_any_number_of_good_answers():
    assessment = example("greenhouse_ahal_papers", **{"mov.id_kept": "yes"})
    assert assessment.profile.residual >= 75
    assert assessment.profile.band == "critical"


def test_size_is_no_excuse_small_firms_answer_every_question_on_coercion():
    form = catalogue.load("risk_assessment", "2026.1")
    coercion = {
        one.question for one in models.load(*MODEL).readings if one.element not in (Element.CONTROL, Element.CONTEXT)
    }
    by_size = {"pro.headcount", "pro.peak"}
    assert not [q.id for q in form.questions() if q.id in coercion and questions_of(q.relevant) & by_size]


def test_hidden_data_the_pdf_carries_the_shared_record_and_no_other(farm):
    attached = record.encode(record.shared(farm))
    said = report(farm)
    rendered = pdf.render(said, [attachment.assessment(said, attached)])
    with pikepdf.open(io.BytesIO(rendered)) as document:
        files = [spec.get_file().read_bytes() for spec in document.attachments.values()]
    assert files == [attached]


def test_victim_exposure_no_shared_copy_carries_a_number_of_a_person(farm):
    told = msgspec.structs.replace(farm.response.answers["wag.payslip"], evidence=("ask +993 65 123456",))
    response = msgspec.structs.replace(farm.response, answers=farm.response.answers | {"wag.payslip": told})
    assessment = assess(response, DAY)
    assert "123456" not in record.encode(record.shared(assessment)).decode()
    assert "123456" not in all_words(report(assessment))


def test_blaming_the_pressed_firm_what_it_buys_declares_nothing_about_pressure():
    mill = example("textile_mill")  # it declined the protected questions, and buys through a gin that mixes origins
    cell = next(cell for cell in report(mill).strip.cells if cell.code == "SIF")
    assert cell.level == "not_answered"


def test_blaming_the_pressed_firm_nothing_is_attributed_for_what_nobody_knows(farm):
    signs = [sign for finding in report(farm, copy=Copy.FIRM).findings.findings for sign in finding.signs]
    unknown = [sign.attribution for sign in signs if sign.answer == "Not known"]
    assert unknown
    assert not any(unknown)
