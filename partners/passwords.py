"""What makes a password too easy, in our words."""

from django.contrib.auth import password_validation as rules


class Length(rules.MinimumLengthValidator):
    def get_error_message(self):
        return f"The password is too short. Use {self.min_length} characters or more."


class Common(rules.CommonPasswordValidator):
    def get_error_message(self):
        return "The password is too common: it is among the first that anybody would guess. Choose another."


class OwnName(rules.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "The password is too similar to your name or address. Choose another."
