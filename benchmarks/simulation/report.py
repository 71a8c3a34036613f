"""The results as Markdown, and the page that shows them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from benchmarks.simulation.measuring import WORLDS, Spread
from duediligence.assessment import MODEL
from risk_models import catalogue as models
from risk_models.priority import named

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"

NAMES = {
    "random": "random",
    "answers_max": "answer risk times severity, greatest",
    "answers_mean": "answer risk times severity, weighted mean",
    "rules_plain": "strong signs, then residual risk, and nothing else",
    "rules": "rule set: of equals the one with more and stronger indicators",
    "rules_prompts": "strong signs, then residual risk, and of equals the one with more prompts",
    "prompts": "prompts, by number",
    "learned": "learned, whether or not its trial lets it be used",
    "in_use": "learned where its trial lets it be used, else rule set",
    "served": "the same with a fifth of the places by chance",
}

KINDS = {
    "contradiction": "contradiction",
    "too_good": "too good for its exposure",
    "straight_line": "straight line",
    "alike": "alike to another firm",
    "haste": "answered in haste",
    "same_paper": "paper of another firm",
    "unusual": "unusual in its group",
    "any": "any of them",
}

BANDS = ("low", "moderate", "high", "severe", "critical")

STANDINGS = {
    "on": "used",
    "not_better": "not shown to be better",
    "too_few_cases": "too few cases",
    "too_few_files": "too few files",
}


WEIGHT = "assumed.weight."
HARDLY = 0.1
"""A mean weight below this is left out of the table, in log-odds."""


class Results(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one run measured."""

    simulated: bool = True
    populations: int
    firms: int
    seed: int
    figures: dict[str, Spread]


def page(results: Results) -> str:
    """Return all tables as Markdown."""
    found = results.figures
    parts = [
        _head(results),
        "### What each order finds",
        _orders(found),
        "### By who answered: cases found in the first 20 %",
        _respondents(found),
        "### What concealment costs: cases found in the first 20 %",
        _concealment(found),
        "### When the learned order was used",
        _standings(found, results.populations),
        "### Whether its estimates can be believed",
        _calibration(found),
        "### What weighs in the learned order",
        _weights(found),
        "### Cases by band of the rule set",
        _bands(found),
        "### Prompts",
        _prompts(found),
    ]
    return "\n\n".join(parts) + "\n"


