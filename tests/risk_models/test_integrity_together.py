"""What deserves a second look only when files are held beside each other."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.response import Answers
from risk_models import integrity, integrity_unusual
from risk_models.integrity import Kind, Looked, SecondLook, Strength
from risk_models.integrity_alike import alike
from risk_models.integrity_together import Files, Paper, same_papers, too_good
from risk_models.integrity_unusual import features, unusual
from risk_models.population import population
from risk_models.scoring import score
from tests.conftest import answers, book, favourable_answers, laid_out, rules

HIDDEN = np.array([question.protected for question in book().questions])
RISKY = {
    "pro.work": ("field_work", "harvest", "hand_harvest"),
    "pro.sites": "mary",
    "pro.peak.harvest": "yes",
    "pro.export": ("cotton_fibre",),
    "pro.seasonal_share": 60,
    "pro.agency": "yes",
    "rec.channels": ("broker",),
}
"""A setting in which inherent risk is high."""


def look(**figures: int) -> SecondLook:
    """Return the shipped edition with some figures changed, so that small samples are looked at."""
    own = integrity.read()
    changed = {name: msgspec.structs.replace(own.figures[name], value=value) for name, value in figures.items()}
    return msgspec.structs.replace(own, figures={**own.figures, **changed})


QUICK = look(alike_rounds=100, alike_firms=5, alike_percent=5)


def files(
    found: Answers,
    *,
    organisations: Sequence[str] = (),
    preparers: Mapping[int, str] | None = None,
) -> Files:
    """Return files of different organisations, without evidence."""
    size = found.size
    helped = preparers or {}
    return Files(
        names=tuple(f"file {number:03}" for number in range(size)),
        organisations=tuple(organisations) or tuple(f"firm {number}" for number in range(size)),
        preparers=tuple(frozenset({helped[row]} if row in helped else ()) for row in range(size)),
        layout=rules(),
        scored=score(rules(), found, np.zeros(found.codes.shape, np.int8)),
    )


def turned(found: Files, order: Sequence[int]) -> Files:
    """Return the same files in another order."""
    kept = found.scored.answers
    rows = list(order)
    mixed = Answers(kept.codebook, kept.codes[:, rows], kept.numbers[:, rows], kept.bits[:, rows])
    return replace(
        found,
        names=tuple(found.names[row] for row in rows),
        organisations=tuple(found.organisations[row] for row in rows),
        preparers=tuple(found.preparers[row] for row in rows),
        scored=score(rules(), mixed, found.scored.grades[:, rows]),
    )


def people(size: int, seed: int) -> Answers:
    return population(rules(), size, seed)[0]


def copied(found: Answers, source: int, target: int) -> Answers:
    """Return the answers after one firm has taken over all those of another."""
    for part in (found.codes, found.numbers, found.bits):
        part[:, target] = part[:, source]
    return found


def dealt_out(found: Answers, seed: int) -> Answers:
    """Return the answers with each question dealt out anew, so that nobody's depend on anybody's."""
    random = np.random.default_rng(seed)
    for row, question in enumerate(book().questions):
        order = random.permutation(found.size)
        found.codes[row] = found.codes[row, order]
        for part, numbering in ((found.numbers, book().number_row), (found.bits, book().many_row)):
            if question.id in numbering:
                part[numbering[question.id]] = part[numbering[question.id], order]
    return found


def otherwise_hidden(found: Answers, seed: int) -> Answers:
    """Return the answers with every protected one replaced."""
    other = people(found.size, seed)
    numbers, bits = found.numbers.copy(), found.bits.copy()
    for part, own, numbering in ((numbers, other.numbers, book().number_row), (bits, other.bits, book().many_row)):
        rows = [row for name, row in numbering.items() if HIDDEN[book().row[name]]]
        part[rows] = own[rows]
    return Answers(book(), np.where(HIDDEN[:, None], other.codes, found.codes), numbers, bits)


def of_each(found: Looked, names: Sequence[str]) -> dict[str, object]:
    return {name: (found.prompts[row], found.not_looked[row]) for row, name in enumerate(names)}


# Alike


@pytest.mark.parametrize("seed", range(4))
def test_a_copy_is_asked_about_on_both_sides(seed):
    found = alike(QUICK, files(copied(people(24, seed), 17, 5)))
    assert (found.prompts[5][0].files, found.prompts[17][0].files) == (("file 017",), ("file 005",))


def test_a_copy_says_how_many_answers_are_the_same():
    prompt = alike(QUICK, files(copied(people(24, 1), 17, 5))).prompts[5][0]
    assert prompt.strength is Strength.MARKED
    assert "two files were as close in 1 of 100 rounds" in prompt.why.en


def test_a_copy_shows_the_answers_on_which_agreeing_says_most():
    prompt = alike(QUICK, files(copied(people(24, 1), 17, 5))).prompts[5][0]
    assert 1 <= len(prompt.questions) <= QUICK.figure("alike_questions")
    assert all(book().questions[book().row[name]].travels for name in prompt.questions)


def test_a_copy_with_every_fifth_answer_changed_is_still_found():
    own = people(24, 1)
    kept = np.array([own.codes[:, 5].copy(), own.codes[:, 17].copy()])
    copied(own, 17, 5)
    own.codes[::5, 5] = kept[0, ::5]
    assert alike(QUICK, files(own)).prompts[5][0].files == ("file 017",)


def test_sites_of_one_organisation_are_not_compared():
    firms = [f"firm {number}" for number in range(24)]
    firms[5] = firms[17]
    found = alike(QUICK, files(copied(people(24, 1), 17, 5), organisations=firms))
    assert found.prompts[5] == found.prompts[17] == ()


def test_firms_that_declared_a_common_preparer_are_not_compared():
    found = files(copied(people(24, 1), 17, 5), preparers={5: "adviser", 17: "adviser"})
    prompts = alike(QUICK, found).prompts
    assert prompts[5] == prompts[17] == ()


def test_another_preparer_excuses_nothing():
    found = files(copied(people(24, 1), 17, 5), preparers={5: "adviser", 17: "other adviser"})
    assert alike(QUICK, found).prompts[5]


def test_firms_that_all_answer_as_well_as_can_be_are_not_asked_why():
    """Agreeing with everybody says nothing, whatever their number."""
    assert not any(alike(QUICK, files(laid_out(*[favourable_answers()] * 12))).prompts)


def test_two_flawless_firms_among_others_are_not_taken_for_copies():
    own = people(24, 1)
    good = laid_out(*[favourable_answers()] * 24)
    for part, other in ((own.codes, good.codes), (own.numbers, good.numbers), (own.bits, good.bits)):
        part[:, :12] = other[:, :12]
    assert not any(alike(QUICK, files(own)).prompts)


def test_a_firm_alone_gets_no_neighbour_prompt():
    found = alike(QUICK, files(people(1, 1)))
    assert found.prompts == ((),)
    assert found.not_looked[0].why.en == "Not looked at: 1 of 5 firms."


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_fewer_firms_than_it_takes_are_not_compared(seed: int, size: int):
    found = alike(QUICK, files(people(size, seed)))
    assert not any(found.prompts)
    assert [one.have for one in found.not_looked] == [size] * size


def test_many_sites_of_few_firms_are_few_firms():
    found = alike(QUICK, files(people(12, 1), organisations=["one", "two", "three"] * 4))
    assert found.not_looked[0].have == 3


def test_independent_answers_raise_prompts_no_more_often_than_stated():
    """At 5 in 100, more than 8 of 60 looks would come about once in 300 such tests."""
    few = look(alike_rounds=40, alike_firms=5, alike_percent=5)
    looks = [alike(few, files(dealt_out(people(16, seed), seed))) for seed in range(60)]
    assert sum(any(found.prompts) for found in looks) <= 8


def test_firms_with_the_same_troubles_are_not_taken_for_copies():
    """What the rules find in answers makes nobody alike: only the details do."""
    own = people(24, 1)
    plain = [
        row for row, one in enumerate(book().questions) if set(book().code.get(one.id, ())) == {"yes", "partly", "no"}
    ]
    for row in plain[::3]:
        own.codes[row, [5, 17]] = book().code[book().questions[row].id]["no"]
    prompts = alike(QUICK, files(own)).prompts
    assert prompts[5] == prompts[17] == ()


def test_nothing_answered_is_alike_to_nothing():
    assert not any(alike(QUICK, files(laid_out(*[{}] * 8))).prompts)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.permutations(range(12)))
def test_the_order_of_firms_changes_no_neighbour(seed: int, order: list[int]):
    found = files(copied(people(12, seed), 7, 3))
    mixed = turned(found, order)
    assert of_each(alike(QUICK, found), found.names) == of_each(alike(QUICK, mixed), mixed.names)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_protected_answers_are_not_compared(seed: int):
    own = copied(people(12, seed), 7, 3)
    assert alike(QUICK, files(own)) == alike(QUICK, files(otherwise_hidden(own, seed + 1)))


def test_the_same_seed_gives_the_same_prompts():
    found = files(copied(people(12, 2), 7, 3))
    assert alike(QUICK, found, seed=7) == alike(QUICK, found, seed=7)


# Too good for its exposure


def harvest(short: int) -> dict[str, object]:
    """Return the answers of a cotton farm of high exposure, some of them short of the best."""
    controls = [name for name in ("gov", "grv", "osh", "ctr") for name in _of_section(name)]
    return answers({**RISKY, **dict.fromkeys(controls[:short], "no")}, favourable_answers("cotton_growing"))


def _of_section(section: str) -> list[str]:
    good = rules().changes
    return [
        question.id
        for question in book().questions
        if book().section[question.id] == section and question.id in good and good[question.id].choices == ("yes",)
    ]


def test_one_that_falls_less_short_than_all_others_is_asked_about():
    found = too_good(look(), files(laid_out(harvest(0), *[harvest(8)] * 24)))
    (prompt,) = found.prompts[0]
    assert (prompt.kind, prompt.strength) == (Kind.TOO_GOOD, Strength.MARKED)
    assert "Of 24 files with similar work and inherent risk, 0 fall as little short" in prompt.why.en


def test_a_group_that_is_as_good_is_the_measure():
    found = too_good(look(), files(laid_out(*[harvest(0)] * 25)))
    assert not any(found.prompts)


def test_papers_make_it_less_striking():
    found = files(laid_out(harvest(0), *[harvest(8)] * 24))
    found.scored.grades[:, 0] = 1
    assert too_good(look(), found).prompts[0][0].strength is Strength.CLEAR


def test_where_similar_files_are_few_the_rules_are_the_measure():
    found = too_good(look(), files(laid_out(harvest(0), harvest(8), harvest(8))))
    assert [len(prompts) for prompts in found.prompts] == [1, 0, 0]
    assert "There are 2 similar files to compare with, fewer than the 20 it takes" in found.prompts[0][0].why.en


def test_good_answers_at_low_exposure_are_nothing_to_ask_about():
    assert not any(too_good(look(), files(laid_out(favourable_answers("services")))).prompts)


def test_sites_of_the_same_organisation_are_no_measure():
    firms = ["own"] * 25
    found = too_good(look(), files(laid_out(harvest(0), *[harvest(8)] * 24), organisations=firms))
    assert "There are 0 similar files" in found.prompts[0][0].why.en


def test_saying_not_known_all_along_is_not_too_good():
    found = too_good(look(), files(laid_out(answers(RISKY))))
    assert not any(found.prompts)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.permutations(range(30)))
def test_the_order_of_firms_makes_none_too_good(seed: int, order: list[int]):
    found = files(people(30, seed))
    mixed = turned(found, order)
    low = look(good_inherent=20, good_files=4, good_percent=20)
    assert of_each(too_good(low, found), found.names) == of_each(too_good(low, mixed), mixed.names)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_protected_answers_make_no_firm_too_good(seed: int):
    own = people(30, seed)
    low = look(good_inherent=20, good_files=4, good_percent=20)
    assert too_good(low, files(own)) == too_good(low, files(otherwise_hidden(own, seed + 1)))


# Papers


def paper(file: str, organisation: str, question: str = "wag.minimum", digest: str = "ab12") -> Paper:
    return Paper(file=file, organisation=organisation, question=question, digest=digest)


def test_a_paper_of_two_organisations_is_asked_about_in_both_files():
    found = same_papers(look(), book(), [paper("a", "one"), paper("b", "two")])
    assert {file: prompts[0].files for file, prompts in found.items()} == {"a": ("b",), "b": ("a",)}


def test_a_paper_of_one_organisation_at_two_sites_is_not():
    assert same_papers(look(), book(), [paper("a", "one"), paper("b", "one")]) == {}


def test_one_paper_for_two_answers_of_a_file_is_not():
    assert same_papers(look(), book(), [paper("a", "one"), paper("a", "one", "wag.payslip")]) == {}


def test_papers_for_protected_answers_are_not_compared():
    assert same_papers(look(), book(), [paper("a", "one", "sif.asked"), paper("b", "two", "sif.asked")]) == {}


def test_a_policy_that_many_may_share_stands_out_less_than_a_pay_sheet():
    policy = same_papers(look(), book(), [paper("a", "one", "gov.policy"), paper("b", "two", "gov.policy")])
    sheet = same_papers(look(), book(), [paper("a", "one"), paper("b", "two")])
    assert (policy["a"][0].strength, sheet["a"][0].strength) == (Strength.SLIGHT, Strength.MARKED)


def test_a_prompt_about_a_paper_names_the_answers_that_rest_on_it():
    shown = [paper("a", "one", "wag.payslip"), paper("a", "one"), paper("b", "two")]
    assert same_papers(look(), book(), shown)["a"][0].questions == ("wag.minimum", "wag.payslip")


@given(st.permutations([paper(*one) for one in (("a", "1"), ("b", "2"), ("c", "1"), ("d", "3", "gov.policy", "cd"))]))
def test_the_order_of_papers_does_not_matter(order: list[Paper]):
    assert same_papers(look(), book(), order) == same_papers(look(), book(), sorted(order, key=lambda one: one.file))


# Unusual


def alike_firms(size: int, seed: int) -> Answers:
    """Return firms of one activity and size."""
    found = people(size, seed)
    found.codes[book().row["pro.sector"]] = book().code["pro.sector"]["greenhouse"]
    found.codes[book().row["pro.peak"]] = 0
    found.numbers[book().number_row["pro.peak"]] = 40
    return found


def strange(found: Answers, row: int) -> Answers:
    """Return the answers with one firm that answers every other question the other way about."""
    ill = laid_out(answers({name: "no" for name in rules().changes if "no" in book().code.get(name, ())}))
    found.codes[::2, row] = np.where(ill.codes[::2, 0] >= 0, ill.codes[::2, 0], found.codes[::2, row])
    return found


def test_a_group_too_small_is_not_looked_at_and_says_so():
    found = unusual(look(), files(alike_firms(49, 1)))
    assert not any(found.prompts)
    assert {one.why.en for one in found.not_looked} == {"Not looked at: 49 of 50 firms."}


def test_many_sites_of_one_firm_are_no_group():
    found = unusual(look(), files(alike_firms(60, 1), organisations=["one"] * 60))
    assert found.not_looked[0].have == 1


def test_a_file_without_activity_or_size_belongs_to_no_group():
    own = alike_firms(60, 1)
    own.codes[book().row["pro.sector"], 3] = -3
    assert unusual(look(unusual_firms=61), files(own)).not_looked[3].have == 0


def test_one_unlike_all_others_is_asked_about():
    found = unusual(look(), files(strange(alike_firms(60, 1), 7)))
    assert "Compared with 60 files (Farming, 1 to 49 people)" in found.prompts[7][0].why.en


def test_most_firms_of_a_group_are_not_unusual():
    assert sum(map(bool, unusual(look(), files(alike_firms(60, 1))).prompts)) <= 6


def test_what_stands_out_most_is_shown():
    (prompt,) = unusual(look(), files(strange(alike_firms(60, 1), 7))).prompts[7]
    assert 1 <= len(prompt.questions) <= 5


@settings(max_examples=3)
@given(st.permutations(range(55)))
def test_the_order_of_firms_makes_none_unusual(order: list[int]):
    found = files(strange(alike_firms(55, 2), 7))
    mixed = turned(found, order)
    assert of_each(unusual(look(), found), found.names) == of_each(unusual(look(), mixed), mixed.names)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_a_forest_does_not_see_protected_answers(seed: int):
    own = people(10, seed)
    one, other = features(files(own)), features(files(otherwise_hidden(own, seed + 1)))
    assert one.questions == other.questions
    assert np.array_equal(one.values, other.values, equal_nan=True)


def test_scikit_learn_is_imported_only_where_a_forest_grows():
    tree = ast.parse(Path(integrity_unusual.__file__).read_text(encoding="utf-8"))
    above = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert not [name for name in above if name.startswith("sklearn")]
