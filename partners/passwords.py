"""What makes a password too easy, in our words."""

import re

from django.contrib.auth import password_validation as rules
from django.core.exceptions import ValidationError


class Length(rules.MinimumLengthValidator):
    def get_error_message(self):
        return f"The password is too short. Use {self.min_length} characters or more."


class Common(rules.CommonPasswordValidator):
    def get_error_message(self):
        return "The password is too common: it is among the first that anybody would guess. Choose another."


class OwnName(rules.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "The password is too similar to your name or address. Choose another."


# Words that whoever guesses here tries first; docs/security/controls.md names them.
WORDS = (
    "svit", "seriousviolence", "communitysafety", "csp", "goldgroup", "urgentresponse", "safeguarding", "incident",
    "coordinator", "partnership", "council", "borough", "police", "london", "password", "welcome", "letmein",
)  # fmt: skip


class OfTheService:
    """Refuses a password that is hardly more than words of the service: fewer than six letters of its own."""

    OWN = 6

    def validate(self, password, user=None):
        rest = re.sub(r"[\W\d_]", "", password.lower())
        for word in sorted(WORDS, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != re.sub(r"[\W\d_]", "", password.lower()) and len(rest) < self.OWN:
            raise ValidationError(self.get_error_message(), code="password_of_the_service")

    def get_error_message(self):
        return "The password is made of words that anybody would try here. Choose another."

    def get_help_text(self):
        return ""
