"""After SVIT_SECRET_KEY was changed: what the database keeps secret is written anew with the present key."""

from django.core.management.base import BaseCommand, CommandError

from partners import actions
from svit.encryption import Unreadable


class Command(BaseCommand):
    help = "Encrypts secrets anew with SVIT_SECRET_KEY; SVIT_SECRET_KEY_OLD names the key of before."

    def handle(self, **options):
        try:
            count = actions.renew_secrets()
        except Unreadable as error:
            raise CommandError(
                "A secret was written with another key: set SVIT_SECRET_KEY_OLD to it."
            ) from error
        self.stdout.write(f"{count} secrets are written with the present key.")
