"""A small questionnaire with every kind of question and condition, and random responses to it."""

from datetime import date

from hypothesis import strategies as st

from questionnaires.condition import (
    ALWAYS,
    All,
    Answered,
    Any,
    Compares,
    ComparesWith,
    Counts,
    Equals,
    In,
    Includes,
    Not,
    Relation,
)
from questionnaires.questionnaire import (
    Choice,
    Date,
    EvidenceKind,
    Lifecycle,
    Number,
    Questionnaire,
    Section,
    SelectMany,
    SelectOne,
    Words,
)
from questionnaires.response import Answer, Missing, Response, Scope


def three(en, ru, tk):
    return {"en": en, "ru": ru, "tk": tk}


YES_PARTLY_NO = (
    Choice(id="yes", label=three("Yes", "Да", "Hawa")),
    Choice(id="partly", label=three('Partly, or "some"', "Частично", "Bölekleýin")),
    Choice(id="no", label=three("No", "Нет", "Ýok")),
)
CROPS = (
    Choice(id="cotton", label=three("Cotton", "Хлопок", "Pagta")),
    Choice(id="wheat", label=three("Wheat", "Пшеница", "Bugdaý")),
    Choice(id="silk", label=three("Silk", "Шёлк", "Ýüpek")),
    Choice(id="none", label=three("None of these", "Ничего из этого", "Bularyň hiç biri"), exclusive=True),
)
PEOPLE = Section(
    id="people",
    title=three("People at work", "Люди на работе", "Işdäki adamlar"),
    intro=three("Who works at this site.", "Кто работает на этом объекте.", "Bu iş meýdançasynda kim işleýär."),
    questions=(
        SelectOne(
            id="crews",
            text=three(
                "Do crews come from other firms?",
                "Приходят ли бригады из других фирм?",
                "Başga kärhanalardan brigada gelýärmi?",
            ),
            hint=three(
                "Crews from other firms may be paid by somebody else.",
                "Чужим бригадам может платить кто-то другой.",
                "Başga brigadalara başga biri töleýän bolmagy mümkin.",
            ),
            choices=YES_PARTLY_NO,
            evidence=("AGR", "VIS"),
        ),
        Number(
            id="workers",
            text=three("How many people work here?", "Сколько людей здесь работает?", "Bu ýerde näçe adam işleýär?"),
            unit=three("people", "человек", "adam"),
            minimum=0,
            maximum=100_000,
            people=True,
        ),
        Number(
            id="seasonal",
            text=three("How many of them are seasonal?", "Сколько из них сезонных?", "Olaryň näçesi möwsümleýin?"),
            unit=three("people", "человек", "adam"),
            minimum=0,
            part_of="workers",
            relevant=Compares(question="workers", relation=Relation.ABOVE, value=3),
            unknown=False,
        ),
        Number(
            id="share",
            text=three("What share is paid in cash?", "Какой доле платят наличными?", "Näçe paýyna nagt tölenýär?"),
            unit=three("percent", "процентов", "göterim"),
            minimum=0,
            maximum=100,
            whole=False,
            relevant=ComparesWith(question="seasonal", relation=Relation.AT_LEAST, other="workers", times=0.5),
        ),
        SelectMany(
            id="crops",
            text=three("What is grown here?", "Что здесь выращивают?", "Bu ýerde näme ösdürilýär?"),
            choices=CROPS,
            declinable=True,
        ),
    ),
)
RULES = Section(
    id="rules",
    title=three("Rules & orders", "Правила и приказы", "Düzgünler we buýruklar"),
    questions=(
        SelectOne(
            id="sent",
            text=three(
                "Was the firm told to send people?",
                "Требовали ли от фирмы направить людей?",
                "Kärhanadan adam ugratmak talap edildimi?",
            ),
            hint=three(
                "An order from outside changes who has to act.",
                "Приказ извне меняет, кто должен действовать.",
                "Daşdan gelen buýruk kimiň hereket etmelidigini üýtgedýär.",
            ),
            choices=YES_PARTLY_NO,
            protected=True,
            declinable=True,
            relevant=Any(parts=(Includes(question="crops", value="cotton"), Equals(question="crews", value="yes"))),
        ),
        Date(
            id="since",
            text=three("Since when?", "С какого дня?", "Haçandan bäri?"),
            earliest=date(2020, 1, 1),
            latest=date(2026, 12, 31),
            relevant=In(question="sent", values=("yes", "partly")),
        ),
        Words(
            id="order",
            text=three("What did the order say?", "Что было в приказе?", "Buýrukda näme ýazylan?"),
            longest=300,
            required=False,
            relevant=Compares(question="since", relation=Relation.AT_LEAST, value=float(date(2024, 6, 1).toordinal())),
        ),
        SelectOne(
            id="refused",
            text=three("Could people refuse?", "Могли ли люди отказаться?", "Adamlar ýüz öwrüp bilýärdimi?"),
            choices=YES_PARTLY_NO,
            relevant=All(parts=(Not(part=Equals(question="sent", value="no")), Answered(question="sent"))),
        ),
        SelectOne(
            id="mixed",
            text=three(
                "Are several crops grown at once?",
                "Выращивают ли несколько культур сразу?",
                "Birnäçe ekin bir wagtda ösdürilýärmi?",
            ),
            choices=YES_PARTLY_NO,
            relevant=Counts(question="crops", relation=Relation.AT_LEAST, value=2),
        ),
        Words(
            id="remark",
            text=three("Anything to add?", "Хотите что-то добавить?", "Goşmaça zat barmy?"),
            required=False,
            relevant=Not(part=Answered(question="order")),
        ),
    ),
)
SMALL = Questionnaire(
    id="small",
    version="2026.1",
    lifecycle=Lifecycle.DRAFT,
    issued=date(2026, 3, 1),
    languages=("tk", "ru", "en"),
    reviewed=False,
    review_note=three("Not yet reviewed.", "Ещё не проверено.", "Heniz barlanmady."),
    title=three("A small form", "Небольшая анкета", "Kiçi sowalnama"),
    intro=three("Eleven questions about work.", "Одиннадцать вопросов о работе.", "Iş barada on bir sorag."),
    minutes=5,
    sections=(PEOPLE, RULES),
    evidence_kinds=(
        EvidenceKind(id="AGR", label=three("Agreement with the crew", "Договор с бригадой", "Brigada bilen şertnama")),
        EvidenceKind(id="VIS", label=three("Visit note", "Запись о посещении", "Barlag ýazgysy")),
    ),
)
assert SMALL.sections[0].questions[0].relevant == ALWAYS

