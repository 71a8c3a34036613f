"""Jobs that look for answers that deserve a second look: at one file when it is handed in, at many of a night.

What is read are the answers without protected ones, as they lie outside the vault. So
prompts can lie there too. At one file by itself a worker looks as soon as it is handed
in, and notes its numbers for the order of the queue. Beside others it is looked at
once, the night after: each further look would be one more chance of a false alarm.
scikit-learn is needed for that alone; it takes seconds to import, and the module that
needs it imports it where it does.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from duediligence.assessment import MODEL, layout, usable
from duediligence.database import Connection, new_id
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound
from duediligence.job import Context, Done, Nothing
from duediligence.record_shared import SharedAssessment
from duediligence.store import double as readings
from duediligence.store import engagement as store
from duediligence.store import preparer as preparers
from duediligence.store import prompt as prompts
from duediligence.store import queue_model as orders
from duediligence.store.prompt import Beside, Raised
from duediligence.store.queue_model import Numbers
from duediligence.workflow.doubling import drawn, handed_in
from duediligence.workflow.learned_order import RULE_SET, order_soon
from duediligence.workflow.second_look import Wanted, look_soon
from duediligence.workflow.work import ASHGABAT
from questionnaires.response import Response, columns
from risk_models import evidence, integrity, priority_features
from risk_models.integrity import Looked, NotLooked, Prompt, SecondLook
from risk_models.integrity_alike import alike
from risk_models.integrity_alone import Change, contradictions, haste, straight_lines
from risk_models.integrity_together import Files, Paper, same_papers, too_good
from risk_models.integrity_unusual import unusual
from risk_models.layout import Layout
from risk_models.scoring import score

TOGETHER = "look_together"
"""What the job is called that looks at many files beside each other."""

MOST = 2000
"""Files that are looked at together, the newest; the work grows with the square of their number."""

_BEHIND = 1000
"""Files that were handed in while nobody looked: so many are caught up on in one night."""


_LOOKS: tuple[Callable[[SecondLook, Files], Looked], ...] = (too_good, unusual, alike)


@dataclass(frozen=True)
class _One:
    """What is read of one file."""

    engagement: Engagement
    copy: SharedAssessment  # as it was handed in
    changes: tuple[Change, ...]
    papers: tuple[Paper, ...]  # its own, and the same ones of others


def look_at(context: Context, wanted: Wanted) -> Done:
    """Look at one file by itself, note its numbers, and let chance say whether it is judged twice.

    Nothing is done where the file does not wait for anybody.
    """
    now = context.clock()
    with context.db.reading() as connection:
        one = _read(connection, wanted.engagement)
    if one is None:
        return Done()
    day = now.astimezone(ASHGABAT).date()
    rules = layout(*MODEL, day)
    form = rules.codebook.questionnaire
    if (one.copy.response.questionnaire, one.copy.response.version) != (form.id, form.version):
        return Done()
    found, numbers = _alone(rules, one)
    waits = one.engagement.stage is Stage.SUBMITTED
    raised = [_raised(context, wanted.engagement, each, waiting=waits) for each in found]
    judged_twice = drawn(wanted.engagement, context.key.secrets[0], day)

    def write(connection: Connection) -> None:
        prompts.add(connection, raised)
        orders.keep(connection, wanted.engagement, numbers, now)
        if judged_twice:
            readings.draw(connection, wanted.engagement, now)
        order_soon(connection, now)

    return Done(write=write)


def look_together(context: Context, _: Nothing) -> Done:
    """Look at the newest files beside each other, and put what stands out to those not looked at so before."""
    now = context.clock()
    rules = layout(*MODEL, now.astimezone(ASHGABAT).date())
    form = rules.codebook.questionnaire
    with context.db.reading() as connection:
        rows = prompts.beside(connection, (form.id, form.version), MOST)
        helped = preparers.marks(connection)
        behind = prompts.to_look_at(connection, RULE_SET, _BEHIND)
    new = {row.id: row.stage for row in rows if _is_new(row)}
    looks = _together(context, rules, rows, helped) if new else ()
    names = [row.id for row in rows]
    raised = [
        _raised(context, name, each, waiting=new[name] is Stage.SUBMITTED)
        for look in looks
        for name, found in zip(names, look.prompts, strict=True)
        if name in new
        for each in found
    ]
    missing: defaultdict[str, list[NotLooked]] = defaultdict(list)
    for look in looks:
        for name, missed in zip(names, look.not_looked, strict=True):
            if name in new:
                missing[name] += [missed] if missed else []

    def write(connection: Connection) -> None:
        prompts.add(connection, raised)
        prompts.looked_together(connection, missing, now)
        for identifier in behind:
            look_soon(connection, identifier, now)
        if raised:
            order_soon(connection, now)

    return Done(write=write)


def _is_new(one: Beside) -> bool:
    return one.due and one.stage in (Stage.SUBMITTED, Stage.IN_REVIEW)


def _read(connection: Connection, identifier: str) -> _One | None:
    try:
        one = store.load(connection, identifier)
    except NotFound:  # a sample that was taken out meanwhile
        return None
    if one.stage not in (Stage.SUBMITTED, Stage.IN_REVIEW):
        return None
    return _One(
        engagement=one,
        copy=handed_in(connection, one),
        changes=tuple(
            Change(question=each.question, at=each.at, by=each.by) for each in store.changes(connection, identifier)
        ),
        papers=prompts.papers(connection, identifier),
    )


def _alone(rules: Layout, one: _One) -> tuple[tuple[Prompt, ...], Numbers]:
    """Return the prompts on a file by itself, and its numbers."""
    library, book = integrity.read(), rules.codebook
    response = usable(one.copy.response, book, None)
    scored = score(rules, columns(book, [response]), evidence.grades(book, [response]))
    prompts_found = (
        *contradictions(library, scored.seen, rules.parameters)[0],
        *straight_lines(library, rules, scored.seen)[0],
        *haste(library, book, one.changes),
        *same_papers(library, book, one.papers).get(one.engagement.id, ()),
    )
    share = float(priority_features.not_known(scored.seen)[0])
    known = priority_features.of_profile(rules.model, one.copy.profile, share)
    table = priority_features.table(known, ())
    features = dict(zip(table.names, table.values[0].tolist(), strict=True))
    return prompts_found, Numbers(rule_set=RULE_SET, rule=float(table.rule[0]), features=features)


def _together(context: Context, rules: Layout, rows: Sequence[Beside], helped: Mapping[str, str]) -> tuple[Looked, ...]:
    """Return what is found beside other files, the same order in each look.

    Args:
        context: of the job, to tell how far it is.
        rules: which all files were scored by.
        rows: the files.
        helped: who helped with them, as far as their firms named anybody.
    """
    book = rules.codebook
    responses = [usable(msgspec.json.decode(row.response, type=Response), book, None) for row in rows]
    beside = Files(
        names=tuple(row.id for row in rows),
        organisations=tuple(row.organisation for row in rows),
        preparers=tuple(frozenset({helped[row.id]} if row.id in helped else ()) for row in rows),
        layout=rules,
        scored=score(rules, columns(book, responses), evidence.grades(book, responses)),
    )
    library, found = integrity.read(), list[Looked]()
    for number, look in enumerate(_LOOKS):
        context.progress(number / len(_LOOKS))
        found.append(look(library, beside))
    return tuple(found)


def _raised(context: Context, identifier: str, one: Prompt, *, waiting: bool) -> Raised:
    return Raised(
        id=new_id(),
        engagement=identifier,
        kind=one.kind,
        mark=_mark(one),
        waiting=waiting,
        prompt=one,
        raised=context.clock(),
    )


def _mark(one: Prompt) -> str:
    """Return by what a question is known again; a contradiction by its rule, all others by what they are about."""
    about: Iterable[object] = (one.rule,) if one.rule else (one.questions, one.papers)
    return hashlib.sha256(msgspec.json.encode((one.kind, *about))).hexdigest()
