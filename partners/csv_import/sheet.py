"""A CSV file as text cells, read with care: whatever spreadsheet wrote it, and whatever is wrong with it.

Cells are text: what looks like a spreadsheet's formula stays as it is typed.
"""

import csv
import io
from dataclasses import dataclass, field

LARGEST = 1024 * 1024
MOST_ROWS = 2000


@dataclass(frozen=True)
class Table:
    """The columns that a file may have: what each holds, other names for them, and which of them it needs."""

    columns: dict
    aliases: dict
    needs: tuple
    most_rows: int = MOST_ROWS

    @property
    def needed(self):
        return " or ".join(f'"{name}"' for name in self.needs)


class Unreadable(Exception):
    """The file as a whole cannot be taken, with the reason for the person who chose it."""


@dataclass
class Sheet:
    """A file as text cells: each row with the line of the file on which it begins."""

    text: str
    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def decode(content):
    """The text of a file and a note where its encoding was guessed."""
    if len(content) > LARGEST:
        raise Unreadable("The file must be smaller than 1 MB")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(
            "The file is a spreadsheet. In the spreadsheet, save it as CSV UTF-8 and choose that file"
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise Unreadable("The file is not plain CSV text. In the spreadsheet, save it as CSV UTF-8")
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), (
            "The file is not in UTF-8, so it was read as Windows-1252, the way older spreadsheets save it. "
            "Check names with accents before you import."
        )
    except UnicodeDecodeError:
        raise Unreadable(
            "The file's letters cannot be read. In the spreadsheet, save it as CSV UTF-8"
        ) from None


def read(content, table):
    """The uploaded bytes as a `Sheet`."""
    text, note = decode(content)
    sheet = read_text(text, table)
    sheet.notes[:0] = [note] if note else []
    return sheet


def read_text(text, table):
    """A file's text as a `Sheet`; `Unreadable` says what is wrong with the whole of it."""
    if "\x00" in text or len(text) > LARGEST:
        raise Unreadable("The file is not plain CSV text. In the spreadsheet, save it as CSV UTF-8")
    first = next((line for line in text.splitlines() if line.strip(" \t,;")), "")
    if not first:
        raise Unreadable("The file is empty")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    sheet, columns, begins = Sheet(text), None, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            raise Unreadable(
                f"Line {begins} cannot be read: a quotation mark is not closed, or a cell is too long"
            ) from None
        line, begins = begins, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _columns(cells, sheet, table)
            continue
        if len(sheet.rows) == table.most_rows:
            raise Unreadable(f"The file has more than {table.most_rows} rows. Split it and import the parts")
        sheet.rows.append((line, _cells(columns, cells, table)))
    if not sheet.rows:
        raise Unreadable("The file has a line of column names and no rows below it")
    return sheet


def _columns(cells, sheet, table):
    """What stands in which column, from the first line."""
    names = [" ".join(cell.lower().replace("_", " ").split()) for cell in cells]
    names = [table.aliases.get(name, name) for name in names]
    known = [name for name in names if name in table.columns]
    if not any(name in known for name in table.needs):
        raise Unreadable(f"The first line must name the columns, with at least {table.needed}")
    for name in known:
        if known.count(name) > 1:
            raise Unreadable(f'The column "{name}" is there twice')
    ignored = [name[:40] for name in names if name and name not in table.columns]
    if ignored:
        sheet.notes.append(f"Columns that are not used: {', '.join(ignored[:10])}.")
    return names


def _cells(columns, cells, table):
    """The cells of a row by column, spaces squeezed, and whether there are more cells than columns."""
    row = dict.fromkeys(table.columns, "")
    row["beyond"] = any(cell.strip() for cell in cells[len(columns) :])
    for name, cell in zip(columns, cells, strict=False):
        if name in table.columns:
            row[name] = " ".join(cell.split())
    return row
