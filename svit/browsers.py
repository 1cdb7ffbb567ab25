"""What a browser calls itself, in a few words, for somebody who looks where they are signed in."""

NAMES = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser(user_agent: str) -> str:
    """Such as 'Chrome on Android'. What it says of itself is not proved, and is shown to its own user alone."""
    name = next((words for sign, words in NAMES if sign in user_agent), "A browser")
    machine = next((words for sign, words in MACHINES if sign in user_agent), "")
    return f"{name} on {machine}" if machine else name
