"""How long somebody stays signed in: thirty minutes without use, twelve hours in all. What was typed is kept.

When a browser was last used stands in a signed cookie bound to its session, so that no page writes for it. Whoever
has none counts from the sign-in.
"""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.core.signing import BadSignature, Signer
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from partners.models import KeptAnswers
from svit import clock, kept

IDLE, WARNED_AT, LONGEST = timedelta(minutes=30), timedelta(minutes=25), timedelta(hours=12)
FORGOTTEN, MOST_PAGES = (
    timedelta(days=3),
    20,
)  # for how long answers wait, and on how many pages of one person
FRESH = 60  # seconds for which the cookie need not be written again
BEGAN, KEPT = "signed_in_at", "kept_pages"
COOKIE = "__Host-used" if settings.HTTPS else "used"
QUIET = ("keep-answers",)  # what a page does by itself does not count as use
# What a browser throws away at sign-out, where it was told so over TLS. Not "cookies": those of every neighbour under
# the same domain would go as well, and ours are taken back one by one.
CLEAR = '"cache", "storage"'
MOST = 100_000  # characters of one page's answers
NEVER = ("csrfmiddlewaretoken", "password", "credential", "code", "page")


def begin(sender, request, user, **kwargs):
    """At sign-in: when it was, and on which pages answers wait; what waited for days is put away, whose it may be."""
    now = clock.now()
    KeptAnswers.objects.filter(kept_at__lt=now - FORGOTTEN).delete()
    request.session[BEGAN] = int(now.timestamp())
    request.session[KEPT] = list(KeptAnswers.objects.filter(user=user).values_list("path", flat=True))


class Idle:
    """Ends a session that was not used, or lasted its time; and gives back on a page what was typed there before."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if SESSION_KEY not in request.session:
            return self.get_response(request)
        now = int(clock.now().timestamp())
        used = _used(request)
        if used is None or now - used >= IDLE.total_seconds() or _lasted(request, now):
            return _clear(self._end(request))
        key = request.session.session_key
        with kept.given_back(_answers(request)):
            response = self.get_response(request)
        if SESSION_KEY not in request.session:
            return _clear(response)
        new_key = request.session.session_key != key  # after a second factor
        if request.session.session_key and (new_key or (now - used >= FRESH and not _is_quiet(request))):
            _mark(request, response, now)
        return response

    def _end(self, request):
        """Sign out, and go to sign in again, with the way back; what was being sent is kept for the person."""
        page = request.get_full_path()
        if request.method == "POST":
            page = _page_of(request)
            if keep(user=request.user, path=urlsplit(page).path, answers=request.POST):
                messages.info(
                    request, "What you typed was not sent. It is kept, and waits for you on the page."
                )
        logout(request)
        messages.info(
            request,
            "You were signed out, because SVIT was not used for 30 minutes or your 12 hours were over.",
        )
        sign_in = f"{resolve_url('account_login')}?{urlencode({'next': page})}"
        if request.htmx:
            return HttpResponseClientRedirect(sign_in)
        return redirect(sign_in)


def keep(*, user, path, answers):
    """Keep what somebody typed on a page, but never a password or a code. Whether there was anything to keep."""
    path = _storable(path)
    if path.startswith("/account/") or not user.is_authenticated:
        return False
    values = {_storable(name): [_storable(value) for value in answers.getlist(name)] for name in answers}
    values = {name: each for name, each in values.items() if not any(word in name for word in NEVER)}
    typed = any(value.strip() for each in values.values() for value in each)
    if not typed or sum(len(value) for each in values.values() for value in each) > MOST:
        return False
    others = KeptAnswers.objects.filter(user=user).exclude(path=path[:500])
    if others.count() >= MOST_PAGES:
        return False
    KeptAnswers.objects.update_or_create(
        user=user, path=path[:500], defaults={"answers": values, "kept_at": clock.now()}
    )
    return True


def _storable(text):
    """Without NUL, which PostgreSQL takes neither as text nor in JSON."""
    return text.replace("\x00", "")


def _used(request):
    """When the session was last used, in seconds; None where it has no beginning of ours."""
    began = request.session.get(BEGAN)
    try:
        return int(_signer(request).unsign(request.COOKIES.get(COOKIE, "")))
    except (BadSignature, ValueError):
        return began


def _lasted(request, now):
    return now - request.session.get(BEGAN, 0) >= LONGEST.total_seconds()


def _signer(request):
    return Signer(salt=f"partners.sessions:{request.session.session_key}")


def _mark(request, response, now):
    response.set_cookie(
        COOKIE,
        _signer(request).sign(str(now)),
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
        path="/",
    )


def _clear(response):
    """The session is over: pages that were kept to be asked about again, and what scripts wrote down, go with it."""
    response["Clear-Site-Data"] = CLEAR
    response.delete_cookie(COOKIE, path="/", samesite="Lax")
    return response


def _is_quiet(request):
    """Whether the page asked by itself: a poll, or keeping answers."""
    match = request.resolver_match
    return request.headers.get("HX-Trigger") == "live" or (match is not None and match.url_name in QUIET)


def _page_of(request):
    """The page on which a form stood, as the browser says; else the address that it was sent to."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return request.path
    parts = urlsplit(came)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _answers(request):
    """What was typed on this page before the session ended, given back once."""
    waiting = request.session.get(KEPT)
    if not waiting or request.method != "GET" or request.htmx or request.path not in waiting:
        return None
    request.session[KEPT] = [path for path in waiting if path != request.path]
    rows = KeptAnswers.objects.filter(user=request.session[SESSION_KEY], path=request.path)
    found = rows.first()
    if found is None:
        return None
    rows.delete()
    messages.info(
        request, "What you typed before you were signed out is in the form again. It was not sent yet."
    )
    return found.answers
