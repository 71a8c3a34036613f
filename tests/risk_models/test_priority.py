"""The order of the queue: what a file's estimate is made of."""

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.assessment import MODEL, Assessment, assess
from duediligence.library import banned
from duediligence.record_shared import Reader, shared
from questionnaires.questionnaire import SelectOne
from questionnaires.response import Missing, columns
from questionnaires.text import LANGUAGES
from risk_models import catalogue, evidence
from risk_models.integrity import Kind
from risk_models.priority import LIBRARY, OrderModel, estimates, explain, log_odds, named, probability
from risk_models.priority_features import FINE, PROTECTED, Table, not_known, of_profile, of_scores, signs, table
from risk_models.scoring import score
from tests.conftest import TODAY, answers, favourable_answers, response, rules
from tests.orders import KINDS, NAMES, model_of

RULES = catalogue.load(*MODEL)


def scored(*given_answers):
    book = rules().codebook
    handed_in = [response(one) for one in given_answers]
    return score(rules(), columns(book, handed_in), evidence.grades(book, handed_in))


def weighed(*given_answers, prompts=None) -> Table:
    return table(of_scores(rules(), scored(*given_answers), prompts), KINDS)


def assessed(given_answers) -> Assessment:
    return assess(response(given_answers), TODAY)


tables = st.integers(1, 6).flatmap(
    lambda files: st.builds(
        lambda rule, values: Table(np.array(rule), NAMES, np.array(values)),
        st.lists(st.integers(0, 2000).map(lambda tenths: tenths / 1000), min_size=files, max_size=files),
        st.lists(st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)), min_size=files, max_size=files),
    )
)
steps = st.lists(st.tuples(st.floats(0.01, 9), st.floats(0.01, 9)), min_size=1, max_size=6)
curves = st.one_of(
    st.just(()),
    steps.map(lambda rises: tuple(map(tuple, np.cumsum([(-8.0, -9.0), *rises], axis=0).tolist()))),
)
models = st.builds(
    model_of,
    st.floats(-6, 2),
    st.floats(0, 5),
    st.lists(st.floats(0, 5), min_size=len(NAMES), max_size=len(NAMES)),
    curves,
)

ROUNDING = 1e-9


@given(models, tables, st.data())
def test_no_feature_that_grows_makes_a_file_look_less_urgent(model, files, data):
    column = data.draw(st.integers(0, len(NAMES) - 1))
    values = files.values.copy()
    values[:, column] += data.draw(st.floats(0, 1)) * (1 - values[:, column])
    assert (log_odds(model, Table(files.rule, NAMES, values)) >= log_odds(model, files) - ROUNDING).all()


@given(models, tables, st.floats(0, 1))
def test_a_higher_number_of_the_rule_set_never_makes_a_file_look_less_urgent(model, files, more):
    assert (log_odds(model, Table(files.rule + more, NAMES, files.values)) >= log_odds(model, files) - ROUNDING).all()


@given(models, tables)
def test_the_summands_of_a_file_add_up_to_its_estimate(model, files):
    for row in range(len(files.rule)):
        told = explain(model, files, row, RULES)
        assert sum(part.log_odds for part in told.parts) == pytest.approx(told.log_odds)
        assert told.log_odds == pytest.approx(log_odds(model, files)[row])
        assert told.estimate == pytest.approx(estimates(model, files)[row])


@given(tables)
def test_without_weights_the_order_is_that_of_the_rule_set(files):
    model = model_of(-3, 1.5, [0.0] * len(NAMES))
    assert (np.argsort(log_odds(model, files), kind="stable") == np.argsort(files.rule, kind="stable")).all()


@pytest.mark.parametrize("sector", ["cotton_growing", "building", "labour_supply"])
@pytest.mark.parametrize("setting", [{}, {"pro.housing": "yes"}, {"pro.agency": "yes", "pro.migrant_share": 50}])
def test_no_worse_answer_to_any_question_lowers_any_feature(sector, setting):
    good = answers(setting, favourable_answers(sector))
    worse = [
        answers({question.id: choice.id}, good)
        for question in rules().codebook.questions
        if isinstance(question, SelectOne) and (fine := rules().changes.get(question.id)) and fine.choices
        for choice in question.choices
        if choice.id not in fine.choices and question.id not in setting
    ]
    files = weighed(good, *worse)
    assert len(worse) > 100
    assert (files.values[1:] >= files.values[0] - 1e-12).all()
    assert (files.rule[1:] >= files.rule[0]).all()


def test_the_curve_is_the_last_summand_and_says_what_it_was_read_from():
    files = Table(np.array([1.0]), NAMES, np.zeros((1, len(NAMES))))
    told = explain(model_of(-3, 1.0, [0.0] * len(NAMES), ((-4.0, -5.0), (0.0, -4.0))), files, 0, RULES)
    assert [part.name for part in told.parts] == ["base", "rule", "curve"]
    assert told.parts[-1].value == pytest.approx(-2)
    assert told.log_odds == pytest.approx(-4.5)
    assert set(told.parts[-1].says) == set(LANGUAGES)


@pytest.mark.parametrize("curve", [((0.0, 0.0), (1.0, 0.0)), ((0.0, 0.0), (0.0, 1.0)), ((0.0, 1.0), (1.0, 0.0))])
def test_a_curve_that_does_not_rise_is_refused(curve):
    with pytest.raises(ValueError, match="rises"):
        model_of(-3, 1.0, [0.0] * len(NAMES), curve)


