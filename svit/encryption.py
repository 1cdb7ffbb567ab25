"""What is kept where others may read it and must be read again by SVIT: secrets in the database, such as the seed of an
authenticator app, and in an address the words that somebody looked for.

Whoever has them without SVIT_SECRET_KEY learns none of them. SVIT_SECRET_KEY_OLD lets a new key take over.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def _keys() -> MultiFernet:
    found = []
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = salted_hmac("svit.encryption", "fernet", secret=key, algorithm="sha256").digest()
        found.append(Fernet(base64.urlsafe_b64encode(digest)))
    return MultiFernet(found)


def encrypt(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Raises InvalidToken where neither the key nor an old one wrote it."""
    return _keys().decrypt(text.encode()).decode()


def renewed(text: str) -> str:
    """The same, written with the present key."""
    return _keys().rotate(text.encode()).decode()
