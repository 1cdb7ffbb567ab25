"""The broker in a folder."""

from queue import Empty

import pytest
from kombu import Connection

from svit.broker import Transport


@pytest.fixture
def channel(tmp_path):
    options = {
        "data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "control"),
    }  # fmt: skip
    with Connection("filesystem://localhost", transport=Transport, transport_options=options) as connection:
        yield connection.channel()


class Looks:
    """Part of a message: while it is being written, a worker looks for one."""

    def __init__(self, channel):
        self.channel = channel

    def __json__(self):
        with pytest.raises(Empty):
            self.channel._get("celery")
        return "sweep"


def test_no_worker_reads_a_message_that_is_being_written(channel):
    channel._put("celery", {"body": Looks(channel)})
    assert channel._get("celery") == {"body": "sweep"}
    with pytest.raises(Empty):
        channel._get("celery")
