"""How a registry of a whole country stays usable: 100,000 firms and 1,000,000 assessments on PostgreSQL.

    python benchmarks/registry.py

One firm with one assessment goes the ordinary way; all others are copies of its rows that
the server makes of them, each with its own id, name, sector, region, stage, days and
figures. Every page is then asked for as a browser does. A page should cost at most 100 ms,
its statements on the server included: that is what people take for at once; of these at
most 50 ms of CPU, so that a core of the web process serves twenty a second. Only the
page of versions, which an administrator opens before a new form, counts every assessment
there is and may take 250 ms. Work of the night, which nobody waits for, has limits of
its own. Writes `registry.json` beside this file; nothing here fails a test.
"""

import json
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np
from sqlalchemy import Connection, Engine, Table, event, select, text

from benchmarks.measure import Measurement
from benchmarks.service import Asked, cpu, database
from duediligence.access import Actor
from duediligence.organisation import Kind, Role
from duediligence.store import administration, engagement, organisation, statistics
from duediligence.store import table as tables
from duediligence.workflow import handing_in
from duediligence.workflow.installation import Installation, opened
from tests.world import World

FIRMS, ASSESSMENTS, SEALED = 100_000, 1_000_000, 20_000
MEGABYTE = 1e6
TIMES = 15
AT_ONCE, COUNTING = 100, 250  # milliseconds

_ID = "'{kind}' || lpad(to_hex({number}), 31, '0')"
_DIE = "abs(hashint4(n)::bigint) % 100"  # from 0 to 99, the same for every run
_FIRM = f"1 + (n - 1) % {FIRMS}"

# Of a hundred assessments two are being answered, three wait, one is under review, three were withdrawn.
_STAGE = f"""(case when {_DIE} < 2 then 'answering' when {_DIE} < 5 then 'submitted' when {_DIE} < 6 then 'in_review'
    when {_DIE} < 9 then 'withdrawn' else 'concluded' end)"""
_BEGUN = "timestamptz '2017-01-01 08:00+00' + n * interval '310 seconds'"

COPIES: dict[str, tuple[int, dict[str, str]]] = {
    "organisation": (
        FIRMS,
        {
            "id": _ID.format(number="n", kind="a"),
            "name": """(array['Altyn','Ak','Daýhan','Merw','Garagum','Amyderýa','Balkan','Türkmen'])[1 + n % 8] || ' '
                || (array['Hasyl','Pagta','Nesil','Ýüpek','Toprak','Zähmet','Bereket'])[1 + n % 7] || ' ' || n""",
            "sector": "(array['cotton_growing','textiles','construction','services'])[1 + n % 4]",
            "region": "(array['TM-A','TM-B','TM-D','TM-L','TM-M'])[1 + n % 5]",
            "created": _BEGUN,
        },
    ),
    "site": (
        FIRMS,
        {
            "id": _ID.format(number="n", kind="b"),
            "organisation": _ID.format(number="n", kind="a"),
            "name": "'Field ' || n",
            "region": "(array['TM-A','TM-B','TM-D','TM-L','TM-M'])[1 + n % 5]",
        },
    ),
    "engagement": (
        ASSESSMENTS,
        {
            "id": _ID.format(number="n", kind="c"),
            "organisation": _ID.format(number=_FIRM, kind="a"),
            "site": _ID.format(number=_FIRM, kind="b"),
            "stage": _STAGE,
            "begins": f"date '2017-08-01' + ((n - 1) / {FIRMS} * 365)::int",
            "ends": f"date '2017-10-31' + ((n - 1) / {FIRMS} * 365)::int",
            "created": _BEGUN,
            "changed": f"{_BEGUN} + interval '9 days'",
            "submitted": f"case when {_DIE} >= 2 then {_BEGUN} + interval '5 days' end",
            "concluded": f"case when {_DIE} >= 9 then {_BEGUN} + interval '9 days' end",
            "expires": f"case when {_DIE} >= 9 then ({_BEGUN} + interval '700 days')::date end",
            "withdrawn": f"case when {_DIE} between 6 and 8 then {_BEGUN} + interval '9 days' end",
            "residual": "abs(hashint4(n + 1)::bigint) % 1000 / 10.0",
            "band": "(array['low','moderate','high','severe','critical'])[1 + n % 5]",
            "grave": f"{_DIE} % 20 = 3",
            "response": "decode(repeat(md5(n::text), 40), 'hex')",
        },
    ),
    "sealed": (SEALED, {"engagement": _ID.format(number="n", kind="c")}),
}
"""How many rows a table gets, and which columns differ from those of the first row."""


def fill(connection: Connection, name: str) -> None:
    """Make copies of the first row of a table."""
    table: Table = getattr(tables, name)
    many, changes = COPIES[name]
    columns = [f'"{column.name}"' for column in table.columns]
    values = [changes.get(column.name, f'one."{column.name}"') for column in table.columns]
    first = f'(select * from "{name}" order by 1 limit 1)'  # noqa: S608  no value comes from outside
    connection.execute(
        text(
            f'insert into "{name}" ({", ".join(columns)}) '  # noqa: S608  the same
            f"select {', '.join(values)} from {first} one, generate_series(1, {many}) n"
        )
    )


