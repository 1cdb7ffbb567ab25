"""The door for a WSGI server (gunicorn in both modes)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svit.settings")

application = get_wsgi_application()
