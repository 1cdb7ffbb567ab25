"""Wrong guesses of somebody who is signed in, counted for the account. How many there may be stands in the settings."""

import logging

from allauth.core import ratelimit

from partners.door_log import tell


def may_guess(request, what):
    """Whether this person has not guessed wrongly too often of late."""
    return ratelimit.consume(request, action=what, user=request.user, dry_run=True)


def guessed_wrongly(request, what):
    """Count one more, and say so in the log of the door."""
    ratelimit.consume(request, action=what, user=request.user)
    tell("guessed wrongly", request, level=logging.WARNING, how=what)