def registry(installation: Installation, here: World) -> dict[str, Actor]:
    """Make the registry, and return who looks at it."""
    firm = here.organisation()
    lead = here.somebody((firm, Role.COMPANY_LEAD))
    one = here.answered(lead, here.site(firm))
    with here.work(lead) as work:
        handing_in.submit(work, one)
    with installation.db.writing() as connection:
        for name in COPIES:
            fill(connection, name)
        connection.execute(text("update sealed set at = '2026-09-01 08:00+00'"))
    with installation.db.writer.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))
    body, operator = here.organisation(Kind.REVIEWING_BODY), here.organisation(Kind.OPERATOR)
    with installation.db.reading() as connection:
        some = connection.execute(select(tables.organisation.c.id).where(tables.organisation.c.name.like("% 4711")))
        known = some.scalar_one()
    return {
        "firm": here.somebody((known, Role.COMPANY_LEAD)),
        "auditor": here.somebody((body, Role.AUDITOR), (body, Role.LEAD_AUDITOR)),
        "administrator": here.somebody((operator, Role.ADMINISTRATOR)),
    }


PAGES = (
    ("firm", "the assessments of a firm", "/assessments"),
    ("auditor", "queue", "/queue"),
    ("auditor", "queue, one sector and region", "/queue?sector=construction&region=TM-M"),
    ("auditor", "queue, one band", "/queue?band=critical"),
    ("auditor", "queue, one stage", "/queue?stage=submitted"),
    ("auditor", "queue, what is mine", "/queue?mine=yes"),
    ("administrator", "all organisations", "/administration/organisations"),
    ("administrator", "organisations, a page far back", f"/administration/organisations?after=a{'0' * 26}02710"),
    ("administrator", "search: one firm", "/administration/organisations?words=hasyl+4711"),
    ("administrator", "search: a word many have", "/administration/organisations?words=altyn"),
    ("administrator", "search: a word none has", "/administration/organisations?words=qqqq"),
    ("administrator", "how the service stands", "/administration"),
    ("administrator", "versions in use", "/administration/versions"),
    ("administrator", "statistics", "/statistics"),
)


@contextmanager
def on_server(engine: Engine) -> Iterator[list[float]]:
    """Collect the seconds that statements take, as whoever asks sees them."""
    spent: list[float] = []
    begun: list[float] = []

    def begin(*_: object) -> None:
        begun.append(time.perf_counter())

    def end(*_: object) -> None:
        spent.append(time.perf_counter() - begun.pop())

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    yield spent
    event.remove(engine, "before_cursor_execute", begin)
    event.remove(engine, "after_cursor_execute", end)


def pages(installation: Installation, actors: dict[str, Actor]) -> Iterator[Measurement]:
    """Measure each page: from the request to the last byte, its statements, and the CPU of the web process."""
    for who, name, path in PAGES:
        ask = Asked(installation, actors[who])

        def look(ask: Asked = ask, path: str = path) -> None:
            status, _ = ask("GET", path)
            assert status == 200, (path, status)

        look()
        whole, waited = [], []
        for _ in range(TIMES):
            with on_server(installation.db.reader) as spent:
                start = time.perf_counter()
                look()
                whole.append(time.perf_counter() - start)
            waited.append(sum(spent))
        limit = COUNTING if path.endswith("versions") else AT_ONCE
        yield Measurement(name=name, value=1000 * float(np.median(whole)), limit=limit, unit="ms")
        yield Measurement(name="  its statements", value=1000 * float(np.median(waited)), limit=limit, unit="ms")
        yield Measurement(name="  CPU of the web process", value=1000 * cpu(look, 9), limit=50, unit="ms")


def nightly(installation: Installation) -> Iterator[Measurement]:
    """Measure the work that nobody waits for."""
    works: tuple[tuple[str, Callable[[Connection], object], float], ...] = (
        (
            "assessments that expire, on a day when none does",
            lambda connection: engagement.expiring(connection, date(2018, 1, 1)),
            0.1,
        ),
        ("the assessments sealed last", lambda c: administration.sealed_last(c, datetime.now(UTC), 500), 5),
        ("how many firms there are", lambda c: organisation.listed(c, limit=1, kind=Kind.FIRM), 0.1),
    )
    for name, work, limit in works:
        with installation.db.reading() as connection:
            start = time.perf_counter()
            work(connection)
            yield Measurement(name=name, value=time.perf_counter() - start, limit=limit, unit="s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with installation.db.reading() as connection:
        start = time.perf_counter()
        seen = len(statistics.observations(connection, datetime(2027, 1, 1, tzinfo=UTC)))
        spent = time.perf_counter() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / MEGABYTE
    yield Measurement(name=f"statistics: {seen:,} sealed assessments read", value=spent, limit=60, unit="s")
    yield Measurement(name="  memory for it", value=more, limit=200, unit="MB")


def main() -> None:
    """Make the registry, measure everything, print it, and write it down."""
    with database("postgresql") as settings:
        installation = opened(settings)
        here = World(installation.db, settings, installation.vault)
        start = time.perf_counter()
        actors = registry(installation, here)
        print(f"{FIRMS:,} firms and {ASSESSMENTS:,} assessments, made in {time.perf_counter() - start:.0f} s")
        measurements = []
        for one in (*pages(installation, actors), *nightly(installation)):
            verdict = "kept" if one.kept else "MISSED"
            print(f"{one.name:<50} {one.value:>9.2f} {one.unit:<3} limit {one.limit:>6g} {one.unit:<3} {verdict}")
            measurements.append(one)
        installation.close()
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "database": "postgresql"}
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in measurements]
    target = Path(__file__).with_name("registry.json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
