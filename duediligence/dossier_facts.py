"""What is known of a shipment when its dossier is put together: counts of what the firm told, answered and keeps.

Everything is read from what may leave the firm: the shipment and its lines, the copy of
the assessment that may travel, the actions of the plan that no protected answer alone
calls for, and the register. What partners answered is no part of it, save that cotton
they report keeps the notice.

The chain of a shipment is whoever its inputs name, and all who stand upstream of them.
Where an input names nobody, or more may go in than was listed, the chain may be longer
than that; cotton is then looked for in the whole register.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import msgspec

from duediligence.assessment import codebook, layout
from duediligence.chain.party import PartyRole
from duediligence.chain.register import Register, cotton, tiers
from duediligence.closure import Worked
from duediligence.improvement import Status as ActionStatus
from duediligence.organisation import Site
from duediligence.record_shared import STATE_IMPOSED, SharedAssessment
from duediligence.review import Label, Review
from duediligence.shipment import Cotton, Document, DocumentKind, LineAbout, Lot, Place, ProductInput, ShipmentAbout
from questionnaires.progress import asked
from risk_models.cotton import Piece, Standing, of_piece, standing
from risk_models.dossier import CHECKED, COTTON_GATE, Control, Count, Facts, Sign
from risk_models.layout import Layout

_ORIGINS = frozenset({Place.FARM, Place.GIN, Place.QUARRY, Place.FACTORY})
"""Where goods begin; a mill works on what grew elsewhere, and a trader only passes on."""

_BEGIN_HERE = frozenset({PartyRole.FARM})

T = TypeVar("T")


class Material(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All that a dossier is made from; None is what there is not."""

    firm: str
    shipment: ShipmentAbout
    lines: Mapping[str, LineAbout]  # by id; those that no lot names are left aside
    sites: Mapping[str, Site]  # of the firm, by id
    copy: SharedAssessment | None = None
    plan: tuple[Worked, ...] | None = None
    register: Register | None = None

    @cached_property
    def goods(self) -> tuple[tuple[str, LineAbout], ...]:
        """The lines of the shipment with their ids, in the order of its lots."""
        named = dict.fromkeys(lot.line for lot in self.shipment.lots)
        return tuple((one, self.lines[one]) for one in named if one in self.lines)

    @cached_property
    def inputs(self) -> tuple[tuple[str, ProductInput], ...]:
        """Every input under its number: of the line, a point, and its place there."""
        return tuple(
            (f"{number}.{place}", one)
            for number, (_, line) in enumerate(self.goods, start=1)
            for place, one in enumerate(line.inputs, start=1)
        )

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The ids of the parties of the chain, nearest first."""
        if self.register is None:
            return ()
        tier = tiers(self.register)
        found = _upstream(self.register, {one.party for _, one in self.inputs if one.party})
        far = 1 + max((tier[one].number or 0 for one in found), default=0)
        return tuple(sorted(found, key=lambda one: tier[one].number or far))

    @cached_property
    def traced(self) -> bool:
        """Whether every line lists all of its inputs, and every input names its supplier."""
        lines = [line for _, line in self.goods]
        return bool(lines) and all(line.inputs_complete for line in lines) and all(one.party for _, one in self.inputs)


def facts(material: Material) -> Facts:
    """Return everything that is known of a shipment."""
    counts = {
        **_of_shipment(material.shipment),
        **_of_goods(material),
        **_of_papers(material.shipment.documents),
        **_of_chain(material),
        **_of_plan(material),
        **_of_review(material.copy),
    }
    goods = standing(_pieces(material))
    if (copy := material.copy) is None:
        return Facts(counts=counts, cotton=goods)
    rules = layout(copy.versions.model, copy.versions.model_version, copy.on)
    concern = _concern(copy)
    return Facts(
        counts=counts,
        signs=_signs(copy, rules, concern),
        controls=_controls(copy),
        answered=frozenset(one for one, answer in copy.response.answers.items() if answer.given and one in concern),
        asked=concern,
        cotton=goods,
        cotton_answered=_answered_cotton(copy),
    )


def _of_shipment(about: ShipmentAbout) -> dict[str, Count]:
    told = {
        "reference": about.reference,
        "destination": about.destination,
        "consignee": about.consignee,
        "importer": about.importer or about.consignee,
        "ships_on": about.ships_on,
    }
    lots = tuple((str(number), lot) for number, lot in enumerate(about.lots, start=1))
    known: dict[str, Callable[[Lot], bool]] = {
        "mark": lambda lot: bool(lot.mark),
        "quantity": lambda lot: lot.quantity is not None,
        "made": lambda lot: lot.made_from is not None and lot.made_to is not None,
        "inputs": lambda lot: bool(lot.inputs),
    }
    return {
        **{f"shipment.{name}": Count(number=int(bool(value)), of=1) for name, value in told.items()},
        **{f"lots.{name}": _count(lots, test) for name, test in known.items()},
    }


def _of_goods(material: Material) -> dict[str, Count]:
    lines = tuple((str(number), line) for number, (_, line) in enumerate(material.goods, start=1))
    known: dict[str, Callable[[LineAbout], bool]] = {
        "hs": lambda line: bool(line.hs),
        "sites": lambda line: bool(line.sites),
        "cotton": lambda line: of_piece(_piece_of_line(line)) is not Standing.UNKNOWN,
        "inputs": lambda line: bool(line.inputs) and line.inputs_complete,
    }
    told: dict[str, Callable[[ProductInput], bool]] = {
        "hs": lambda one: bool(one.hs),
        "share": lambda one: one.share is not None,
        "country": lambda one: bool(one.country),
        "place": lambda one: one.place in _ORIGINS and bool(one.place_name),
        "party": lambda one: one.party is not None,
        "cotton": lambda one: of_piece(_piece(one)) is not Standing.UNKNOWN,
    }
    all_listed = bool(lines) and all(line.inputs_complete for _, line in lines)
    inputs = material.inputs
    return {
        **{f"goods.{name}": _count(lines, test) for name, test in known.items()},
        **{f"inputs.{name}": _count(inputs, test, whole=all_listed) for name, test in told.items()},
    }


def _of_papers(papers: Collection[Document]) -> dict[str, Count]:
    """Return how many papers there are of each kind; one with its number and its day is enough of its kind."""
    kinds = {kind: [one for one in papers if one.kind is kind] for kind in DocumentKind}
    return {
        f"papers.{kind}": Count(
            number=len(found),
            of=max(len(found), 1),
            whole=any(one.number and one.on for one in found),
            latest=max((one.on for one in found if one.on), default=None),
            lacking=() if found else (kind.value,),
        )
        for kind, found in kinds.items()
    }


def _of_chain(material: Material) -> dict[str, Count]:
    register = material.register
    if register is None:
        return {}
    buyers = {one.buyer for one in register.flows}
    parties = tuple((str(number), one) for number, one in enumerate(material.parties, start=1))
    known: dict[str, Callable[[str], bool]] = {
        "named": lambda _: True,
        "address": lambda one: any(site.address or site.town for site in register.parties[one].sites),
        "work": lambda one: bool(register.parties[one].roles),
        "suppliers": lambda one: one in buyers or bool(_BEGIN_HERE.intersection(register.parties[one].roles)),
        "screened": lambda one: one in register.screened,
    }
    whole = material.traced
    return {f"chain.{name}": _count(parties, test, whole=whole) for name, test in known.items()}


def _of_plan(material: Material) -> dict[str, Count]:
    """Return how far the plan has come; an action that protected answers alone call for is not counted."""
    if material.plan is None or material.copy is None:
        return {}
    hidden = set(material.copy.withheld)
    open_ones = [one for one in material.plan if set(one.action.questions) - hidden]
    done = sum(one.status is ActionStatus.VERIFIED for one in open_ones)
    return {"plan.made": Count(number=1, of=1), "plan.verified": Count(number=done, of=len(open_ones))}


def _of_review(copy: SharedAssessment | None) -> dict[str, Count]:
    if copy is None:
        return {}
    made = {"assessment.made": Count(number=1, of=1, latest=copy.on)}
    if copy.review is None:
        return made
    steps = {
        f"review.{name}": Count(number=int(held), of=1, latest=copy.review.on) for name, held in _held(copy.review)
    }
    return made | steps


def _held(review: Review) -> Iterator[tuple[str, bool]]:
    reviewers = [review.reviewer, *([review.second_reviewer] if review.second_reviewer else [])]
    visited = review.label is Label.SITE_CHECKED
    yield "made", review.label is not Label.SELF_DECLARED
    yield "visit", visited
    yield "unannounced", visited and review.announced is False
    yield "no_state_body", not any(one.state_body for one in reviewers)
    yield "second", review.second_reviewer is not None
    yield "workers_heard", bool(review.workers_heard)


def _concern(copy: SharedAssessment) -> frozenset[str]:
    """Return the questions that concern the firm and whose answers may travel."""
    book = codebook(copy.response.questionnaire, copy.response.version)
    hidden = set(copy.withheld)
    return frozenset(one for one in asked(book, copy.response) if one not in hidden)


def _signs(copy: SharedAssessment, rules: Layout, concern: frozenset[str]) -> dict[str, Sign]:
    grades = {part.question: part.grade for part in copy.profile.evidence}
    bearing = {
        one.id: concern.intersection(rules.names[row] for row, _ in signs)
        for one, signs in zip(rules.model.indicators, rules.signs, strict=True)
    }
    bearing[STATE_IMPOSED] = frozenset()  # what declares it never travels, and the rest declares nothing
    return {
        one.indicator: Sign(
            level=one.level,
            assessed=one.assessed,
            checked=sum(grades.get(question, 0) >= CHECKED for question in bearing[one.indicator]),
            of=len(bearing[one.indicator]),
        )
        for one in copy.profile.findings
    }


def _controls(copy: SharedAssessment) -> dict[str, Control]:
    grades = {part.question: part.grade for part in copy.profile.evidence}
    return {
        one.question: Control(credit=one.credit, grade=grades.get(one.question, 0)) for one in copy.profile.controls
    }


def _answered_cotton(copy: SharedAssessment) -> Standing:
    if COTTON_GATE not in copy.notices:
        return Standing.NONE
    return Standing.UNKNOWN if COTTON_GATE in copy.unsure_notices else Standing.TURKMEN


def _pieces(material: Material) -> Iterator[Piece]:
    """Yield every piece of the goods, their inputs and their chain in which cotton may be.

    What a firm says of an input speaks for the party that supplies it, save where that
    party handles cotton of Turkmenistan; it never speaks for whoever stands further up.
    """
    if any(lot.line not in material.lines for lot in material.shipment.lots):
        yield Piece("unknown")
    for _, line in material.goods:
        yield _piece_of_line(line)
    for _, one in material.inputs:
        yield _piece(one)
    if material.register is None:
        return
    found = cotton(material.register)
    near = frozenset(material.parties if material.traced else material.register.parties)
    spoken_for = _spoken_for(one for _, one in material.inputs)
    yield from (Piece("turkmen") for one in found.turkmen if one in near)
    yield from (Piece("unknown") for one in found.unknown if one in near and one not in spoken_for)


def _piece_of_line(line: LineAbout) -> Piece:
    elsewhere = {one.country for one in line.inputs if one.cotton is Cotton.OTHER and one.country}
    return Piece(line.cotton, line.hs, frozenset(elsewhere))


def _piece(one: ProductInput) -> Piece:
    return Piece(one.cotton, one.hs, frozenset({one.country} - {""}))


def _spoken_for(inputs: Iterable[ProductInput]) -> frozenset[str]:
    """Return the parties all of whose inputs are said to be free of cotton nobody knows."""
    said: dict[str, list[Standing]] = {}
    for one in inputs:
        if one.party:
            said.setdefault(one.party, []).append(of_piece(_piece(one)))
    return frozenset(party for party, of in said.items() if not any(one.noticed for one in of))


def _upstream(register: Register, start: Collection[str]) -> frozenset[str]:
    """Return parties and all who supply them, near or far."""
    suppliers: dict[str | None, list[str]] = {}
    for flow in register.flows:
        suppliers.setdefault(flow.buyer, []).append(flow.supplier)
    found: set[str] = set()
    edge = {one for one in start if one in register.parties}
    while edge:
        found |= edge
        edge = {one for party in edge for one in suppliers.get(party, ())} - found
    return frozenset(found)


def _count(things: Collection[tuple[str, T]], known: Callable[[T], bool], *, whole: bool = True) -> Count:
    """Return of how many things something is known, and the numbers of those of which it is not."""
    lacking = tuple(number for number, one in things if not known(one))
    return Count(number=len(things) - len(lacking), of=len(things), whole=whole, lacking=lacking)
