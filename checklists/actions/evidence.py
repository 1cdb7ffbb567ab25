"""Files kept with an item: checked by what they hold, hashed, scanned, and stored as they came."""

import hashlib
import re
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import filetype
from clamav_client.scanner import ClamdScanner
from django.conf import settings
from django.db import transaction
from PIL import Image, ImageOps

from checklists import access
from checklists.actions.holding import hold, said, store
from checklists.actions.pdf import check_pdf
from incidents.actions import record_access
from incidents.models import AccessAct, LogKind, ScanState, StoredFile
from svit import clock
from svit.refused import Refused

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # kept
MOST_WHOLE = 16_000_000  # shown, where the picture has to be read whole: 60 MB for a moment
PREVIEW = (1600, 1600)
KINDS = {
    "image/jpeg": ("jpg", "jpeg", "jpe"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "application/pdf": ("pdf",),
    "text/plain": ("txt",),
}
PILLOW = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ALLOWED = "Use a photo (JPEG, PNG, WebP or HEIC), a PDF or a plain text file"

_MARKUP = re.compile(
    r"<\s*(!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|a\s|img|style)", re.IGNORECASE
)


def _type_of(start, content):
    """The true type from the content; plain text is what is text and looks like no markup."""
    guess = filetype.guess(start)
    if guess is not None:
        return "image/heic" if guess.mime == "image/heif" else guess.mime
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text) or _MARKUP.search(text):
        return ""
    return "text/plain"


def _check_image(upload, content_type):
    """The picture opens as what it says it is, and is not so large that opening it would harm."""
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(upload, formats=[PILLOW[content_type]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused("The picture has too many pixels. Send a smaller one.", "file")
                picture.verify()
    except Refused:
        raise
    except Exception:  # whatever a broken picture makes Pillow raise
        raise Refused("The picture cannot be opened. Choose another file.", "file") from None


def _scan(content):
    """Ask the scanner where one is set up; a file that it refuses, or cannot read, is not kept."""
    address = getattr(settings, "CLAMAV", "")
    if not address:
        return ScanState.NOT_SCANNED
    try:
        scanner = ClamdScanner({"backend": "clamd", "address": address, "timeout": 20.0})
        report = scanner.client.instream(BytesIO(content))
        state = (report.get("stream") or ("ERROR", ""))[0]
    except Exception:  # the scanner is down, too slow, or says what it should not
        state = "ERROR"
    if state == "FOUND":
        raise Refused("The virus scanner refused this file. It was not kept.", "file")
    if state != "OK":
        raise Refused(
            "The file could not be checked for viruses. Try again in a minute, or go on without it.", "file"
        )
    return ScanState.CLEAN


def clean_name(name):
    """The file's name without folders and control characters, short enough to keep."""
    name = PurePath(str(name or "").replace("\\", "/")).name
    name = "".join(letter for letter in name if letter.isprintable())
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:150]}{dot}{ending[:20]}".strip() or "file"


@dataclass
class Checked:
    """An uploaded file that may be kept, and what was found out about it."""

    upload: object
    name: str
    content_type: str
    size: int
    sha256: str
    scan: str


def check_file(upload):
    """Look at an uploaded file before any row is locked: its size, its true kind, what runs in it, viruses."""
    if upload.size == 0:
        raise Refused("The file is empty.", "file")
    if upload.size > LARGEST:
        raise Refused("The file must be smaller than 10 MB.", "file")
    upload.seek(0)
    content = upload.read()
    name = clean_name(upload.name)
    ending = name.rpartition(".")[2].lower()
    content_type = _type_of(content[:8192], content)
    if content_type not in KINDS:
        raise Refused(f"This kind of file is not kept. {ALLOWED}.", "file")
    if ending not in KINDS[content_type]:
        raise Refused(f"The file's name and its content do not agree. {ALLOWED}.", "file")
    if content_type in PILLOW:
        _check_image(upload, content_type)
    if content_type == "application/pdf":
        check_pdf(content)
    scan = _scan(content)
    return Checked(upload, name, content_type, len(content), hashlib.sha256(content).hexdigest(), scan)


def keep_file(*, seen, item, checked):
    """Store a checked file with the item, which is locked. The original is kept, with its hash."""
    stored = StoredFile(
        incident=item.incident,
        section=item.section,
        sensitivity=item.sensitivity,
        about_kind=item._meta.model_name,
        about_uuid=item.uuid,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        scan=checked.scan,
        by=seen.actor.user,
        agency=seen.actor.agency,
        at=clock.now(),
    )
    checked.upload.seek(0)
    stored.file.save("file", checked.upload, save=False)
    try:
        stored.save(force_insert=True)
    except Exception:
        stored.file.delete(save=False)
        raise
    record_access(
        item.incident, by=seen.actor, act=AccessAct.COLLECTION, subject_kind="storedfile", subject=stored.uuid
    )
    return stored


@transaction.atomic
def add_evidence(*, seen, item, file, note=""):
    """Keep a checked file with the item, and say so in the log."""
    item = hold(seen, item, access.can_work)
    stored = keep_file(seen=seen, item=item, checked=file)
    item.noted_at = clock.now()
    store(
        item, seen=seen, fields=["noted_at"], kind=LogKind.FILE, reason="File added", file=stored,
        text=said("File added", item, f"{stored.name}\n{note}"),
    )  # fmt: skip
    return stored


def preview(stored):
    """A picture made new from the stored one, turned upright and without what was hidden in it; None where not."""
    if stored.content_type not in PILLOW:
        return None
    try:
        with (
            stored.file.open("rb") as source,
            Image.open(source, formats=[PILLOW[stored.content_type]]) as picture,
        ):
            # A plain JPEG is read at a fraction of its size.
            whole = picture.format != "JPEG" or "progressive" in picture.info
            if picture.width * picture.height > (MOST_WHOLE if whole else MOST_PIXELS):
                return None
            picture.draft("RGB", PREVIEW)
            if picture.mode in ("1", "P"):  # a palette cannot be made smaller
                picture = picture.convert("RGB")
            picture.thumbnail(PREVIEW, reducing_gap=2.0)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            fresh = Image.new("RGB", upright.size)
            fresh.paste(upright)
    except Exception:  # a file that went missing or broke gives no preview, and the page says so
        return None
    out = BytesIO()
    fresh.save(out, "JPEG", quality=80)
    return out.getvalue()
