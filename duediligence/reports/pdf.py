"""A report as a PDF: tagged, archivable, with what it rests on attached as data.

The file is PDF/A-3a and PDF/UA-1. Words reach the template as data and are never
read as markup; the time in the file is the day of the assessment, so that the
same report gives the same bytes. Run as a program it reads a report and writes its
PDF, for `pdf_apart`.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import msgspec
import typst

from duediligence.reports import Report, chart
from duediligence.reports.attachment import Attachment
from duediligence.reports.face import FOLDER as FACES
from duediligence.reports.face import legible
from duediligence.reports.issued import SEAL_PLACE

TEMPLATE = Path(__file__).parent / "template" / "report.typ"


class NotRendered(Exception):
    """The report could not be set without fault; the message says where."""


@cache
def fonts() -> typst.Fonts:
    """Return the shipped faces, read once; those of the machine are left aside."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FACES)])


def render(report: Report, attached: Sequence[Attachment]) -> bytes:
    """Return the PDF of a report.

    Args:
        report: what it says.
        attached: files it carries; none may hold what the copy leaves out.

    Raises:
        NotRendered: a letter, a face or a description is missing, or the
            template does not fit the report.
    """
    inputs = {
        "report": _encoded(report),
        "charts": _encoded(charts(report)),
        "attached": msgspec.json.encode([msgspec.structs.replace(one, data=b"") for one in attached]).decode(),
        "seal": msgspec.json.encode(SEAL_PLACE).decode(),
        **{one.name: one.data.decode() for one in attached},
    }
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(TEMPLATE),
            root=str(TEMPLATE.parent),
            font_paths=fonts(),
            sys_inputs=inputs,
            pdf_standards=["a-3a", "ua-1"],
            timestamp=datetime.combine(report.head.on, time(), UTC),
        )
    except typst.TypstError as error:
        raise NotRendered(error.diagnostic) from error
    if warnings:
        raise NotRendered("; ".join(str(warning) for warning in warnings))
    assert isinstance(pdf, bytes)
    return pdf


def _main() -> None:
    report, attached = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[Report, list[Attachment]])
    sys.stdout.buffer.write(render(report, attached))


def _encoded(value: object) -> str:
    """Return a value as JSON whose every letter can be shown."""
    return msgspec.json.encode(legible(msgspec.to_builtins(value))).decode()


def charts(report: Report) -> dict[str, chart.Chart]:
    """Return the charts of a report by the part they belong to."""
    return {
        "numbers": chart.numbers(report.numbers),
        "strip": chart.strip(report.strip),
        "exposures": chart.waterfall(report.exposures),
        "controls": chart.controls(report.controls),
        "plan": chart.timeline(report.plan),
    }


if __name__ == "__main__":
    _main()
