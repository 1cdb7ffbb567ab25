# Shared by the scripts beside it; bash 3.2 (macOS) suffices.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
ROOT=$PWD
VENV=$ROOT/.venv
PY=$VENV/bin/python
# What drawing a page as PDF needs of the system, and a font for it.
PANGO_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

say() { printf '%s\n' "$*"; }

# --- the system's packages -------------------------------------------------------------------------------------------

# The words before apt-get that make it work here; fails where it would ask for a password or does not exist.
as_root() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        echo env DEBIAN_FRONTEND=noninteractive
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo sudo -n env DEBIAN_FRONTEND=noninteractive
    else
        return 1
    fi
}

# apt_install WHY PACKAGE…: installs them where we may, and otherwise ends with the line that somebody else must run.
apt_install() {
    local why=$1 root log
    shift
    root=$(as_root) || die "$why Run: sudo apt-get install $*"
    say "Installing $* …"
    log=$(mktemp)
    # shellcheck disable=SC2086  # several words on purpose
    if ! { $root apt-get -qq install -y --no-install-recommends "$@" ||
        { $root apt-get -qq update && $root apt-get -qq install -y --no-install-recommends "$@"; }; } >"$log" 2>&1; then
        die "$why apt-get could not install it (is there a network? It says why in $log). Run: apt-get install $*"
    fi
    rm -f "$log"
}

# Debian renamed the font's package when its second version became the only one.
liberation_package() {
    if apt-cache policy fonts-liberation2 2>/dev/null | grep -q 'Candidate: [0-9]'; then
        echo fonts-liberation2
    else
        echo fonts-liberation
    fi
}

# --- Python ----------------------------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

hash_of() { cat "$@" | "$PY" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }

make_venv() {
    local python version
    # A virtual environment whose Python was upgraded away is made again.
    "$PY" -c '' 2>/dev/null && [ -x "$VENV/bin/pip" ] && return
    python=$(find_python) || die "SVIT needs Python 3.11 or newer, and found none (on macOS: brew install python)."
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "Python's module for virtual environments is missing." "python$version-venv"
    fi
    say "Making the virtual environment …"
    rm -rf "$VENV"
    "$python" -m venv "$VENV" || die "The virtual environment could not be made in $VENV."
    # The tree is importable from wherever a command of this environment is called.
    "$PY" -c 'import sysconfig, sys; open(sysconfig.get_path("purelib") + "/svit-source.pth", "w").write(sys.argv[1])' "$ROOT"
}

# install NAME [ALSO…]: what requirements/NAME.txt pins, only when that list has changed since. The ALSO lists are
# part of it, so they count as installed too.
install() {
    local name=$1 list log listed
    list=requirements/$name.txt
    [ "$(cat "$VENV/.svit-$name" 2>/dev/null)" = "$(hash_of "$list")" ] && return
    say "Installing the Python packages of $list …"
    log=$(mktemp)
    if ! "$PY" -m pip install --disable-pip-version-check --quiet --retries 2 --require-hashes -r "$list" >"$log" 2>&1; then
        if grep -qiE 'connection|resolution|unreachable|timed out|no matching distribution' "$log"; then
            die "The Python packages could not be fetched: is there a network? pip says more in $log."
        fi
        die "The Python packages could not be installed: pip says why in $log."
    fi
    rm -f "$log"
    for listed in "$@"; do
        hash_of "requirements/$listed.txt" >"$VENV/.svit-$listed"
    done
}

# --- what the pages need ---------------------------------------------------------------------------------------------

has_pango() {
    [ "$(uname)" = Darwin ] && export DYLD_FALLBACK_LIBRARY_PATH="${HOMEBREW_PREFIX:-/opt/homebrew}/lib:/usr/local/lib:/usr/lib"
    "$PY" - <<'END'
import ctypes, sys
end = "{}.dylib" if sys.platform == "darwin" else "{}.so.0"
for name in ("libpango-1.0", "libpangoft2-1.0", "libharfbuzz-subset"):
    try:
        ctypes.CDLL(end.format(name))
    except OSError:
        sys.exit(1)
END
}

need_pango() {
    has_pango && return
    if [ "$(uname)" = Darwin ]; then
        die "Pango is missing, without which no PDF can be drawn. Run: brew install pango"
    fi
    command -v apt-get >/dev/null || die "Pango is missing, without which no PDF can be drawn: install $PANGO_PACKAGES."
    # shellcheck disable=SC2046,SC2086
    apt_install "Pango is missing, without which no PDF can be drawn." $PANGO_PACKAGES $(liberation_package)
    has_pango || die "Pango was installed and still cannot be loaded: see $PANGO_PACKAGES."
}

# Node of the machine if it is new enough, else Node from PyPI, beside Python.
need_node() {
    local major
    [ -x "$VENV/bin/node" ] && export PATH="$VENV/bin:$PATH" && return
    major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)
    if [ "${major:-0}" -ge 18 ] && command -v npm >/dev/null; then
        return
    fi
    install styles styles
    export PATH="$VENV/bin:$PATH"
}

styles() {
    need_node
    script/styles || exit 1
}
