"""Types worked out beforehand: threads may then use them for the first time all at once."""

import subprocess
import sys

import msgspec

from tests.conftest import book, favourable_answers, response

PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-5)
import msgspec
from duediligence.prepared import prepare
from questionnaires.response import Response
prepare()
data, start = sys.stdin.buffer.read(), threading.Barrier(4)

def read():
    start.wait()
    msgspec.json.decode(data, type=Response)

threads = [threading.Thread(target=read) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
"""


def test_threads_that_read_a_type_at_once_do_not_end_the_process():
    data = msgspec.json.encode(response(favourable_answers(), book()))
    assert subprocess.run([sys.executable, "-c", PROGRAM], input=data, check=False).returncode == 0
