"""A PDF set in a process of its own: the same to the byte, and its faults stay there."""

import msgspec
import pytest
from report_cases import case, report_of

from duediligence.reports import Copy, attachment, pdf, pdf_apart


def test_it_is_the_same_to_the_byte():
    report = report_of("cotton_farm", "tk", Copy.SHARED)
    attached = [attachment.assessment(report, msgspec.json.encode(case("cotton_farm")[0]))]
    assert pdf_apart.render(report, attached) == pdf.render(report, attached)


def test_a_report_that_cannot_be_set_is_a_fault_here_too():
    report = report_of("cotton_farm", "en", Copy.SHARED)
    with pytest.raises(pdf_apart.NotSet):
        pdf_apart.render(msgspec.structs.replace(report, language="no language at all"), [])
