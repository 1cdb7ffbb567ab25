"""Makes the demonstration: two invented boroughs with their agencies, people and incidents."""

import secrets
import string

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from checklists.actions import load_toolkit
from partners.models import Membership, Partnership, User
from reports.demo.boroughs import BOROUGHS, build
from reports.demo.incidents import happen
from svit import environment


def made_up_password():
    """Sixteen letters in four groups: to be read out and typed, not to be guessed."""
    letters = string.ascii_lowercase.replace("l", "").replace("o", "")
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


class Command(BaseCommand):
    help = (
        "Makes a demonstration in embedded mode: Northmere and Eastbrook, invented. All of it or nothing; a second "
        "run changes nothing. Everybody's password is SVIT_DEMO_PASSWORD, or one that is made up and printed."
    )

    def handle(self, **options):
        if not settings.EMBEDDED:
            raise CommandError(
                "The demonstration is for embedded mode alone: this is a partnership's own database, so nothing was "
                "made. Unset DATABASE_URL and CELERY_BROKER_URL to try it out."
            )
        if User.objects.filter(email="coordinator@northmere.example").exists():
            self.stdout.write(
                "The demonstration is already there, and nothing was changed. Who can sign in:\n\n"
            )
            self.tell_people()
            self.stdout.write("\nThe password is the one that was printed when the demonstration was made.")
            return
        if Partnership.objects.filter(code__in=[code for _, code in BOROUGHS]).exists():
            raise CommandError(
                "This database has a partnership with a prefix of the demonstration. Nothing was made."
            )
        given = environment.read("SVIT_DEMO_PASSWORD")
        password = given or made_up_password()
        with transaction.atomic():
            load_toolkit()
            happen(build(password))
        self.stdout.write("The demonstration is made. Everything in it is invented. Who can sign in:\n\n")
        self.tell_people()
        self.stdout.write(f"\nSign in at {settings.BASE_URL}")
        if given:
            self.stdout.write("The password of everybody is the value of SVIT_DEMO_PASSWORD.")
        else:
            self.stdout.write(f"The password of everybody is: {password}")

    def tell_people(self):
        """Address, role and agency of everybody, by borough."""
        rows = Membership.objects.current().filter(user__email__endswith=".example")
        for area, _ in BOROUGHS:
            self.stdout.write(f"{area}\n")
            for row in rows.filter(user__email__endswith=f"@{area.lower()}.example").select_related(
                "user", "agency"
            ):
                self.stdout.write(f"  {row.user.email:<42} {row.get_role_display()}, {row.agency}\n")
