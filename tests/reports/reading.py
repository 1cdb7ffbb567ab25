"""Reads a PDF back: its words, its metadata, and everything else that stands in it."""

import io
import re
from functools import cached_property

from pypdf import PdfReader
from pypdf.generic import StreamObject


class Read:
    def __init__(self, content):
        self.content = content
        self.reader = PdfReader(io.BytesIO(content))

    @cached_property
    def pages(self):
        return [page.extract_text() for page in self.reader.pages]

    @cached_property
    def text(self):
        return "\n".join(self.pages)

    @cached_property
    def words(self):
        """The text with each run of white space as one space: a table cell breaks lines where it likes."""
        return re.sub(r"\s+", " ", self.text)

    @property
    def catalog(self):
        return self.reader.trailer["/Root"]

    @cached_property
    def xmp(self):
        return self.catalog["/Metadata"].get_object().get_data().decode()

    @cached_property
    def everything(self):
        """Each object of the file, streams decompressed, the tags' alternative texts included."""
        found = [repr(self.reader.metadata), self.xmp, self.words]
        for number in range(1, self.reader.trailer["/Size"]):
            value = self.reader.get_object(number)
            found.append(repr(value))
            if isinstance(value, StreamObject):
                found.append(value.get_data().decode("latin-1"))
        return "\n".join(found)

    def tags(self, kind):
        """How many structure elements of a kind there are."""
        return self.everything.count(f"'/S': '/{kind}'")
