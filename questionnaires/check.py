"""What is missing, wrong or hard to reconcile in a response.

`check` returns every problem at once. Errors keep a response from being handed
in; questions to the respondent (from the cross-checks) never do.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.codebook import NOT_ASKED, Codebook
from questionnaires.problem import Problem
from questionnaires.program import TRUE, compiled
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne, Words
from questionnaires.relevance import relevance
from questionnaires.response import Answer, Answers, Missing, Response, Value, columns


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a response has shown."""

    asked: tuple[str, ...]  # ids of the questions that are asked of this respondent
    errors: tuple[Problem, ...]  # answers that do not fit their question
    gaps: tuple[Problem, ...]  # required questions without an answer
    queries: tuple[Problem, ...]  # answers that are hard to hold together


def check(
    codebook: Codebook,
    response: Response,
    parameters: Mapping[str, float] | None = None,
    *,
    accepted: Collection[str] = (),
) -> Checked:
    """Return everything that is missing, wrong or hard to reconcile in `response`.

    Args:
        codebook: of the questionnaire that was answered.
        response: the answers; those to questions not asked are left alone.
        parameters: dated figures in force, for cross-checks that need one; a
            cross-check whose figure is not in force is silent.
        accepted: questions that a reviewer has accepted as not applicable.
    """
    answers = relevance(codebook).apply(columns(codebook, [response]))
    asked = {question.id for row, question in enumerate(codebook.questions) if answers.codes[row, 0] != NOT_ASKED}
    errors: list[Problem] = []
    gaps: list[Problem] = []
    for question in codebook.questions:
        answer = response.answers.get(question.id, Answer())
        if question.id in asked:
            errors.extend(_faults(question, answer))
            if answer.missing is Missing.NOT_APPLICABLE and question.id not in accepted:
                errors.append(_problem("NOT_APPLICABLE_NOT_ACCEPTED", question))
            if question.required and not answer.given:
                gaps.append(_problem("ANSWER_MISSING", question))
    errors.extend(_personal(response))
    unknown = [name for name in response.answers if name not in codebook.row]
    errors.extend(wording.problem("QUESTION_UNKNOWN", where=name, question=name) for name in sorted(unknown))
    return Checked(
        asked=tuple(question.id for question in codebook.questions if question.id in asked),
        errors=tuple(errors),
        gaps=tuple(gaps),
        queries=tuple(_queries(codebook, answers, parameters)),
    )


def faults(question: AnyQuestion, answer: Answer) -> tuple[Problem, ...]:
    """Return what does not fit in the answer to one question, and what in its words may point to a person."""
    written = (answer.value,) if isinstance(answer.value, str) and isinstance(question, Words) else ()
    found = privacy.traits(" \n".join((*written, answer.comment, *answer.evidence)))
    personal = (_problem("MAY_NAME_A_PERSON", question, trait=trait.label) for trait in found)
    return (*_faults(question, answer), *personal)


def fitting(codebook: Codebook, response: Response) -> Response:
    """Return a response with only those answers that fit a question of the form.

    What does not fit counts as unanswered, so that no slip of the pen and no
    invented value moves a result.
    """
    answers = {
        name: answer
        for name, answer in response.answers.items()
        if name in codebook.row and not _faults(codebook.questions[codebook.row[name]], answer)
    }
    return msgspec.structs.replace(response, answers=answers)


def _faults(question: AnyQuestion, answer: Answer) -> Sequence[Problem]:
    """Return what does not fit between a question and its answer."""
    if answer.value is not None:
        return _misfits(question, answer.value)
    if answer.missing is Missing.NOT_KNOWN and not question.unknown:
        return [_problem("NOT_KNOWN_NOT_OFFERED", question)]
    if answer.missing is Missing.DECLINED and not question.declinable:
        return [_problem("DECLINED_NOT_OFFERED", question)]
    return ()


def _misfits(question: AnyQuestion, value: Value) -> Sequence[Problem]:
    """Return what does not fit between a question and a value."""
    match question, value:
        case SelectOne(), str() as chosen:
            known = chosen in [choice.id for choice in question.choices]
            return () if known else [_problem("CHOICE_UNKNOWN", question, value=chosen)]
        case Number(), float() | int() as quantity:
            return _number_faults(question, quantity)
        case Date(), str() as day:
            return _date_faults(question, day)
        case SelectMany(), tuple() as chosen:
            return list(_many_faults(question, chosen))
        case Words(), str() as text:
            fits = len(text) <= question.longest
            return () if fits else [_problem("TEXT_TOO_LONG", question, longest=question.longest, length=len(text))]
    return [_problem("WRONG_TYPE", question, value=str(value)[:40])]


def _number_faults(question: Number, quantity: float) -> Sequence[Problem]:
    low, high = question.minimum, question.maximum
    if (low is not None and not quantity >= low) or (high is not None and not quantity <= high):
        given = f"{quantity:g}"
        return [_problem("NUMBER_OUT_OF_RANGE", question, value=given, low=_figure(low), high=_figure(high))]
    if question.whole and not float(quantity).is_integer():
        return [_problem("NUMBER_NOT_WHOLE", question, value=f"{quantity:g}")]
    return ()


def _date_faults(question: Date, day: str) -> Sequence[Problem]:
    try:
        given = msgspec.convert(day, type=wording.Day)
    except msgspec.ValidationError:
        return [_problem("WRONG_TYPE", question, value=day[:40])]
    if (question.earliest and given < question.earliest) or (question.latest and given > question.latest):
        return [_problem("DATE_OUT_OF_RANGE", question, value=day)]
    return ()


def _many_faults(question: SelectMany, chosen: tuple[str, ...]) -> Iterator[Problem]:
    known = {choice.id: choice for choice in question.choices}
    for value in chosen:
        if value not in known:
            yield _problem("CHOICE_UNKNOWN", question, value=value)
    alone = [value for value in chosen if value in known and known[value].exclusive]
    if alone and len(chosen) > 1:
        yield _problem("CHOICE_STANDS_ALONE", question, value=alone[0])


def _personal(response: Response) -> Iterator[Problem]:
    """Yield free text that may point to a person, wherever it stands."""
    scope = response.scope
    texts = {"organisation": (scope.organisation,), "site": (scope.site,), "answered_by": (scope.answered_by,)}
    for question, answer in response.answers.items():
        written = (answer.value,) if isinstance(answer.value, str) else ()
        texts[question] = (*written, answer.comment, *answer.evidence)
    for where, words in texts.items():
        for trait in privacy.traits(" \n".join(words)):
            yield wording.problem("MAY_NAME_A_PERSON", where=where, question=where, trait=trait.label)


def _queries(codebook: Codebook, answers: Answers, parameters: Mapping[str, float] | None) -> Iterator[Problem]:
    """Yield the cross-checks that hold, as questions to the respondent."""
    checks = codebook.questionnaire.cross_checks
    program = compiled(codebook, tuple(cross.when for cross in checks), tuple(sorted((parameters or {}).items())))
    for cross, truth in zip(checks, program.run(answers)[:, 0].tolist(), strict=True):
        if truth == TRUE:
            yield Problem(
                code=cross.id, where=", ".join(cross.questions), question=cross.questions[0], detail=cross.ask
            )


def _problem(code: str, question: AnyQuestion, **facts: object) -> Problem:
    return wording.problem(code, where=question.id, question=question.id, **facts)


def _figure(limit: float | None) -> str:
    return "–" if limit is None else f"{limit:g}"
