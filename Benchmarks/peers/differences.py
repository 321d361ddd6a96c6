"""Why a verdict of adblock-rust differs from ours: each kind was looked into, and has a test here."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from . import corpus

NO_URL = "not a URL that a browser would ask for"
UNKNOWN_SOURCE = ("the source is no page of a site: adblock-rust takes every `domain=` for "
                  "fulfilled, khiên none")
DOTS = "adblock-rust does not resolve `..`; a browser does before it asks"
AS_WRITTEN = "adblock-rust compares a host as it is written, in upper case or with a dot at its end"
DOCUMENT = "adblock-rust lets exceptions for parts of a page, like `$subdocument`, save a `document`"
WWW = "adblock-rust reads `||www.name^` as `||name^` and blocks the whole domain"
WWW_EXCEPTION = "adblock-rust reads `@@||www.name^` as `@@||name^` and excepts the whole domain"
CONDITION = "adblock-rust takes rules for other browsers too, those inside `!#if`"
UNEXPLAINED = "not explained"

EXCEPTION = re.compile(r"@@\|\|([a-z0-9.-]+)")
NAME_END = re.compile(r"\^\|?")
# What looks like a URL that a browser asks for: if it is invalid to us, that is to be looked into.
PLAIN = re.compile(r"https?://[a-z0-9_-]+(\.[a-z0-9_-]+)+(:\d{1,5})?([/?#][!-~]*)?", re.IGNORECASE)


class Explainer:
    """Knows the lists that both sides had."""

    def __init__(self, lists: list[Path], names: set[str]):
        self.names = names
        self.excepted: set[str] = set()
        self.conditional: set[str] = set()
        for path in lists:
            depth = 0
            for line in corpus.lines(path):
                depth += line.startswith("!#if") - line.startswith("!#endif")
                found = EXCEPTION.match(line)
                if found and NAME_END.fullmatch(line, found.end()):
                    self.excepted.add(found.group(1))
                if found and depth > 0:
                    self.conditional.add(found.group(1))

    def reason(self, row: list[str], own: str, peer: str) -> str:
        """- row: URL, source, type; - own: our verdict; - peer: `B`, `X` (an exception) or `-`."""
        url, source, kind = row
        if own == "invalid":
            return UNEXPLAINED if PLAIN.fullmatch(url) else NO_URL
        if not is_url(url):
            return NO_URL
        if not source.startswith("http") or not is_url(source):
            return UNKNOWN_SOURCE
        host = urlsplit(url).netloc.split("@")[-1].split(":")[0]
        known = {host.lower().rstrip("."), *corpus.parents(host.lower().rstrip("."))}
        with_www = known | {f"www.{each}" for each in known}
        if own == "block":
            tests = [(host != host.lower() or host.endswith("."), AS_WRITTEN),
                     ("/../" in url, DOTS),
                     (peer == "X" and kind == "document", DOCUMENT),
                     (peer == "X" and bool((with_www - known) & self.excepted), WWW_EXCEPTION),
                     (peer == "X" and bool(known & self.conditional), CONDITION)]
        else:
            tests = [(bool((with_www - known) & self.names), WWW),
                     ("/../" in url, DOTS)]
        return next((reason for holds, reason in tests if holds), UNEXPLAINED)


def is_url(text: str) -> bool:
    try:
        host = urlsplit(text).hostname
    except ValueError:
        return False
    return bool(host) and not set(host) & set(" <>|")
