"""Adds a CSP manager whom nobody confirms: the first one of a partnership, or one after the last has left."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from partners import actions, invitations
from partners.actor import system_actor
from partners.models import Partnership, Role
from svit.refused import Refused


class Command(BaseCommand):
    help = "Adds a partnership's first CSP manager, who from then on confirms the roles that administrators give."

    def add_arguments(self, parser):
        parser.add_argument(
            "--code", required=True, help="the letters that open the partnership's references"
        )
        parser.add_argument("--name", required=True, help="full name")
        parser.add_argument("--email", required=True, help="the person's own e-mail address")

    def handle(self, *, code, name, email, **options):
        partnership = Partnership.objects.filter(code=code).first()
        if partnership is None:
            raise CommandError(f"There is no partnership with the letters {code}.")
        try:
            validate_email(email)
            member = actions.add_member(
                agency=partnership.csp_agency,
                by=system_actor("add_csp_manager"),
                name=name,
                email=email,
                role=Role.CSP_MANAGER,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{email} is a CSP manager of {partnership}.")
        if address := invitations.way_in(member.user, ""):
            self.stdout.write(f"An invitation was sent. Its address, should it not arrive:\n{address}")
