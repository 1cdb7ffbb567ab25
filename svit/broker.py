"""The broker of the embedded mode: messages are files in a folder, each of which is there whole or not at all.

Kombu's own makes the file first and writes it then. A worker that looked in between read an empty message and ended,
and the server with it.
"""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:
        """Put a message onto the queue: written under a name that no queue has, then given its own."""
        folder, number = Path(self.data_folder_out), uuid.uuid4()
        begun = folder / f"{number}.begun"
        begun.write_bytes(str_to_bytes(dumps(payload)))
        os.replace(begun, folder / f"{round(monotonic() * 1000)}_{number}.{queue}.msg")


class Transport(filesystem.Transport):
    Channel = Channel
