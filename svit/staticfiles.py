"""How static files are named and served."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page asks for: the sources of the styles, and htmx's extensions.

    Some of the extensions import a module that is not there, at which hashing stops.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.scss", "ext", "htmax-*"]


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Each file carries its hash in its name and may be kept for ever.

    GOV.UK's and MOJ's scripts are ES modules that import one another by name, so the names inside
    them are rewritten as well.
    """

    support_js_module_import_aggregation = True
