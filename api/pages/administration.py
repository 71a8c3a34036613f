"""An administrator looks after the service: how it stands, its work, its rule sets and its ledger."""

import shutil
from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.part import Link
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.assessment import MODEL
from duediligence.housekeeping import LEDGER
from duediligence.job import ENDED, Job, State
from duediligence.ledger import Entry
from duediligence.store import installation as whole
from duediligence.workflow import administering
from duediligence.workflow.administering import Overview
from duediligence.workflow.rescoring import MOST, RESCORE
from questionnaires import catalogue as forms
from questionnaires.edition import digest
from risk_models import catalogue as models

PAGE = 25
"""Rows of a list at a time."""

_GIGABYTE = 1_000_000_000
_DIGEST_SHOWN = 40
"""What is longer is a digest and shown in part."""
_SCARCE = 0.1
"""The part of a disk below which it counts as nearly full."""
_BACKUP_OLD = timedelta(days=7)

_BACK = {LEDGER: "/administration/ledger", RESCORE: "/administration/versions"}
"""Where what a job has found is shown."""

_TAGS = {
    State.QUEUED: "begin",
    State.RUNNING: "part",
    State.DONE: "complete",
    State.FAILED: "grave",
    State.CANCELLED: "none",
}

Health = tuple[str, str, str, str]
"""What is looked at, how it stands in words, the kind of its tag, and where more is said ("" for nowhere)."""


