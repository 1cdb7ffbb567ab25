"""How an action says no."""

from svit.conflicts import side_by_side


class Refused(Exception):
    """A rule of the field forbids the act. The words are for the person who asked."""

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else changed the same fields first: who, when, what stands there now by field, in which version."""

    def __init__(self, message, *, theirs, version, who, when):
        super().__init__(message)
        self.theirs, self.version, self.who, self.when = theirs, version, who, when


def perform(form, action, **kwargs):
    """Run `action` with the form's cleaned data; a refusal becomes the form's error. True when it was done.

    What the action returned is kept as `form.result`; of a conflict the form shows both sides.
    """
    try:
        form.result = action(**kwargs, **form.cleaned_data)
    except Conflict as conflict:
        form.conflict = side_by_side(form, conflict)
        form.add_error(None, conflict.message)
        return False
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True
