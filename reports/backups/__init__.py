"""A backup in one file, and the system that is made of it again.

The file is a compressed tar: `database` (of pg_dump, or a copy that SQLite made), `files/…` as they are stored, and
last `manifest.json`: of each table how many rows and one digest over them, of each file its hash, and the migrations
that the data stands at. Who restores it is told whether all of that came back the same. The database is taken first: a
file is stored before its row is committed and never changed, so each row finds its file.

Sessions are left out, and so is the secret key: a restored system asks everybody to sign in. It holds back its messages
until `release_deliveries`, because what it believes unsent may have been sent long ago.
"""

import hashlib
import json
import shutil
import tarfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from reports.backups import postgres, sqlite
from svit import clock
from svit.refused import Refused

FORMAT = 1
LEFT_OUT = ("django_session", "usersessions_usersession", "svit_counts")


def _engine():
    return postgres if connection.vendor == "postgresql" else sqlite


def _stored():
    return Path(settings.STORAGES["stored_files"]["OPTIONS"]["location"])


@contextmanager
def _workplace():
    """A folder for what is in between, on the disk where the data are: the rest may be small or memory."""
    with TemporaryDirectory(prefix="backup-", dir=settings.DATA) as folder:
        yield Path(folder)


def _hash(path):
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _hashes(folder):
    """The hash of each stored file, by its name below the folder."""
    found = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
    return {path.relative_to(folder).as_posix(): _hash(path) for path in sorted(found)}


def _migrations():
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def make(target):
    """Write a backup into `target`, a binary stream. Returns its manifest."""
    with _workplace() as work, tarfile.open(fileobj=target, mode="w|gz") as archive:
        tables = _engine().dump(work / "database", leave_out=LEFT_OUT)
        archive.add(work / "database", "database")
        files = _hashes(_stored())
        for name in files:
            archive.add(_stored() / name, f"files/{name}")
        manifest = {
            "format": FORMAT, "made_at": clock.now().isoformat(), "engine": connection.vendor,
            "migrations": _migrations(), "tables": tables, "files": files,
        }  # fmt: skip
        (work / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        archive.add(work / "manifest.json", "manifest.json")
    return manifest


def restore(source):
    """Make the system of a backup again, in an empty one, and hold its messages back. Returns the manifest.

    Refuses what is not a backup, one of another engine or of a newer program, and a system that has data. Where what
    came back is not what the manifest says, it says what differs.
    """
    engine = _engine()
    engine.check_empty()
    if _hashes(_stored()):
        raise Refused(f"There are files in {_stored()}. Restore into an empty system.")
    with _workplace() as work:
        manifest = _unpack(source, work)
        engine.load(work / "database")
        _stored().mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in manifest["files"]:
            place = _stored() / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (work / "files" / name).replace(place)
    differs = _differences(manifest)
    if differs:
        raise Refused(f"Restored, and not the same: {', '.join(differs)}. Do not use it.")
    return manifest


def _take_out(archive, member, work):
    """One file of the archive, put below `work`; no link, and nothing that leads elsewhere.

    The archive's own filter for that came with Python 3.11.4, and Debian 12 has an older one.
    """
    name = PurePosixPath(member.name)
    if not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise ValueError("A backup holds files alone.")
    place = work / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.touch(mode=0o600)
    with archive.extractfile(member) as inside, place.open("wb") as outside:
        shutil.copyfileobj(inside, outside)


def _unpack(source, work):
    """The backup's parts in a folder, and its manifest, once they are seen to be ours to restore."""
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as archive:
            for member in archive:
                _take_out(archive, member, work)
        manifest = json.loads((work / "manifest.json").read_text(encoding="utf-8"))
        wanted = (
            manifest["format"],
            manifest["engine"],
            manifest["migrations"],
            manifest["tables"],
            manifest["files"],
        )
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"This is not a whole backup of SVIT ({type(error).__name__}).") from error
    form, vendor, migrations, _, files = wanted
    if form != FORMAT:
        raise Refused(
            "This backup was made by another version of SVIT, in a form that this one does not read."
        )
    if vendor != connection.vendor:
        raise Refused(f"This backup is of {vendor}, and this system runs on {connection.vendor}.")
    if newer := sorted(set(migrations) - _known()):
        raise Refused(
            f"This backup was made by a newer version of SVIT: it has {newer[0]}. Install that version."
        )
    if _hashes(work / "files") != files:
        raise Refused("This backup is damaged: a stored file is not what its manifest says.")
    return manifest


def _known():
    """The migrations that this program has."""
    loader = MigrationLoader(None)
    replaced = (old for one in loader.disk_migrations.values() for old in one.replaces)
    return {f"{app}.{name}" for app, name in (*loader.disk_migrations, *replaced)}


def _differences(manifest):
    """The tables and files that are not as the manifest says."""
    now = _engine().counted(LEFT_OUT)
    tables = [
        name
        for name in manifest["tables"].keys() | now.keys()
        if manifest["tables"].get(name) != now.get(name)
    ]
    files = [] if _hashes(_stored()) == manifest["files"] else ["the stored files"]
    return sorted(tables) + files