@get("/administration", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def overview(visit: NamedDependency[Visit]) -> Response[str]:
    """Return how the service stands, and the ways to all that can be looked after."""
    whole.ask(visit.installation.db)
    with visit.reading() as work:
        found = administering.overview(work)
    return visit.page("administration.html", {"health": _health(visit, found)})


@get("/administration/jobs", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def jobs(
    visit: NamedDependency[Visit], of: FromQuery[State | None] = None, before: FromQuery[str] = ""
) -> Response[str]:
    """Return jobs, the newest first."""
    with visit.reading() as work:
        counts = administering.overview(work).jobs
        found = administering.jobs_of(work, of, before, PAGE + 1)
    address, told = "/administration/jobs", visit.told
    wanted = f"of={of}&" if of else ""
    tabs = [Link(label=told("administration.all"), address=address, current=of is None)]
    tabs += [
        Link(
            label=told("administration.state_counted", state=told(f"administration.state_{one}"), count=count),
            address=f"{address}?of={one}",
            current=one is of,
        )
        for one, count in counts.items()
        if count
    ]
    facts = {
        "rows": [(one, kind_of_work(told, one.kind)) for one in found[:PAGE]],
        "tabs": tabs,
        "tags": _TAGS,
        "later": f"{address}?{wanted}before={found[PAGE - 1].id}" if len(found) > PAGE else "",
        "first": not before,
    }
    return visit.page("administration_jobs.html", facts)


@get("/administration/jobs/{identifier:str}", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def job(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return one job: how far it is, or why it failed."""
    with visit.reading() as work:
        found = administering.job(work, identifier)
    facts = {
        "one": found,
        "title": kind_of_work(visit.told, found.kind),
        "tag": _TAGS[found.state],
        "ended": found.state in ENDED,
        "again": found.state in {State.FAILED, State.CANCELLED},
        "shown_at": _BACK.get(found.kind, "") if found.state is State.DONE else "",
        "back": _back_from(found),
    }
    return visit.page("administration_job.html", facts)


@post("/administration/jobs/{identifier:str}/again", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def again(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Queue a job once more."""
    with visit.writing() as work:
        administering.try_again(work, identifier)
    return to(f"/administration/jobs/{identifier}")


@post("/administration/jobs/{identifier:str}/cancel", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def cancel(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Cancel a job."""
    with visit.writing() as work:
        administering.cancel(work, identifier)
    return to(f"/administration/jobs/{identifier}")


@get("/administration/versions", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def versions(visit: NamedDependency[Visit]) -> Response[str]:
    """Return every questionnaire and rule set of the library, what is in use, and what another would change."""
    with visit.reading() as work:
        in_use = administering.in_use(work)
        tried = administering.rule_sets(work)
    known = [forms.load(*one) for one in reversed(forms.versions())]
    rules = {one: models.load(*one) for one in models.versions()}
    in_force = rules[MODEL]
    facts = {
        "forms": [(one, digest(one)) for one in known],
        "in_use": in_use,
        "titles": {(one.id, one.version): one.title for one in known},
        "tried": [(one, rules[one.model, one.version], digest(rules[one.model, one.version])) for one in tried],
        "in_force": MODEL,
        "read_by_force": (in_force.questionnaire, in_force.questionnaire_version),
        "bands": {band.id: band.label for one in rules.values() for band in one.bands},
        "most": MOST,
    }
    return visit.page("administration_versions.html", facts)


@post(
    "/administration/versions/{model:str}/{version:str}/try",
    opt=needs(Step.ADMINISTER),
    sync_to_thread=True,
)
def try_rules(visit: NamedDependency[Visit], model: FromPath[str], version: FromPath[str]) -> Redirect:
    """Order that the newest results be computed again by a rule set, and lead to the job that does."""
    with visit.writing() as work:
        identifier = administering.try_rules(work, model, version)
    return to(f"/administration/jobs/{identifier}")


@get("/administration/ledger", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def ledger(visit: NamedDependency[Visit], before: FromQuery[int] = 0) -> Response[str]:
    """Return the last entries of the ledger and when it was looked through."""
    with visit.reading() as work:
        found = administering.entries(work, max(before, 0), PAGE + 1)
        checked = administering.overview(work).checked
    facts = {
        "rows": [(one, event(visit.told, one.event), _facts(visit.told, one)) for one in found[:PAGE]],
        "checked": checked,
        "later": f"/administration/ledger?before={found[PAGE - 1].number}" if len(found) > PAGE else "",
        "first": not before,
    }
    return visit.page("administration_ledger.html", facts)


@post("/administration/ledger/check", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def check_ledger(visit: NamedDependency[Visit]) -> Redirect:
    """Order that the ledger be looked through, and lead to the job that does."""
    with visit.writing() as work:
        identifier = administering.check_ledger(work)
    return to(f"/administration/jobs/{identifier}")


def kind_of_work(told: Words, kind: str) -> str:
    """Return a kind of work in words, or by its own name where it has none."""
    return _known(told, f"administration.kind_{kind}", kind)


def event(told: Words, name: str) -> str:
    """Return an event of the ledger in words, or by its own name where it has none."""
    return _known(told, f"administration.event_{name.replace(':', '_')}", name)


def _known(told: Words, key: str, otherwise: str) -> str:
    return told(key) if key in told.phrases else otherwise


def _facts(told: Words, one: Entry) -> str:
    """Return what an entry states; of a digest as much as tells it from others."""
    return ", ".join(f"{name}: {_fact(told, value)}" for name, value in one.facts.items())


def _fact(told: Words, value: object) -> str:
    if isinstance(value, bool):
        return told("administration.yes" if value else "administration.no").lower()
    words = str(value)
    return f"{words[:12]}…" if len(words) > _DIGEST_SHOWN else words


def _back_from(one: Job) -> str:
    return _BACK.get(one.kind, "/administration/jobs")


def _health(visit: Visit, found: Overview) -> list[Health]:
    return [
        (visit.told("administration.database"), visit.told("administration.database_answers"), "complete", ""),
        _disk(visit),
        _backup(visit, found),
        _work(visit, found),
        _ledger(visit, found),
        _contacts(visit, found),
    ]


def _disk(visit: Visit) -> Health:
    told, disk = visit.told, shutil.disk_usage(visit.installation.settings.folder)
    words = told(
        "administration.disk_free",
        free=round(disk.free / _GIGABYTE),
        total=round(disk.total / _GIGABYTE),
    )
    return told("administration.disk"), words, "look" if disk.free < _SCARCE * disk.total else "complete", ""


def _backup(visit: Visit, found: Overview) -> Health:
    told, last = visit.told, found.backup
    if last is None:
        return told("administration.backup"), told("administration.backup_none"), "look", ""
    words = told("administration.backup_made", moment=last.made, number=last.number)
    return told("administration.backup"), words, "look" if visit.now - last.made > _BACKUP_OLD else "complete", ""


def _work(visit: Visit, found: Overview) -> Health:
    told, failed = visit.told, found.jobs[State.FAILED]
    words = told("administration.jobs_words", failed=failed, waiting=found.jobs[State.QUEUED])
    address = f"/administration/jobs?of={State.FAILED}" if failed else "/administration/jobs"
    return told("administration.jobs"), words, "grave" if failed else "complete", address


def _ledger(visit: Visit, found: Overview) -> Health:
    told, checked, address = visit.told, found.checked, "/administration/ledger"
    if checked is None:
        return told("administration.ledger"), told("administration.ledger_never"), "look", address
    key = "administration.ledger_wrong" if checked.fault else "administration.ledger_right"
    words = told(key, moment=checked.at, number=checked.number)
    return told("administration.ledger"), words, "grave" if checked.fault else "complete", address


def _contacts(visit: Visit, found: Overview) -> Health:
    told = visit.told
    words = told("administration.contacts_shown", shown=found.contacts_shown, total=found.contacts)
    kind = "complete" if found.contacts_shown else "look"
    return told("administration.contacts"), words, kind, "/administration/contacts"


ROUTES = (overview, jobs, job, again, cancel, versions, try_rules, ledger, check_ledger)