def test_a_weight_below_zero_is_refused():
    with pytest.raises(ValueError, match="zero or more"):
        model_of(-3, 1.0, [-0.1] + [0.0] * (len(NAMES) - 1))


def test_one_file_and_many_are_weighed_alike():
    good = favourable_answers("cotton_growing")
    files = [good, answers({"mov.id_kept": "yes", "osh.heat": Missing.NOT_KNOWN, "gov.policy": "no"}, good)]
    many = weighed(*files)
    unknown = not_known(scored(*files).seen)
    for row, one in enumerate(files):
        alone = table(of_profile(RULES, assessed(one).profile, float(unknown[row])), KINDS)
        assert alone.names == many.names
        assert alone.rule[0] == pytest.approx(many.rule[row])
        assert alone.values[0] == pytest.approx(many.values[row], abs=2e-3)


def test_a_declined_answer_is_no_feature_and_does_not_raise_the_estimate_by_itself():
    good = favourable_answers()
    declined = answers({"sif.asked": Missing.DECLINED}, good)
    before, after = (table(of_profile(RULES, assessed(one).profile, 0.0), KINDS) for one in (good, declined))
    changed = {
        name
        for name, old, new in zip(before.names, before.values[0], after.values[0], strict=True)
        if abs(old - new) > 1e-3
    }
    assert changed <= {"confidence", "coverage", "interval"}


def test_not_known_counts_only_where_the_question_is_not_protected():
    good = favourable_answers()
    seen = scored(good, answers({"sif.asked": Missing.NOT_KNOWN}, good), answers({"osh.heat": Missing.NOT_KNOWN}, good))
    shares = not_known(seen.seen)
    assert shares[0] == shares[1] == 0
    assert shares[2] > 0


def test_state_imposed_labour_is_no_feature_and_makes_nothing_grave():
    good = favourable_answers("cotton_growing")
    forced = answers({"sif.asked": "yes", "sif.received": "yes"}, good)
    files = weighed(forced)
    assert not [name for name in files.names if PROTECTED in name]
    assert files.rule[0] <= 1
    copy = shared(assessed(forced), Reader.REVIEWER)
    assert table(of_profile(RULES, copy.profile, 0.0), KINDS).rule[0] <= 1


def test_of_equals_the_rule_set_has_the_one_with_more_and_stronger_indicators_first():
    levels = [{"DEB": "strong"}, {"DEB": "strong", "MOV": "weak"}, {"DEB": "strong", "MOV": "moderate"}]
    assert [signs(RULES, one) for one in levels] == [3, 4, 5]


def test_state_imposed_labour_moves_no_file_in_the_order_of_the_rule_set():
    assert signs(RULES, {"SIF": "strong", "DEB": "weak"}) == signs(RULES, {"SIF": "not_assessed", "DEB": "weak"}) == 1


def test_all_signs_together_weigh_less_than_a_tenth_of_a_point_of_residual_risk():
    assert FINE * 3 * len(RULES.indicators) < 0.1 / 100


def test_what_a_reviewer_sees_says_no_more_after_the_firm_has_released_its_answers():
    forced = answers({"sif.received": "yes"}, favourable_answers("cotton_growing"))
    whole = assessed(forced)
    before, after = (
        table(of_profile(RULES, one.profile, 0.0), KINDS) for one in (shared(whole, Reader.REVIEWER), whole)
    )
    assert before.names == after.names


def test_prompts_of_a_kind_never_seen_before_weigh_nothing():
    files = weighed(favourable_answers(), prompts={"brand_new": np.array([2])})
    more = table(of_scores(rules(), scored(favourable_answers()), {"brand_new": np.array([2])}), (*KINDS, "brand_new"))
    model = model_of(-3, 1.0, [0.5] * len(NAMES))
    assert log_odds(model, more) == pytest.approx(log_odds(model, files))


def test_files_without_a_feature_that_was_learned_are_refused():
    files = table(of_scores(rules(), scored(favourable_answers())), ())
    with pytest.raises(ValueError, match=r"prompt\."):
        log_odds(model_of(-3, 1.0, [0.5] * len(NAMES)), files)


def test_every_feature_and_every_kind_of_prompt_has_a_name_in_three_languages():
    files = table(of_scores(rules(), scored(favourable_answers())), tuple(Kind))
    for name in files.names:
        words = named(name, RULES)
        assert set(words) == set(LANGUAGES)
        assert all(words.values())
        assert not name.startswith("prompt.") or name.removeprefix("prompt.") not in words["en"]


def test_no_sentence_lacks_a_language_or_says_what_no_text_may_say():
    for path in LIBRARY.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert text.count("en: ") == text.count("ru: ") == text.count("tk: ")
        for pattern in banned().values():
            assert not pattern.search(text)


def test_extreme_log_odds_are_no_trouble():
    assert probability(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]


def test_a_page_that_estimates_loads_no_scikit_learn():
    code = "import sys, risk_models.priority, risk_models.priority_queue; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_model_survives_being_written_and_read():
    model = model_of(-3, 1.0, [0.5] * len(NAMES), ((-4.0, -5.0), (20.0, 3.0)))
    assert msgspec.json.decode(msgspec.json.encode(model), type=OrderModel) == model
