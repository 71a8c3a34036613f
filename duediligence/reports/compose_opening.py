"""The first page: whose report it is, its numbers, the strip, the notices and the limits."""

from datetime import date

from duediligence.record_shared import DECLARED, NOT_ANSWERED, NOT_DECLARED
from duediligence.reports.digest import short_digest
from duediligence.reports.matter import NOT_ASSESSED, Matter
from duediligence.reports.opening import (
    Band,
    Cell,
    Fact,
    Figure,
    Head,
    Measure,
    Notice,
    Numbers,
    Passage,
    ReviewerBlock,
    Strip,
    Table,
)
from duediligence.review import Review, Reviewer
from duediligence.validity import expiry, later, months_valid
from risk_models import model as rules
from risk_models import notices
from risk_models.profile import NONE

_LONG_OVER = 6
"""After how many months a report says that its period is over; a self-declared one holds no longer."""

SYMBOLS = {
    NONE: "–",
    "weak": "!",
    "moderate": "!!",
    "strong": "!!!",
    NOT_ASSESSED: "?",
    DECLARED: "!",
    NOT_DECLARED: "–",
    NOT_ANSWERED: "?",
}
"""The sign of each level, readable without colour."""


def head(matter: Matter) -> Head:
    """Return whose report it is, of what, and how far anyone has looked."""
    texts, assessment, scope = matter.texts, matter.assessment, matter.assessment.response.scope
    label = assessment.label.value
    ends, reason = expiry(assessment)
    identity = short_digest(assessment)
    version = texts.say(
        "head.version", form=assessment.versions.questionnaire_version, rules=assessment.versions.model_version
    )
    stated = {
        "organisation": scope.organisation or texts.say("head.not_stated"),
        "site": scope.site or texts.say("head.not_stated"),
        "period": _period(matter, scope.begins, scope.ends),
        "answered_by": scope.answered_by or texts.say("head.not_stated"),
        "workers_consulted": _yes_no(matter, said=scope.workers_consulted),
        "issued": texts.day(assessment.on),
        "expiry": texts.say("head.expires_on", day=texts.day(ends)),
        "id": identity,
    }
    return Head(
        title=texts.say("head.title"),
        label_id=label,
        label=texts.say(f"label.{label}"),
        label_meaning=texts.say(f"label.{label}.meaning"),
        relation=_side(matter),
        version=version,
        on=assessment.on,
        expires=ends,
        expiry_reason=texts.say(f"head.expiry.{reason}", months=months_valid(assessment.label)),
        period_over=_period_over(matter, scope.ends),
        running_foot=texts.say(
            f"head.foot.{matter.copy.value}",
            id=identity,
            version=version,
            day=f"{assessment.on:%d.%m.%Y}",
            label=texts.say(f"label.{label}"),
        ),
        copy_note=texts.say(f"head.copy.{matter.copy.value}"),
        facts=tuple(Fact(label=texts.say(f"head.{name}"), value=value) for name, value in stated.items()),
        **stated,
    )


def _period_over(matter: Matter, ends: date | None) -> str:
    """Return that the period ended long ago, empty where it did not or nobody said when it ends."""
    if ends is None or later(ends, _LONG_OVER) >= matter.assessment.on:
        return ""
    return matter.texts.say("head.period_over", day=matter.texts.day(ends))


def _side(matter: Matter) -> str:
    """Return in a line how whoever judged stands to the state; without a review, how whoever may does."""
    states = {one.state_body for one in _reviewers(matter.assessment.review)}
    key = {frozenset(): "none", frozenset({True}): "state", frozenset({False}): "not_state"}
    return matter.texts.say(f"head.relation.{key.get(frozenset(states), 'partly')}")


def _reviewers(review: Review | None) -> tuple[Reviewer, ...]:
    """Return whoever judged, nobody without a review."""
    if review is None:
        return ()
    return tuple(one for one in (review.reviewer, review.second_reviewer) if one is not None)


