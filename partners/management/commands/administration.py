"""Lets somebody who has an account look into /admin/, or no longer."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partners.models import User


class Command(BaseCommand):
    help = "Let somebody who has an account look into /admin/ (SVIT_ADMIN=yes); --withdraw takes it back."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--withdraw", action="store_true")

    def handle(self, *, email, withdraw, **options):
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody with the address {email} has an account that is open.")
        user.is_staff = user.is_superuser = not withdraw
        user.save(update_fields=["is_staff", "is_superuser"])
        if withdraw:
            self.stdout.write(f"{user} no longer comes into /admin/.")
            return
        self.stdout.write(f"{user} comes into /admin/ with a second factor, and sees no incident there.")
        if not settings.ADMIN:
            self.stdout.write("/admin/ is off: set SVIT_ADMIN=yes and run manage.py prepare.")
