"""Turns one HTML page into PDF, in a process of its own that may be killed: `python -m reports.render`.

HTML comes in on standard input. On standard output go the lengths of two PDF files in bytes, in one line, then the
files: the pack, and the same pack marked as replaced above its first page, for whoever opens it after a newer one was
made. The pages are laid out once. It knows no Django, no database and no setting, and it fetches nothing: no address
is allowed, a local file included. Of an error it tells its kind alone, since its words may quote the page.
"""

import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 90
LARGEST_FILE = 64 * 1024 * 1024
VARIANT = "pdf/ua-1"
MARK = "replaced"  # the class of what only the second file shows


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


def render(html):
    """`html` as (tagged PDF, the same marked as replaced): PDF/UA-1, with nothing but what stands in it.

    The pages are laid out once, with the mark above the first, written so, and written again when it is taken off. No
    process is forked for the one: Pango looks for fonts in threads, and what they hold at a fork is held for ever.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    page = HTML(string=html, base_url="about:blank", url_fetcher=URLFetcher(allowed_protocols=()))
    laid_out = page.render(pdf_variant=VARIANT)
    laid_out.metadata.attachments = []  # a pack has none, and one that a page asks for can be opened once alone
    marked = laid_out.write_pdf(pdf_variant=VARIANT)
    _take_off(laid_out.pages[0]._page_box, MARK)
    return laid_out.write_pdf(pdf_variant=VARIANT), marked


def _take_off(box, mark):
    """Take what is marked out of the boxes of a page. It lies on the page, so nothing moves."""
    for child in list(box.children):
        element = getattr(child, "element", None)
        if element is not None and element.get("class") == mark:
            box.children = [kept for kept in box.children if kept is not child]
        elif hasattr(child, "children"):
            _take_off(child, mark)


def main():
    confine()
    files = render(sys.stdin.buffer.read().decode())
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
