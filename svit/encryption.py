"""Secrets that the database keeps and must be able to read again, such as the seed of an authenticator app.

AES-256-GCM, each text under a nonce of its own. Whoever reads the database without SVIT_SECRET_KEY learns none of them.
SVIT_SECRET_KEY_OLD lets a new key take over.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE = 12  # bytes, as GCM has them


class Unreadable(ValueError):
    """Neither the key nor an old one wrote this, or somebody changed it."""


def _ciphers():
    """One for each key, the present one first."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield AESGCM(salted_hmac("svit.encryption", "aes-256-gcm", secret=key, algorithm="sha256").digest())


def encrypt(text: str) -> str:
    nonce = os.urandom(NONCE)
    written = next(_ciphers()).encrypt(nonce, text.encode(), None)
    return base64.urlsafe_b64encode(nonce + written).decode()


def decrypt(text: str) -> str:
    """Raises Unreadable."""
    try:
        whole = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Unreadable from error
    for cipher in _ciphers():
        try:
            return cipher.decrypt(whole[:NONCE], whole[NONCE:], None).decode()
        except (InvalidTag, ValueError):  # too short to hold a nonce
            continue
    raise Unreadable


def renewed(text: str) -> str:
    """The same, written with the present key."""
    return encrypt(decrypt(text))
