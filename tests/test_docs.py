"""The documentation says what is there, and all of it."""

import ast
import operator
import re
import shlex
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from duediligence.assessment import FORMAT, MODEL, Assessment, assess, layout
from duediligence.cli import main
from duediligence.dossier import FORMAT as DOSSIER_FORMAT
from duediligence.library import banned
from duediligence.record_shared import SHARED_FORMAT
from duediligence.review import Review
from duediligence.settings import Settings
from questionnaires import content
from questionnaires.questionnaire import CrossCheck, SelectOne
from questionnaires.response import Response
from questionnaires.text import say
from risk_models import catalogue as models
from risk_models import dossier_asks
from risk_models.model import Attribution, Element, Gravity, Reading, RiskModel
from risk_models.notices import Notice
from risk_models.parameter import DatedValue
from risk_models.profile import RiskProfile
from risk_models.remedies import Remedy
from risk_models.requirements import Link, Requirement
from risk_models.sensitivity import measure

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "examples" / "README.md", *DOCS.rglob("*.md")])
EXAMPLES = ROOT / "examples"
DAY = date(2026, 11, 21)
PACKAGES = ("questionnaires", "risk_models", "duediligence", "api")
SAMPLES = (DatedValue, Reading, Remedy, Requirement, Link, Notice, SelectOne, CrossCheck)

LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
PICTURE_BYTES = 100_000
NAMED = re.compile(rf"`((?:{'|'.join(PACKAGES)}|tests|examples|benchmarks|docs)/[\w./-]+)`")
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MACHINE = re.compile(
    r"(?<![\w.])/(?:work|tmp|home|root|usr|opt|Users)\b|\b[A-Z]:\\|pypi\.org|pythonhosted|npmjs|localhost"
)
SUM = re.compile(r"^(\w+) += (.+?) += ([\d.]+)$", re.MULTILINE)
NOT_KEPT = {FORMAT, SHARED_FORMAT, DOSSIER_FORMAT, "benchmarks/results.json"}
"""What looks like a file of the project and is none: names of formats, and what `make bench` writes."""

CHOICES = [{"id": "yes", "label": {"en": "Yes"}}]


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str, info: str) -> list[str]:
    """Return the fenced blocks of a page that carry an info string."""
    return [body for found, body in FENCE.findall(text) if found.strip() == info]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with its whole name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(main))


@cache
def model() -> RiskModel:
    return models.load(*MODEL)


@cache
def assessed(name: str) -> Assessment:
    response = msgspec.json.decode((EXAMPLES / f"{name}.json").read_bytes(), type=Response)
    path = EXAMPLES / "reviews" / f"{name}.json"
    review = msgspec.json.decode(path.read_bytes(), type=Review) if path.is_file() else None
    return assess(response, DAY, review=review)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryPage:
    def test_relative_links_lead_somewhere(self, path: Path) -> None:
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target.partition("#")[0]).exists(), target

    def test_files_it_names_exist(self, path: Path) -> None:
        named = set(NAMED.findall(path.read_text(encoding="utf-8"))) - NOT_KEPT
        assert not [name for name in named if not (ROOT / name).exists()]

    def test_pictures_are_small_and_say_in_words_what_they_show(self, path: Path) -> None:
        for words, target in PICTURE.findall(path.read_text(encoding="utf-8")):
            assert words, target
            assert (path.parent / target).stat().st_size < PICTURE_BYTES, target

    def test_it_says_nothing_of_a_machine(self, path: Path) -> None:
        assert not MACHINE.search(path.read_text(encoding="utf-8"))

    def test_it_uses_no_banned_phrase(self, path: Path) -> None:
        words = " ".join(path.read_text(encoding="utf-8").split())
        assert not [found[0] for pattern in banned().values() if (found := pattern.search(words))]

    def test_commands_it_shows_can_be_typed(self, path: Path) -> None:
        for body in blocks(path.read_text(encoding="utf-8"), ""):
            for line in body.splitlines():
                words = shlex.split(line, comments=True)
                if words[:1] == ["duediligence"]:
                    assert main.make_context("duediligence", words[1:]) is not None
                    assert_typed(words[1:])


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        (path.parent / target).resolve() for path in PAGES for _, target in PICTURE.findall(path.read_text("utf-8"))
    }
    assert not {file.resolve() for file in (DOCS / "images").iterdir()} - shown


@pytest.mark.parametrize("regime", ["us-307", "eu-flr"])
def test_an_officer_finds_every_item_of_a_regime(regime: str) -> None:
    told = page("customs.md")
    asks = next(one.asks for one in dossier_asks.read().regimes if one.id == regime)
    items = [(f"`{one.id}`", say(one.text, "en")) for one in asks if not one.id.startswith("indicator-")]
    assert [item for item, words in items if item not in told or words not in told] == []