def numbers(matter: Matter) -> Numbers:
    """Return the four numbers and the residual risk, each with its meaning."""
    texts, profile = matter.texts, matter.profile
    measures = _measures(matter)
    bands = _bands(matter)
    by_id = {band.id: band for band in bands}
    interval = texts.say(
        _left_open(matter),
        low=texts.number(profile.low, 1),
        high=texts.number(profile.high, 1),
        highest=by_id[profile.highest_band].label,
        band=by_id[profile.band].label,
    )
    rows = [
        (measure.label, measure.text, _interval(matter) if measure.id == "residual" else "", measure.meaning)
        for measure in measures
    ]
    band = by_id[profile.band]
    return Numbers(
        passage=Passage(heading=texts.say("numbers.heading"), sentences=texts.all("numbers.sentence")),
        measures=measures,
        counts=_counts(matter),
        band=band,
        highest_band=by_id[profile.highest_band],
        bands=bands,
        interval=interval,
        coverage=texts.say("numbers.coverage", share=texts.number(100 * profile.coverage)),
        figure=Figure(
            title=texts.say("numbers.figure", band=band.label, residual=texts.number(profile.residual, 1)),
            description=" ".join(texts.say("numbers.row", label=row[0], value=row[1]) for row in rows) + f" {interval}",
            table=Table(columns=tuple(texts.all("numbers.column")), rows=tuple(rows)),
        ),
    )


def _left_open(matter: Matter) -> str:
    """Return the sentence that says what missing answers can still move: the number, the band, both or neither."""
    profile = matter.profile
    same_band = profile.band == profile.highest_band
    if _interval(matter):
        return "numbers.interval_same_band" if same_band else "numbers.interval"
    return "numbers.settled" if same_band else "numbers.band_alone"


def _measures(matter: Matter) -> tuple[Measure, ...]:
    texts, profile = matter.texts, matter.profile
    levels = {NONE: 0, **{level.id: level.floor for level in matter.rules.model.levels}}
    highest = matter.gravest
    assessed = [finding.assessed for finding in profile.findings]
    if highest == NONE and not all(assessed):
        highest_words = texts.say("numbers.not_all_assessed" if any(assessed) else "level.not_assessed")
    else:
        highest_words = matter.level_words(highest)
    values = {
        "inherent": (profile.inherent, texts.number(profile.inherent)),
        "indicators": (float(levels[highest]), highest_words),
        "control": (profile.control, texts.number(profile.control)),
        "confidence": (100 * profile.confidence, texts.number(100 * profile.confidence)),
        "residual": (profile.residual, texts.number(profile.residual, 1)),
    }
    return tuple(
        Measure(
            id=name,
            label=texts.say(f"numbers.{name}"),
            value=value,
            text=words,
            meaning=texts.say(f"numbers.{name}.meaning"),
            low=profile.low if name == "residual" else None,
            high=profile.high if name == "residual" else None,
            known=name != "indicators" or highest != NONE or all(assessed),
        )
        for name, (value, words) in values.items()
    )


def _interval(matter: Matter) -> str:
    """Return the ends of the interval, empty where both are printed alike."""
    low, high = (matter.texts.number(end, 1) for end in (matter.profile.low, matter.profile.high))
    return "" if low == high else f"{low}–{high}"


def _counts(matter: Matter) -> tuple[Fact, ...]:
    """Return how many indicators stand at each level that may be shown, the gravest first."""
    shown = [matter.level(finding) for finding in matter.profile.findings]
    order = [*reversed([level.id for level in matter.rules.model.levels]), NONE, NOT_ASSESSED]
    return tuple(
        Fact(label=matter.level_words(level), value=matter.texts.number(shown.count(level))) for level in order
    )


def _bands(matter: Matter) -> tuple[Band, ...]:
    bands = matter.rules.model.bands
    ends = [band.begins for band in bands[1:] if band.begins is not None] + [100]
    return tuple(_band(matter, band, end) for band, end in zip(bands, [*ends, None], strict=True))


def _band(matter: Matter, band: rules.Band, end: float | None) -> Band:
    return Band(
        id=band.id, label=matter.say(band.label), meaning=matter.say(band.meaning), begins=band.begins, ends=end
    )


def strip(matter: Matter) -> Strip:
    """Return the cells of all indicators, in their order."""
    texts = matter.texts
    cells = tuple(
        Cell(
            code=finding.indicator,
            label=matter.say(indicator.label),
            ilo=indicator.ilo,
            level=(level := matter.level(finding)),
            word=matter.level_words(level),
            symbol=SYMBOLS[level],
            assessed=finding.assessed,
        )
        for finding, indicator in zip(matter.profile.findings, matter.rules.model.indicators, strict=True)
    )
    return Strip(
        passage=Passage(heading=texts.say("strip.heading"), sentences=texts.all(f"strip.sentence.{matter.copy.value}")),
        cells=cells,
        figure=Figure(
            title=texts.say("strip.figure"),
            description=" ".join(texts.say("numbers.row", label=cell.label, value=cell.word) for cell in cells),
            table=Table(
                columns=texts.all("strip.column"),
                rows=tuple((cell.label, cell.word, texts.say(f"strip.ilo.{str(cell.ilo).lower()}")) for cell in cells),
            ),
        ),
    )


