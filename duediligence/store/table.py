"""The tables of the main database, on SQLite and PostgreSQL alike.

What is made once and read whole (a response, an assessment, a plan) is a
document in a column, with the columns that lists filter on beside it. People,
organisations, files, jobs and the ledger are ordinary rows. Rows named `*_change`
and the ledger are only ever added to.

Ids are UUIDs of version 7 in hexadecimal: they sort by the time they were made.
Protected answers are not here; they have a database and a key of their own.
"""

from duediligence.store.schema import Moment, metadata
from duediligence.store.table_assessment import (
    answer_change,
    confirmation,
    engagement,
    given_section,
    interest,
    message,
    opinion,
    plan,
    plan_change,
    review_entry,
    safety_check,
    sealed,
)
from duediligence.store.table_operation import (
    contact,
    file,
    file_link,
    job,
    ledger,
    ledger_root,
    product,
    repeated,
    setting,
    statistics_release,
    webhook,
)
from duediligence.store.table_people import (
    api_key,
    invitation,
    membership,
    organisation,
    passkey,
    person,
    recovery_code,
    request_to_join,
    session,
    site,
)

__all__ = [
    "Moment",
    "answer_change",
    "api_key",
    "confirmation",
    "contact",
    "engagement",
    "file",
    "file_link",
    "given_section",
    "interest",
    "invitation",
    "job",
    "ledger",
    "ledger_root",
    "membership",
    "message",
    "metadata",
    "opinion",
    "organisation",
    "passkey",
    "person",
    "plan",
    "plan_change",
    "product",
    "recovery_code",
    "repeated",
    "request_to_join",
    "review_entry",
    "safety_check",
    "sealed",
    "session",
    "setting",
    "site",
    "statistics_release",
    "webhook",
]