def assert_typed(words: list[str]) -> None:
    """Parse one command line as the program would, without running it."""
    name = next(name for name in sorted(COMMANDS, key=len, reverse=True) if " ".join(words).startswith(name))
    COMMANDS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_operator_finds_every_command_with_its_options(name: str) -> None:
    sections = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##)", page("operator.md"), re.MULTILINE | re.DOTALL))
    assert f"`duediligence {name}" in sections[name]
    told = set(re.findall(r"^\| `(--[\w-]+)` \|", sections[name], re.MULTILINE))
    taken = {
        option
        for one in COMMANDS[name].params
        if isinstance(one, click.Option) and not one.hidden
        for option in one.opts
    }
    assert told == taken


def test_the_operator_finds_every_exit_code() -> None:
    assert re.findall(r"^\| (\d) \|", page("operator.md"), re.MULTILINE) == ["0", "1", "2"]


def test_the_operator_finds_every_target_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", makefile, re.MULTILINE)
    assert {f"`make {target}`" for target in targets if target != "system"} <= set(
        re.findall(r"`[^`]+`", page("operator.md"))
    )


def test_the_operator_finds_every_setting_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(DUE_\w+)` \| (.+?) \|", page("operator.md"), re.MULTILINE))
    fields = {f"DUE_{field.name.upper()}": field.default for field in msgspec.structs.fields(Settings)}
    assert set(told) == set(fields)
    plain = {name: str(value).lower() for name, value in fields.items() if value not in ("", None, ())}
    del plain["DUE_MAIL_FROM"]  # it names the machine, and no page does
    assert {name: told[name].strip("`") for name in plain} == plain


def test_the_method_names_every_part_of_the_rule_set() -> None:
    rules = model()
    parts = (rules.indicators, rules.levels, rules.bands, rules.grades, rules.overrides, rules.groups)
    names = [one.id for part in parts for one in part]
    names += [str(one) for kind in (Element, Gravity, Attribution) for one in kind]
    told = set(re.findall(r"`([^`\n]+)`", page("method.md")))
    assert not set(names) - told


def test_the_method_states_the_numbers_of_the_rule_set() -> None:
    text, rules = page("method.md"), model()
    for grade in rules.grades:
        assert re.search(rf"^\| `{grade.id}` .* \| {grade.points} \| {grade.coercion_points} \|$", text, re.MULTILINE)
    for group in rules.groups:
        assert re.search(rf"^\| `{group.id}` \| .* \| {group.cap} \|$", text, re.MULTILINE)
    for level in rules.levels:
        assert re.search(rf"^\| `{level.id}` \| .* \| {level.floor} \|$", text, re.MULTILINE)
    for band in rules.bands:
        begins = "only by a rule" if band.begins is None else str(band.begins)
        assert re.search(rf"^\| `{band.id}` \| {begins}\b", text, re.MULTILINE)
    lines = [line.strip("| `").split("`")[0] for line in text.splitlines() if line.startswith("| `")]
    overrides = [override.id for override in rules.overrides]
    assert [name for name in lines if name in overrides] == overrides


def test_the_method_has_the_formulas_of_the_engine() -> None:
    source = (ROOT / "risk_models" / "scoring.py").read_text(encoding="utf-8")
    stated = [line.strip() for line in (ast.get_docstring(ast.parse(source)) or "").splitlines()]
    for name in ("inherent", "control", "confidence", "floor", "residual"):
        formula = next(line for line in stated if line.startswith(f"{name} "))
        assert formula in page("method.md")


def test_the_example_computed_by_hand_is_what_the_engine_gives() -> None:
    told = {name: float(value) for name, _, value in SUM.findall(page("method.md"))}
    computed = engine(assessed("greenhouse_ahal").profile)
    assert told.keys() == computed.keys()
    assert {name: computed[name] for name in told} == pytest.approx(told, abs=5.1e-4)


def test_every_sum_of_the_example_adds_up() -> None:
    for name, expression, value in SUM.findall(page("method.md")):
        decimals = len(value.partition(".")[2])
        assert round(value_of(ast.parse(expression, mode="eval").body), decimals) == float(value), name