def shown_notices(matter: Matter) -> tuple[Notice, ...]:
    """Return the notices that show whatever the score, gates first."""
    assessment = matter.assessment
    library = {notice.id: notice for notice in matter.notices}
    standing = [
        notices.Standing(notice=library[id_], sure=id_ not in assessment.unsure_notices) for id_ in assessment.notices
    ]
    order = list(notices.Severity)
    return tuple(
        Notice(
            id=one.notice.id,
            severity=one.notice.severity.value,
            title=matter.say(one.notice.title),
            text=matter.say(one.text),
            sure=one.sure,
            sources=tuple(matter.reference(source) for source in one.notice.sources if source.confirmed),
        )
        for one in sorted(standing, key=lambda one: order.index(one.notice.severity))
        if one.notice.confirmed
    )


def limits(matter: Matter) -> Passage:
    """Return what the report does not show."""
    texts = matter.texts
    return Passage(
        heading=texts.say("limits.heading"),
        sentences=(
            *texts.all("limits.sentence"),
            texts.say(f"limits.{'reviewed' if matter.assessment.review else 'unreviewed'}"),
        ),
    )


def check(matter: Matter) -> Passage:
    """Return where and how the report can be checked."""
    texts = matter.texts
    identity = short_digest(matter.assessment)
    return Passage(heading=texts.say("check.heading"), sentences=texts.all("check.sentence", id=identity))


def reviewer(matter: Matter) -> ReviewerBlock:
    """Return who judged, how they stand to the state and the firm, and what they looked at."""
    texts, review = matter.texts, matter.assessment.review
    passage = Passage(heading=texts.say("reviewer.heading"), sentences=texts.all("reviewer.sentence"))
    if review is None:
        nobody = Fact(label=texts.say("reviewer.who"), value=texts.say("reviewer.nobody"))
        return ReviewerBlock(passage=passage, facts=(nobody,))
    reviewers = _reviewers(review)
    facts = {
        **{key: _who(matter, one) for key, one in zip(("who", "second"), reviewers, strict=False)},
        "relation": " ".join(dict.fromkeys(_relation(matter, one) for one in reviewers)),
        "evidence": texts.say(f"label.{review.label.value}.meaning"),
        "when": texts.day(review.on),
        "announced": _announced(matter, announced=review.announced),
        "workers": texts.say("reviewer.nobody_heard")
        if not review.workers_heard
        else matter.people(review.workers_heard),
        "languages": ", ".join(texts.labels("language").get(one, one) for one in review.languages)
        or texts.say("head.not_stated"),
        "interests": "; ".join(one.interests for one in reviewers if one.interests)
        or texts.say("reviewer.no_interests"),
    }
    if review.false_statement:
        facts["false_statement"] = texts.say("reviewer.false_statement_proven")
    return ReviewerBlock(
        passage=passage,
        facts=tuple(Fact(label=texts.say(f"reviewer.{name}"), value=value) for name, value in facts.items()),
    )


def _who(matter: Matter, one: Reviewer) -> str:
    known = matter.texts.labels("function")  # what else a reviewer calls a function stays as it was written
    return matter.texts.say("reviewer.body_and_role", body=one.body, role=known.get(one.role, one.role))


def _relation(matter: Matter, one: Reviewer) -> str:
    return matter.texts.say("reviewer.state" if one.state_body else "reviewer.not_state", body=one.body)


def _announced(matter: Matter, *, announced: bool | None) -> str:
    key = "no_visit" if announced is None else "announced_yes" if announced else "announced_no"
    return matter.texts.say(f"reviewer.{key}")


def _yes_no(matter: Matter, *, said: bool | None) -> str:
    return matter.texts.say("head.not_stated" if said is None else "word.yes" if said else "word.no")


def _period(matter: Matter, begins: date | None, ends: date | None) -> str:
    texts = matter.texts
    match begins, ends:
        case date(), date():
            return texts.say("head.from_to", begins=texts.day(begins), ends=texts.day(ends))
        case date(), None:
            return texts.say("head.from", begins=texts.day(begins))
        case None, date():
            return texts.say("head.to", ends=texts.day(ends))
    return texts.say("head.not_stated")
