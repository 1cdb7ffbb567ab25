"""Rows as a CSV file that people open in a spreadsheet: the only place that writes one."""

import csv
import io
from collections.abc import Iterable

# With any of these a spreadsheet takes what follows for a formula or a command; some look past blanks that nobody sees,
# and take the wide forms of East Asian keyboards for the same.
ACTIVE = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"


def written(rows: Iterable[Iterable[object]], *, marked: bool = False) -> bytes:
    """The rows in UTF-8 with a byte order mark, which spreadsheets recognise. No cell that somebody typed can run.

    With `marked` an apostrophe that was typed at a cell's beginning is doubled, so that each cell can be read back.
    """
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_inert(cell, ACTIVE + ("'",) * marked) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: object, active: tuple[str, ...]) -> object:
    """Text that would run gets an apostrophe before it, by which a spreadsheet knows text."""
    if not isinstance(cell, str):
        return cell
    seen = cell.lstrip().lstrip(UNSEEN).lstrip()
    return f"'{cell}" if seen.startswith(active) else cell
