"""The codebook of a questionnaire: which row and which code stand for what.

Answers of many people are laid out as arrays with one row a question. A code of
zero or more is an answer (for a select-one question, the position of the
choice); a negative one says why there is none.
"""

from questionnaires.questionnaire import AnyQuestion, Date, Number, Questionnaire, SelectMany, SelectOne

NOT_ASKED, NOT_APPLICABLE, UNANSWERED, DECLINED, NOT_KNOWN = -1, -2, -3, -4, -5


class Codebook:
    """Rows and codes of one questionnaire.

    `row` maps a question to its row among all questions; `number_row` and
    `many_row` map the numeric (and date) and the select-many questions to their
    rows in the arrays that hold quantities and choice bits; `code` maps a choice
    of a select-one question to its code, and of a select-many one to its bit;
    `section` names the section in which a question stands.
    """

    __slots__ = ("code", "many_row", "number_row", "questionnaire", "questions", "row", "section")

    def __init__(self, questionnaire: Questionnaire) -> None:
        """Number the questions and choices of `questionnaire` in their order."""
        self.questionnaire = questionnaire
        self.questions: tuple[AnyQuestion, ...] = tuple(questionnaire.questions())
        self.row = {question.id: row for row, question in enumerate(self.questions)}
        self.section = {one.id: section.id for section in questionnaire.sections for one in section.questions}
        self.number_row = _rows(self.questions, Number | Date)
        self.many_row = _rows(self.questions, SelectMany)
        self.code = {
            question.id: {choice.id: code for code, choice in enumerate(question.choices)}
            for question in self.questions
            if isinstance(question, SelectOne | SelectMany)
        }


def _rows(questions: tuple[AnyQuestion, ...], kind: type | object) -> dict[str, int]:
    chosen = (question.id for question in questions if isinstance(question, kind))  # type: ignore[arg-type]
    return {name: row for row, name in enumerate(chosen)}
