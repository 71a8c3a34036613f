"""A copy of an issued report for one reader: whose it is on every page, and what it leaves out."""

from msgspec.structs import replace

from duediligence.redaction import Redaction
from duediligence.reports import Report, texts
from duediligence.reports.issued import NamedCopy
from duediligence.reports.opening import Passage, Table


def named(report: Report, redaction: Redaction) -> Report:
    """Return an issued report as the copy of its reader; `report` must hold nothing that is left out.

    Raises:
        ValueError: the report was not issued.
    """
    if report.issued is None:
        raise ValueError("only an issued report has copies for a named reader")
    words, reader = texts.read(report.language), redaction.reader
    told = {"reader": reader.reader, "purpose": reader.purpose}
    rows = tuple(
        (words.say(f"piece.{one.piece.value}"), words.number(one.count), words.say(f"why.{one.why.value}"))
        for one in redaction.left_out
    )
    sentences = (*words.all("named.sentence", **told), *(() if rows else (words.say("named.nothing"),)))
    copy = NamedCopy(
        band=words.say("named.band", day=words.day(reader.until), **told),
        watermark=reader.reader,
        passage=Passage(heading=words.say("named.heading"), sentences=sentences),
        left_out=Table(columns=words.all("named.column"), rows=rows),
    )
    return replace(report, issued=replace(report.issued, named=copy))
