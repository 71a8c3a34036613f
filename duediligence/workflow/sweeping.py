"""What the service removes for itself each morning: bytes that no file names any more.

An upload that died half way, or a file that waited for a decision nobody came
back for, leaves such bytes. Each is removed in a transaction of its own, so that
uploads wait for one removal and never for all of them.
"""

from duediligence import files
from duediligence.errors import NotFound
from duediligence.job import Context, Done, Nothing
from duediligence.workflow.waiting import place


def sweep(context: Context, _: Nothing) -> Done:
    """Remove the bytes that no file names; doing it twice does no harm.

    Raises:
        Unavailable: the place of files does not answer.
    """
    blobs = place(context.settings)
    with context.db.reading() as connection:
        gone = files.abandoned(connection, blobs, context.clock())
    for done, (organisation, sha256) in enumerate(gone):
        try:
            with context.db.writing() as connection:
                files.discard(connection, blobs, organisation, sha256)
        except NotFound:  # the organisation is no more, as with samples
            files.forget(blobs, organisation, sha256)
        context.progress((done + 1) / len(gone))
    return Done()