def write(results: Results) -> None:
    """Put the tables into the page, between its two marks."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n\n{page(results)}\n{END}{tail}", encoding="utf-8")


def shown(text: str) -> str:
    """Return what a page has between the two marks."""
    return text.partition(BEGIN)[2].partition(END)[0].strip() + "\n"


def _head(results: Results) -> str:
    return (
        f"**Simulated.** {results.populations} populations of {results.firms:,} firms, seed {results.seed}. "
        "Measured on the waves after those learned from; "
        f"{_cell(results.figures['assumed.cases'])} % of the firms there hold a case. Each figure is the mean over "
        "populations, with the 5th and 95th percentile in brackets, in percent unless the head says otherwise."
    )


def _orders(found: Mapping[str, Spread]) -> str:
    head = (
        "order",
        "cases in the first 10 %",
        "cases in the first 20 %",
        "beside the rule set, points (95 % interval of the mean)",
        "beside the learned order, points (same interval)",
        "affected workers in the first 20 %",
        "false alarms in the first 10 %",
        "false alarms in the first 20 %",
        "files in the largest group it does not tell apart",
    )
    rows = [
        (
            label,
            _cell(found[f"assumed.found.{name}.10"]),
            _cell(found[f"assumed.found.{name}.20"]),
            _gain(found[f"assumed.beside_rules.{name}.20"]),
            _gain(found[f"assumed.beside_learned.{name}.20"]),
            _cell(found[f"assumed.workers.{name}.20"]),
            _cell(found[f"assumed.false.{name}.10"]),
            _cell(found[f"assumed.false.{name}.20"]),
            _cell(found[f"assumed.alike.{name}"]),
        )
        for name, label in NAMES.items()
    ]
    return _table(head, rows)


def _respondents(found: Mapping[str, Spread]) -> str:
    groups = ("honest", "careless", "concealing", "private", "state")
    head = ("order", "honest", "careless", "concealing", "private cases", "state mobilisation")
    rows = [
        (label, *(_cell(found[f"assumed.found_{group}.{name}.20"]) for group in groups))
        for name, label in NAMES.items()
    ]
    return _table(head, rows)


def _concealment(found: Mapping[str, Spread]) -> str:
    head = ("order", "if all were honest", "as assumed", "lost, points", "if more cases were concealed", "lost, points")
    rows = []
    for name, label in NAMES.items():
        honest, assumed, more = (found[f"{world}.found.{name}.20"] for world in ("all_honest", *WORLDS[::2]))
        lost = [_share(honest.mean - one.mean) for one in (assumed, more)]
        rows.append((label, _cell(honest), _cell(assumed), lost[0], _cell(more), lost[1]))
    return _table(head, rows)


def _standings(found: Mapping[str, Spread], populations: int) -> str:
    rows = []
    for name, label in STANDINGS.items():
        shares = [found.get(f"{world}.standing.{name}.share") for world in WORLDS]
        counts = [round(populations * share.mean) if share else 0 for share in shares]
        rows.append((label, *map(str, counts)))
    head = ("populations in which it was", "as assumed", "if all were honest", "if more cases were concealed")
    return _table(head, rows)


def _calibration(found: Mapping[str, Spread]) -> str:
    head = ("files by estimate, lowest fifth first", "expected", "concluded by reviewers", "true")
    rows = [
        (
            str(number + 1),
            *(_cell(found[f"assumed.group.{number}.{name}"]) for name in ("expected", "concluded", "true")),
        )
        for number in range(5)
    ]
    rows.append(("all", *(_cell(found[f"assumed.learning.{name}"]) for name in ("expected", "concluded", "true"))))
    error, brier, base = (found[f"assumed.learning.{name}"] for name in ("error", "brier", "brier_base"))
    return (
        _table(head, rows)
        + f"\n\nExpected calibration error against conclusions: {_cell(error)} %. "
        + f"Brier score: {brier.mean:.3f}; of the base rate alone: {base.mean:.3f}."
    )


def _weights(found: Mapping[str, Spread]) -> str:
    """Return the mean weights, those left out that hardly ever weigh anything."""
    rules = models.load(*MODEL)
    weights = {name.removeprefix(WEIGHT): figure for name, figure in found.items() if name.startswith(WEIGHT)}
    heaviest = sorted(weights.items(), key=lambda one: (-one[1].mean, one[0]))
    rows = [
        (named(name, rules)["en"], f"{figure.mean:.2f} ({figure.low:.2f} to {figure.high:.2f})")
        for name, figure in heaviest
        if figure.mean >= HARDLY
    ]
    return _table(("feature, at its greatest value", "log-odds"), rows)


def _bands(found: Mapping[str, Spread]) -> str:
    rows = [
        (label, _cell(found[f"assumed.band.{number}.files"]), _cell(found.get(f"assumed.band.{number}.cases")))
        for number, label in enumerate(BANDS)
    ]
    return _table(("band", "share of the files", "cases among them"), rows)


def _prompts(found: Mapping[str, Spread]) -> str:
    head = ("prompt", "raised on cases", "raised on other firms", "a case behind it")
    rows = [
        (label, *(_cell(found.get(f"assumed.raised.{kind}.{part}")) for part in ("cases", "others", "right")))
        for kind, label in KINDS.items()
    ]
    return _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(figure: Spread | None) -> str:
    if figure is None:
        return "none"
    return f"{_share(figure.mean)} ({_share(figure.low)} to {_share(figure.high)})"


def _gain(figure: Spread) -> str:
    return f"{100 * figure.mean:+.1f} ({100 * figure.mean_low:+.1f} to {100 * figure.mean_high:+.1f})"


def _share(share: float) -> str:
    return f"{100 * share + 0.0:.1f}"
