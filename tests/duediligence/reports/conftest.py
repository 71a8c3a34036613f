"""Gives the assessments and reports of `report_cases` to every test here."""

import pytest
from report_cases import case, report_of


@pytest.fixture(scope="session")
def cases():
    """Give the assessments by name, each with its plan."""
    return case


@pytest.fixture(scope="session")
def reports():
    """Give the reports by name, language and kind of copy."""
    return report_of