_plain = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=60)
_phrases = st.lists(_plain, min_size=1, max_size=4).map(" ".join)
_remarks = st.lists(_phrases, min_size=1, max_size=3).map("\n".join)
_references = st.lists(_phrases.filter(lambda words: ";" not in words), max_size=3).map(tuple)


def _values(question):
    match question:
        case SelectOne(choices=choices):
            return st.sampled_from([choice.id for choice in choices])
        case SelectMany(choices=choices):
            ordinary = [choice.id for choice in choices if not choice.exclusive]
            several = st.sets(st.sampled_from(ordinary), min_size=1)
            ordered = several.map(lambda chosen: tuple(name for name in ordinary if name in chosen))
            return ordered | st.sampled_from(
                [(choice.id,) for choice in choices if choice.exclusive] or [(ordinary[0],)]
            )
        case Number(minimum=low, maximum=high, whole=True):
            top = int(high) if high is not None else 10**6
            return st.one_of(
                st.integers(int(low or 0), min(top, int(low or 0) + 6)), st.integers(int(low or 0), top)
            ).map(float)
        case Number(minimum=low, maximum=high):
            top = high if high is not None else 1e6
            return st.decimals(low or 0, top, places=2).map(float)
        case Date(earliest=first, latest=last):
            return st.dates(first or date(1990, 1, 1), last or date(2040, 1, 1)).map(date.isoformat)
        case Words(longest=longest):
            return _remarks.map(lambda words: words[:longest].strip()).filter(_is_an_answer)


def _is_an_answer(words):
    labels = {"not known", "prefer not to say", "not applicable", "not_known", "declined", "not_applicable"}
    return words and " ".join(words.casefold().split()) not in labels


def answers(question):
    reasons = [Missing.NOT_KNOWN] * question.unknown + [Missing.DECLINED] * question.declinable
    given = _values(question).map(lambda value: {"value": value})
    if reasons:
        given |= st.sampled_from(reasons).map(lambda reason: {"missing": reason})
    given |= st.just({})
    return st.builds(
        lambda what, evidence, comment: Answer(**what, evidence=evidence, comment=comment),
        given,
        st.just(()) | _references,
        st.just("") | _remarks,
    ).filter(lambda answer: answer != Answer())


def responses(questionnaire, language="en"):
    scopes = st.builds(
        Scope,
        organisation=st.just("") | _phrases,
        site=st.just("") | _phrases,
        begins=st.none() | st.dates(date(2001, 1, 1), date(2099, 1, 1)),
        ends=st.none() | st.dates(date(2001, 1, 1), date(2099, 1, 1)),
        answered_by=st.just("") | _phrases,
        workers_consulted=st.none() | st.booleans(),
    ).filter(lambda scope: max(map(len, (scope.organisation, scope.site, scope.answered_by))) <= 200)
    every = {question.id: answers(question) for question in questionnaire.questions()}
    return st.builds(
        Response,
        questionnaire=st.just(questionnaire.id),
        version=st.just(questionnaire.version),
        language=st.just(language),
        revision=st.integers(0, 10**6),
        scope=scopes,
        answers=st.fixed_dictionaries({}, optional=every),
    )
