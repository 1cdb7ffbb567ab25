"""Secrets in the database: read again with the key, or with an old one, and in no other way."""

import base64

import pytest

from svit.encryption import Unreadable, decrypt, encrypt, renewed

TEXT = "Ottoline Heron, 14, “seed”"


def test_it_is_read_again_and_never_written_twice_alike():
    first, second = encrypt(TEXT), encrypt(TEXT)
    assert decrypt(first) == decrypt(second) == TEXT
    assert first != second
    assert b"Ottoline" not in base64.urlsafe_b64decode(first)
    assert decrypt(encrypt("")) == ""


def test_an_old_key_reads_and_the_present_one_writes(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a" * 60, []
    written = encrypt(TEXT)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "b" * 60, ["a" * 60]
    assert decrypt(written) == TEXT
    anew = renewed(written)
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(anew) == TEXT
    with pytest.raises(Unreadable):
        decrypt(written)


def test_every_changed_letter_is_noticed():
    written = encrypt(TEXT)
    for at, letter in enumerate(written.rstrip("=")[:-1]):  # the last one has bits that mean nothing
        with pytest.raises(Unreadable):
            decrypt(written[:at] + ("A" if letter != "A" else "B") + written[at + 1 :])


@pytest.mark.parametrize("text", ["", "x", "not ours", "é", "A" * 16, "=" * 20, "a\n" * 40])
def test_what_is_no_text_of_ours_is_told_so(text):
    with pytest.raises(Unreadable):
        decrypt(text)
