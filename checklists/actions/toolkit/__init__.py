"""Loading the toolkit's files: read, checked whole, then written in one transaction or not at all."""

from checklists.actions.toolkit.reading import FOLDER, LARGEST, BrokenToolkit
from checklists.actions.toolkit.storing import Loaded, load_toolkit

__all__ = [
    "FOLDER",
    "LARGEST",
    "BrokenToolkit",
    "Loaded",
    "load_toolkit",
]
