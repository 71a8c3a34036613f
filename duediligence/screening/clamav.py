"""An upload shown to a virus scanner (clamd), where one is set.

The bytes go over the scanner's own protocol: `INSTREAM`, pieces with their
length in front, a piece of length 0, and one line as the answer.
"""

import socket
import struct

from duediligence.errors import Unavailable, Unusable
from duediligence.screening.words import problem
from questionnaires.problem import Problem

_PATIENCE = 30.0  # seconds for each step; a scanner that loads new signatures is slow
_PIECE = 2**16
_LONGEST_ANSWER = 4_096


def refusal(address: str, data: bytes) -> Problem | None:
    """Return the reason a scanner gives to refuse a file, or None.

    Args:
        address: `host:port` of clamd.
        data: the whole file.

    Raises:
        Unavailable: the scanner does not answer, or not about the file. The file must not be kept then.
        Unusable: the address is none.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise Unusable("DUE_CLAMAV must read like host:port.")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE) as line:
            answer = _asked(line, data)
    except (OSError, OverflowError) as error:
        raise _silent() from error
    if answer.endswith(" FOUND"):
        return problem("FILE_INFECTED")
    if answer != "stream: OK":
        raise _silent()
    return None


def _asked(line: socket.socket, data: bytes) -> str:
    """Return the scanner's answer about `data`, without the sign at its end."""
    line.sendall(b"zINSTREAM\x00")
    for begin in range(0, len(data), _PIECE):
        piece = data[begin : begin + _PIECE]
        line.sendall(struct.pack(">I", len(piece)) + piece)
    line.sendall(struct.pack(">I", 0))
    answer = b""
    while not answer.endswith(b"\x00") and len(answer) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
        answer += more
    return answer.rstrip(b"\x00\n").decode("utf-8", "replace")


def _silent() -> Unavailable:
    return Unavailable(
        "The virus scanner does not answer, so that the file was not kept. Nothing else was lost. "
        "Send the file again in a few minutes."
    )
