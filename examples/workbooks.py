"""Writes every example as a filled-in workbook, in the language of its respondent."""

from pathlib import Path

from duediligence.source import take
from questionnaires import catalogue, workbook

FOLDER = Path(__file__).parent


def workbooks() -> dict[Path, bytes]:
    """Return the workbook of each example, by the file it belongs in."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        response = take(path).response
        assert response is not None, path
        form = catalogue.load(response.questionnaire, response.version)
        found[path.with_suffix(".xlsx")] = workbook.write(form, response.language, response)
    return found


if __name__ == "__main__":
    for path, data in workbooks().items():
        path.write_bytes(data)
