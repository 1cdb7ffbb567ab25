"""Opens a partnership with its CSP agency and its first administrator, who sets up everything else."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from partners import actions, invitations
from partners.actor import system_actor
from partners.models import Partnership, Role
from svit.refused import Refused


class Command(BaseCommand):
    help = (
        "Opens a partnership with its first administrator, invites that person, and prints the address of the "
        "invitation: it works for three days, once."
    )

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True, help="such as: Northmere CSP")
        parser.add_argument("--area", required=True, help="the borough or area, such as: Northmere")
        parser.add_argument(
            "--code", required=True, help="two to four capital letters that open each reference"
        )
        parser.add_argument("--administrator", required=True, help="full name of the first administrator")
        parser.add_argument("--email", required=True, help="the administrator's own e-mail address")

    def handle(self, *, name, area, code, administrator, email, **options):
        by = system_actor("add_partnership")
        try:
            validate_email(email)
            Partnership(name=name, code=code, area=area).clean_fields()
            with transaction.atomic():
                partnership = actions.open_partnership(by=by, name=name, code=code, area=area, csp_name=name)
                member = actions.add_member(
                    agency=partnership.csp_agency,
                    by=by,
                    name=administrator,
                    email=email,
                    role=Role.ADMINISTRATOR,
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{partnership} is open. {member.user.email} administers it.")
        if link := invitations.way_in(member.user, ""):
            self.stdout.write(f"Hand this address over to {administrator}, for setting up:")
            self.stdout.write(link)
