"""The scoring of Mozilla's HTTP Observatory, as far as one answer can show it.

Source: github.com/mdn/mdn-http-observatory, src/grader/charts.js and src/scanner/index.js, version 1.4.0 of 17 March
2025, commit a57b50e3362d. Each answer begins with 100; a bonus counts only where what is lost leaves 90 or more.
Results that the service takes from lists of its own (preloaded hosts) or from the network (certificates) are left out:
they could only add points, or are nothing that an application can break.
"""

import re
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

SCORES = {
    "csp-no-unsafe-default-none": 10,
    "csp-no-unsafe": 5,
    "csp-unsafe-inline-in-style-only": 0,
    "csp-insecure-scheme-in-passive-content": -10,
    "csp-unsafe-eval": -10,
    "csp-unsafe-inline": -20,
    "csp-insecure-scheme": -20,
    "csp-not-implemented": -25,
    "cookies-secure-httponly-samesite": 5,
    "cookies-secure-httponly": 0,
    "cookies-not-found": 0,
    "cookies-not-secure-but-hsts": -5,
    "cookies-session-not-secure-but-hsts": -10,
    "cookies-not-secure": -20,
    "cookies-samesite-invalid": -20,
    "cookies-anticsrf-without-samesite": -20,
    "cookies-session-without-httponly": -30,
    "cookies-session-not-secure": -40,
    "cors-not-implemented": 0,
    "cors-public-or-restricted": 0,
    "cors-universal-access": -50,
    "redirection-to-https": 0,
    "redirection-off-host": -5,
    "redirection-not-to-https": -20,
    "redirection-missing": -20,
    "referrer-private": 5,
    "referrer-not-implemented": 0,
    "referrer-unsafe": -5,
    "referrer-invalid": -5,
    "hsts-six-months": 0,
    "hsts-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "hsts-invalid": -20,
    "sri-implemented": 5,
    "sri-not-html": 0,
    "sri-no-scripts": 0,
    "sri-all-scripts-from-own-origin": 0,
    "sri-external-scripts-loaded-securely": -5,
    "sri-implemented-but-not-loaded-securely": -20,
    "sri-external-scripts-not-loaded-securely": -50,
    "nosniff": 0,
    "nosniff-not-implemented": -5,
    "frame-options-by-csp": 5,
    "frame-options-deny-or-same-origin": 0,
    "frame-options-not-implemented": -20,
    "corp-same-origin": 10,
    "corp-same-site": 10,
    "corp-cross-origin": 0,
    "corp-not-implemented": 0,
    "corp-invalid": -5,
}
BONUS_FROM = 90
SIX_MONTHS = 15_552_000
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
UNSAFE = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)


def results(response, *, plain):
    """What each test of the service would find; `plain` is the answer to the same request over plain HTTP."""
    hsts = strict_transport(response)
    return [
        content_security_policy(response), cookies(response, hsts), sharing(response), redirection(plain),
        referrer(response), hsts, integrity(response), sniffing(response), framing(response), resource(response),
    ]  # fmt: skip


def score(found):
    """The points of a list of results."""
    points = [SCORES[result] for result in found]
    lost = 100 + sum(point for point in points if point < 0)
    return 100 + sum(points) if lost >= BONUS_FROM else lost


def policy(response):
    """The directives of the content security policy, each with its sources; of a directive named twice the first."""
    directives = {}
    for part in response.headers.get("Content-Security-Policy", "").split(";"):
        name, *sources = part.lower().split() or [""]
        if name:
            directives.setdefault(name, set(sources))
    return directives


def content_security_policy(response):
    csp = policy(response)
    if not csp:
        return "csp-not-implemented"
    fallback = csp.get("default-src", {"*"})
    script, style, objects = (csp.get(name, fallback) for name in ("script-src", "style-src", "object-src"))
    passive = csp.get("img-src", fallback) | csp.get("media-src", fallback)
    active = set().union(*(csp[name] for name in csp if name not in ("img-src", "media-src")))
    if script & (BROAD | INLINE) or objects & BROAD:
        return "csp-unsafe-inline"
    if _insecure(active):
        return "csp-insecure-scheme"
    if "'unsafe-eval'" in script | style:
        return "csp-unsafe-eval"
    if _insecure(passive):
        return "csp-insecure-scheme-in-passive-content"
    if style & (BROAD | INLINE):
        return "csp-unsafe-inline-in-style-only"
    return "csp-no-unsafe-default-none" if csp.get("default-src") == {"'none'"} else "csp-no-unsafe"


