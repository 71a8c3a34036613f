"""Evidence grades: what each answer rests on.

E0 is a bare statement, E1 a document supplied; the firm can reach no more than
that by itself. E2 (checked against a second source), E3 (seen on site without
notice) and E4 (borne out by workers in confidence) are given by a reviewer.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import Codebook
from questionnaires.response import Response


class EvidenceGrade(IntEnum):
    """What an answer rests on, from the weakest to the strongest."""

    E0 = 0
    E1 = 1
    E2 = 2
    E3 = 3
    E4 = 4


def grades(
    codebook: Codebook, responses: Sequence[Response], reviewed: Sequence[Mapping[str, EvidenceGrade]] = ()
) -> NDArray[np.int8]:
    """Return the evidence grade of every answer, shape (questions, responses).

    Args:
        codebook: of the questionnaire that was answered.
        responses: an answer that names evidence has E1, any other E0.
        reviewed: for each response, the grades a reviewer gave; they take the
            place of the firm's own, up or down.
    """
    result = np.zeros((len(codebook.questions), len(responses)), np.int8)
    for column, response in enumerate(responses):
        for question, answer in response.answers.items():
            if answer.evidence and question in codebook.row:
                result[codebook.row[question], column] = EvidenceGrade.E1
    for column, given in enumerate(reviewed):
        for question, grade in given.items():
            if question in codebook.row:
                result[codebook.row[question], column] = grade
    return result