def engine(profile: RiskProfile) -> dict[str, float]:
    """Return the intermediate numbers of the engine, by their names on the page."""
    weight = sum(part.weight for part in profile.controls)
    credit = sum(part.weight * part.credit for part in profile.controls)
    reading_weight = sum(part.weight for part in profile.evidence)
    evidence = sum(part.weight * part.hundredths for part in profile.evidence)
    reliefs = [part.relief for part in profile.controls]
    silent = [part for part in profile.evidence if not part.hundredths]
    assert [part.question for part in silent] == ["gov.targets"]
    assert profile.band == "moderate"
    assert [part.override for part in profile.overrides] == ["confidence_low"]
    return {
        **{part.group: part.counted for part in profile.groups},
        "inherent": profile.inherent,
        "control_weight": weight,
        "credit": credit,
        "control": profile.control,
        "reading_weight": reading_weight,
        "evidence": evidence,
        "confidence": profile.confidence,
        "coverage": profile.coverage,
        "one_control": next(part.relief for part in profile.controls if part.weight == part.credit == 1),
        "all_controls": sum(reliefs),
        "floor": 0 if all(finding.level == "none" for finding in profile.findings) else -1,
        "unrounded": profile.inherent - sum(reliefs),
        "residual": profile.residual,
        "best_control": 100 * (credit + silent[0].weight) / weight,
        "best_confidence": (evidence + 100 * silent[0].weight) / reading_weight / 100,
        "low": profile.low,
        "high": profile.high,
    }


OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def value_of(node: ast.expr) -> float:
    """Return the value of a sum of plain numbers."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=sign, right=right):
            return OPERATORS[type(sign)](value_of(left), value_of(right))
        case ast.Call(func=ast.Name(id="min" | "max" as which), args=parts):
            return {"min": min, "max": max}[which](value_of(part) for part in parts)
    raise AssertionError(ast.dump(node))


def test_what_papers_and_a_visit_bring_is_as_told() -> None:
    profile = assessed("greenhouse_ahal_papers").profile
    assert (profile.residual, profile.band) == (19.0, "low")
    assert "a residual risk of 19.0 and the band Low" in " ".join(page("method.md").split())


def test_the_sensitivity_told_is_what_the_command_measures() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| ([\d.]+) \| ([\d.]+) \| (\d+) % \|$", page("method.md"), re.MULTILINE)
    assert len(rows) >= 5
    moved = {(one.number, one.factor): one for one in measure(layout(*MODEL, DAY), 2000, 1, lambda *_: None)}
    for number, factor, correlation, flipped in rows:
        one = moved[number, float(factor)]
        assert one.correlation == pytest.approx(float(correlation), abs=0.02)
        assert 100 * one.flipped == pytest.approx(float(flipped), abs=2)


def test_the_review_shown_to_reviewers_can_be_used() -> None:
    (example,) = blocks(page("auditor.md"), "json")
    review = msgspec.json.decode(example, type=Review)
    response = msgspec.json.decode((EXAMPLES / "greenhouse_ahal.json").read_bytes(), type=Response)
    assert assess(response, DAY, review=review).label == review.label
    assert set(review.grades) <= {question.id for question in layout(*MODEL, DAY).codebook.questions}
    told = set(re.findall(r"^\| `(\w+)` \|", page("auditor.md"), re.MULTILINE))
    assert set(Review.__struct_fields__) <= told


def samples() -> list[tuple[type[msgspec.Struct], str]]:
    """Return every sample of content in the pages for authors, with the type it should have."""
    text = page("writing-rules.md") + page("writing-questions.md")
    return [(kind, body) for kind in SAMPLES for body in blocks(text, f"yaml {kind.__name__}")]


def test_every_kind_of_content_has_a_sample() -> None:
    assert [kind for kind, _ in samples()] == list(SAMPLES)


@pytest.mark.parametrize(("kind", "body"), samples(), ids=lambda one: getattr(one, "__name__", ""))
def test_samples_of_content_fit_their_types(kind: type[msgspec.Struct], body: str) -> None:
    entries: Any = content.parse(body, kind.__name__)
    for entry in entries:
        named = {"sources": [{"title": name} if isinstance(name, str) else name for name in entry.get("sources", [])]}
        written_out = {key: CHOICES for key in ("choices",) if isinstance(entry.get(key), str)}
        given = named if "sources" in entry else {}
        assert content.convert({**entry, **given, **written_out}, kind, kind.__name__)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_architecture_names_every_module(package: str) -> None:
    tree = next(body for body in blocks(page("architecture.md"), "") if body.startswith("questionnaires/"))
    part = re.search(rf"^{package}/.*?(?=^\w|\Z)", tree, re.MULTILINE | re.DOTALL)
    assert part
    modules = {path.name for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py"}
    told = set(re.findall(r"\b\w+\.py\b", part[0]))
    assert told == modules


def test_decisions_say_context_choice_price_and_when_to_reconsider() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:3] for path in pages] == [f"{number:03}" for number in range(1, len(pages) + 1)]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:3]}. ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Price", "Reconsider when"]


def test_the_picture_of_the_report_is_small() -> None:
    picture = DOCS / "images" / "report.png"
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert picture.stat().st_size < 200_000
