"""How an action says no."""


class Refused(Exception):
    """A rule of the field forbids the act. The words are for the person who asked."""

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else changed the same thing first. Carries who, when, and what stands now."""

    def __init__(self, message, current=None):
        super().__init__(message)
        self.current = current or {}


def perform(form, action, **kwargs):
    """Run `action` with the form's cleaned data; a refusal becomes the form's error. True when it was done.

    What the action returned is kept as `form.result`.
    """
    try:
        form.result = action(**kwargs, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True