def _insecure(sources):
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def cookies(response, hsts):
    """The worst of all cookies that the answer sets."""
    found = []
    jar = SimpleCookie()
    for line in response.cookies.values():
        jar.load(line.OutputString())
    for name, cookie in jar.items():
        session = any(word in name.lower() for word in ("login", "sess"))
        same_site = cookie["samesite"].lower()
        if same_site not in ("", "lax", "strict", "none") or (same_site == "none" and not cookie["secure"]):
            found.append("cookies-samesite-invalid")
        if not cookie["secure"]:
            kind = "cookies-session-not-secure" if session else "cookies-not-secure"
            found.append(f"{kind}-but-hsts" if hsts == "hsts-six-months" else kind)
        if "csrf" in name.lower() and not same_site:
            found.append("cookies-anticsrf-without-samesite")
        if session and not cookie["httponly"]:
            found.append("cookies-session-without-httponly")
        found.append("cookies-secure-httponly-samesite" if same_site else "cookies-secure-httponly")
    return min(found, key=SCORES.get) if found else "cookies-not-found"


def sharing(response):
    allowed = response.headers.get("Access-Control-Allow-Origin")
    if allowed is None:
        return "cors-not-implemented"
    credentials = response.headers.get("Access-Control-Allow-Credentials", "").lower() == "true"
    return "cors-universal-access" if credentials else "cors-public-or-restricted"


def redirection(plain):
    """Where a request over plain HTTP is led."""
    if plain.status_code not in (301, 302, 307, 308):
        return "redirection-missing"
    to = urlsplit(plain.headers["Location"])
    if to.scheme != "https":
        return "redirection-not-to-https"
    asked = plain.wsgi_request.get_host().partition(":")[0]
    return "redirection-to-https" if to.hostname == asked else "redirection-off-host"


def referrer(response):
    header = response.headers.get("Referrer-Policy")
    if header is None:
        return "referrer-not-implemented"
    known = [word for each in header.split(",") if (word := each.strip().lower()) in PRIVATE | UNSAFE]
    if not known:
        return "referrer-invalid"
    return "referrer-private" if known[-1] in PRIVATE else "referrer-unsafe"


def strict_transport(response):
    header = response.headers.get("Strict-Transport-Security")
    if header is None:
        return "hsts-not-implemented"
    age = re.search(r"(?:^|;)\s*max-age=(\d+)", header.lower())
    if age is None or "," in header:
        return "hsts-invalid"
    return "hsts-six-months" if int(age[1]) >= SIX_MONTHS else "hsts-less-than-six-months"


def integrity(response):
    """Whether scripts of others are loaded, and how."""
    if not response.headers.get("Content-Type", "").startswith(("text/html", "application/xhtml+xml")):
        return "sri-not-html"
    scripts = SCRIPT.findall(response.content.decode())
    if not scripts:
        return "sri-no-scripts"
    found = []
    for attributes in scripts:
        source = re.search(r"\bsrc=[\"']?([^\"'\s>]+)", attributes)
        checked = "integrity=" in attributes
        if source is None or not re.match(r"(https?:)?//", source[1]):
            found.append("sri-implemented" if source and checked else "sri-all-scripts-from-own-origin")
        elif source[1].startswith("https://"):
            found.append("sri-implemented" if checked else "sri-external-scripts-loaded-securely")
        else:
            found.append(f"sri-{'implemented-but' if checked else 'external-scripts'}-not-loaded-securely")
    return min(found, key=SCORES.get)


def sniffing(response):
    right = response.headers.get("X-Content-Type-Options", "").strip().lower() == "nosniff"
    return "nosniff" if right else "nosniff-not-implemented"


def framing(response):
    if policy(response).get("frame-ancestors"):
        return "frame-options-by-csp"
    known = response.headers.get("X-Frame-Options", "").strip().lower() in ("deny", "sameorigin")
    return "frame-options-deny-or-same-origin" if known else "frame-options-not-implemented"


def resource(response):
    header = response.headers.get("Cross-Origin-Resource-Policy")
    if header is None:
        return "corp-not-implemented"
    name = f"corp-{header.strip().lower()}"
    return name if name in SCORES else "corp-invalid"
