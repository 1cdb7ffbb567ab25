"""Turns one HTML page into PDF, in a process of its own that may be killed: `python -m reports.render`.

HTML comes in on standard input. On standard output go the lengths of two PDF files in bytes, in one line, then the
files: the pack, and the same pack marked as replaced on its first page, for whoever opens it after a newer one was
made; the two are drawn side by side, each by a process. It knows no Django, no database and no setting, and it
fetches nothing: no address is allowed, a local file included. Of an error it tells its kind alone, since its words
may quote the page.
"""

import resource
import sys
from concurrent.futures import ProcessPoolExecutor

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
LARGEST_FILE = 64 * 1024 * 1024
REPLACED = ".replaced { display: block !important }"


def confine():
    """Bounds on memory, time and files. The clock of the parent ends what only waits."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def render(html, *stylesheets):
    """`html` as tagged PDF (PDF/UA-1), with nothing but what stands in it and in `stylesheets`."""
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=())
    sheets = [CSS(string=sheet, url_fetcher=nothing) for sheet in stylesheets]
    page = HTML(string=html, base_url="about:blank", url_fetcher=nothing)
    return page.write_pdf(pdf_variant="pdf/ua-1", stylesheets=sheets)


def main():
    confine()
    html = sys.stdin.buffer.read().decode()
    with ProcessPoolExecutor(1) as second:
        replaced = second.submit(render, html, REPLACED)
        files = [render(html), replaced.result()]
    out = sys.stdout.buffer
    out.write(b"%d %d\n" % tuple(len(file) for file in files))
    for file in files:
        out.write(file)
    out.flush()


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        sys.exit(type(error).__name__)
