"""Floor 0: settings, URLs, Celery, middleware, the clock, and the few base classes that every room uses."""

from svit.celery import app as celery_app

__all__ = ["celery_app"]
