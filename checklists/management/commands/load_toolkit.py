"""`manage.py load_toolkit`: the toolkit's checklist, readiness items, resources and support organisations."""

from django.core.management.base import BaseCommand, CommandError

from checklists.actions.toolkit import FOLDER, BrokenToolkit, load_toolkit


class Command(BaseCommand):
    help = "Load the toolkit. Running it again adds nothing; a broken file changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--folder", default=str(FOLDER), help="A folder with the four files.")

    def handle(self, *args, **options):
        try:
            done = load_toolkit(options["folder"])
        except BrokenToolkit as broken:
            raise CommandError(f"Nothing was loaded. {broken}") from None
        word = "loaded" if done.fresh else "stands already"
        self.stdout.write(
            f"{done.template} {word}: {done.items} items, {done.readiness} readiness items,"
            f" {done.resources} resources, {done.organisations} support organisations."
        )
