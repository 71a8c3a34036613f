"""The whole library looked through: forms, rules, remedies, requirements, notices and words.

`faults` says in one sentence each what does not hold: a text without one of the
languages, a banned phrase, a rule without a source, a question that nothing
reads, a sign that nothing answers. The tests ask it, and so can an author.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from duediligence.assessment import MODEL
from questionnaires import catalogue, content, glossary
from questionnaires.codebook import Codebook
from questionnaires.condition import AnyCondition, parameters_of, questions_of
from questionnaires.edition import digest
from questionnaires.questionnaire import Questionnaire
from questionnaires.text import LANGUAGES, Text
from risk_models import catalogue as models
from risk_models import dossier_asks, integrity, network_rules, notices, parameter, remedies, requirements
from risk_models.model import COERCION, Element, RiskModel, Rule, Strength
from risk_models.remedies import Kind

_FORMS = catalogue.LIBRARY
_TEXTS = Path(__file__).parent / "texts"
_REPORTS = Path(__file__).parent / "reports" / "texts"
_PROOF = Path(__file__).parent / "proof" / "texts"
_BANNED = _TEXTS / "banned.yaml"
_NO_TEXTS = {_BANNED.stem, *LANGUAGES}


def faults() -> tuple[str, ...]:
    """Return everything in the library that breaks a rule of content, one sentence each."""
    model = models.load(*MODEL)
    form = catalogue.load(model.questionnaire, model.questionnaire_version)
    return (
        *_faults_of_texts(),
        *_faults_of_form(form, model),
        *_faults_of_model(form, model),
        *_faults_of_remedies(model),
        *integrity.faults(integrity.read(), Codebook(form)),
    )


def inventory() -> tuple[str, ...]:
    """Return what the library holds, one line each."""
    model = models.load(*MODEL)
    form = catalogue.load(model.questionnaire, model.questionnaire_version)
    registry = requirements.read()
    regimes = dossier_asks.read().regimes
    asks = sum(len(one.asks) for one in regimes)
    texts = sum(1 for _ in texts_of(_everything()))
    asked = sum(1 for _ in form.questions())
    short = _short_forms()
    return (
        f"questionnaire  {form.id} {form.version}  {asked} questions  {digest(form)}",
        *(
            f"short form     {one.id} {one.version}  {len(list(one.questions()))} questions  {digest(one)}"
            for one in short
        ),
        f"rule set       {model.id} {model.version}  {len(model.readings)} readings  {digest(model)}",
        f"remedies       {len(remedies.read().remedies)}",
        f"requirements   {len(registry.requirements)} of {len(registry.instruments)} instruments",
        f"dossiers       {asks} asks of {len(regimes)} regimes  {dossier_asks.digest()}",
        f"notices        {len(notices.read())}",
        f"parameters     {len(parameter.read_all())}",
        f"glossary       {len(glossary.read().terms)} terms",
        f"texts          {texts}, each in {', '.join(LANGUAGES)}",
    )


def _everything() -> dict[str, object]:
    """Return all content that is shown to people, by where it stands."""
    model = models.load(*MODEL)
    files = (*_FORMS.glob("*.yaml"), *_TEXTS.glob("*.yaml"), *_REPORTS.glob("*.yaml"), *_PROOF.glob("*.yaml"))
    return {
        "form": catalogue.load(model.questionnaire, model.questionnaire_version),
        "short forms": [(form.title, form.intro, form.review_note) for form in _short_forms()],
        "model": model,
        "remedies": remedies.read(),
        "requirements": requirements.read(),
        "dossiers": dossier_asks.read(),
        "notices": notices.read(),
        "second look": integrity.read(),
        "network": network_rules.kinds(),
        "network looks": network_rules.looks(),
        "parameters": parameter.read_all(),
        "report": _report_sentences(),
        **{path.stem: content.parse(path.read_bytes(), path.name) for path in files if path.stem not in _NO_TEXTS},
    }


def _short_forms() -> list[Questionnaire]:
    """Return the forms that ask a part of another one; their questions stand there."""
    forms = [catalogue.load(*edition) for edition in catalogue.versions()]
    return [form for form in forms if form.selected_from]


def _report_sentences() -> dict[str, Text]:
    """Return the sentences of reports, which are kept in a file a language, as texts."""
    files = {language: content.read(_REPORTS / f"{language}.yaml", dict[str, str]) for language in LANGUAGES}
    keys = sorted(set().union(*files.values()))
    texts = {key: {language: said.get(key, "") for language, said in files.items()} for key in keys}
    return {key: text for key, text in texts.items() if any(text.values())}  # a figure may have no unit in any language


def texts_of(value: object, where: str = "") -> Iterator[tuple[str, Text]]:
    """Yield every text inside a value, with the place where it stands."""
    if isinstance(value, msgspec.Struct):
        name = getattr(value, "id", None) or getattr(value, "question", None) or type(value).__name__
        for field in value.__struct_fields__:
            yield from texts_of(getattr(value, field), f"{where}/{name}.{field}")
    elif isinstance(value, Mapping):
        if value and all(isinstance(words, str) for words in value.values()) and set(value) & set(LANGUAGES):
            yield where, dict(value)
        else:
            for key, part in value.items():
                yield from texts_of(part, f"{where}/{key}")
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_of(part, where)


@cache
def banned() -> dict[str, re.Pattern[str]]:
    """Return what no text may say, as one pattern a language."""
    lists = content.read(_BANNED, dict[str, tuple[str, ...]])
    return {
        language: re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + ")", re.IGNORECASE)
        for language, phrases in lists.items()
    }


def _faults_of_texts() -> Iterator[str]:
    terms = glossary.read()
    for where, text in texts_of(_everything()):
        for language in LANGUAGES:
            if not text.get(language, "").strip():
                yield f"{where}: the text has no {language}"
        for language, pattern in banned().items():
            if found := pattern.search(text.get(language, "")):
                yield f"{where}: '{found[0]}' may not be said ({language})"
        if "/glossary" not in where:
            for one in glossary.inconsistencies(terms, text):
                yield f"{where}: the term '{one.term}' is worded otherwise in {one.language}"


def _faults_of_form(form: Questionnaire, model: RiskModel) -> Iterator[str]:
    kinds = {kind.id for kind in form.evidence_kinds}
    read = {reading.question for reading in model.readings}
    read |= {name for _, condition in _conditions(model) for name in questions_of(condition)}
    for question in form.questions():
        read |= questions_of(question.relevant)
    for question in form.questions():
        if not question.sources:
            yield f"{question.id}: the question has no source"
        if parameters_of(question.relevant):
            yield f"{question.id}: a question may not open or close with the day"
        if not question.part_of and question.id not in read:
            yield f"{question.id}: no rule reads this question"
        for kind in question.evidence:
            if kind not in kinds:
                yield f"{question.id}: no evidence is called {kind}"


def _faults_of_model(form: Questionnaire, model: RiskModel) -> Iterator[str]:
    known = {question.id for question in form.questions()}
    for name, condition in _conditions(model):
        yield from (f"{name}: the form has no question {one}" for one in sorted(questions_of(condition) - known))
    named = [reading.question for reading in model.readings]
    named += [question for rule in model.attribution_rules for question in rule.questions]
    yield from (f"{name}: the form has no such question" for name in named if name not in known)
    for rule in _rules(model):
        if not rule.sources:
            yield f"{getattr(rule, 'id', None) or getattr(rule, 'question', '')}: the rule has no source"
    yield from _faults_of_names(model)


def _faults_of_names(model: RiskModel) -> Iterator[str]:
    """Yield names of indicators, groups and bands that the model does not have."""
    indicators = {indicator.id for indicator in model.indicators}
    groups, bands = {group.id for group in model.groups}, {band.id for band in model.bands}
    if indicators != requirements.INDICATORS:
        yield "the registry of requirements knows other indicators than the rule set"
    for reading in model.readings:
        yield from (f"{reading.question}: no indicator is called {name}" for name in set(reading.signs) - indicators)
        if reading.element in COERCION and not reading.signs:
            yield f"{reading.question}: an element of coercion must point to an indicator"
    yield from (f"{one.id}: no group is called {one.group}" for one in model.exposures if one.group not in groups)
    for override in model.overrides:
        if override.at_least and override.at_least not in bands:
            yield f"{override.id}: no band is called {override.at_least}"


def _rules(model: RiskModel) -> Iterator[Rule]:
    """Yield every rule that must say where it comes from."""
    yield from (*model.readings, *model.exposures, *model.overrides, *model.grades, *model.groups)
    yield from (*model.indicators, *model.attribution_rules, *model.figures.values(), model.two_part_test)


def _conditions(model: RiskModel) -> Iterator[tuple[str, AnyCondition]]:
    """Yield every condition of a model, with the name of the rule it belongs to."""
    for reading in model.readings:
        yield reading.question, reading.adverse
        if reading.partly:
            yield reading.question, reading.partly
    for exposure in model.exposures:
        yield exposure.id, exposure.when
    for rule in model.attribution_rules:
        yield "attribution", rule.when
    for override in model.overrides:
        if override.when:
            yield override.id, override.when


def _faults_of_remedies(model: RiskModel) -> Iterator[str]:
    """Yield readings that no action answers, and strong signs that only paper answers."""
    library = remedies.read()
    for reading in model.readings:
        if reading.element is Element.CONTEXT:
            continue
        chosen = remedies.choose(library, reading.question, reading.signs, zero_tolerance=False)
        if not chosen:
            yield f"{reading.question}: no remedy answers this question"
        if reading.element in COERCION and Strength.STRONG in reading.signs.values():
            real = [one for one in chosen if one.kind in (Kind.CONTAIN, Kind.REMEDY) and not one.paper]
            if not real:
                yield f"{reading.question}: a strong sign is answered with paper alone"
