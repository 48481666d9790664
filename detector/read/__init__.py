"""Bytes or text to :class:`~detector.page.Page`: decode, then extract.

``read`` decides what the input is; each kind is a function and a row in a table.
"""

import re
from collections.abc import Callable, Mapping

from detector.page import Page
from detector.read.decode import decode
from detector.read.extract import from_html, from_text
from detector.read.markdown import from_markdown

__all__ = ["read"]

_READERS: Mapping[str, Callable[..., Page]] = {
    "text/html": from_html,
    "application/xhtml+xml": from_html,
    "text/markdown": from_markdown,
    "text/x-markdown": from_markdown,
    "text/plain": from_text,
}
# Only the very start counts: an article about HTML has tags in its middle. The possessive marks
# (+ after a repeat) keep it linear where one comment follows another.
_HTML = re.compile(
    r"[\ufeff\s]*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?>.*?-->)\s*+)*+"
    r"<(?:!doctype\s+html|html|head|body|meta|title|link|script|style|base|div|p|span|a|br|h[1-6]"
    r"|ul|ol|li|dl|table|tr|td|center|font|b|strong|img|article|section|header|main|nav|form|pre)"
    r"(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN_NAME = re.compile(r"\.(?:md|markdown)(?:[?#]|$)", re.IGNORECASE)


def read(
    data: bytes | str,
    *,
    content_type: str | None = None,
    url: str | None = None,
    title: str | None = None,
) -> Page:
    r"""Return the page in ``data``: HTML, Markdown or plain text; bytes are decoded first.

    ``content_type`` is believed if it names one of these. Otherwise text that begins as HTML does
    is HTML, text under an address that ends in ``.md`` is Markdown, and all else is plain.
    ``title`` overrides the page's own. Never raises.

    >>> read("<p>你好<br>世界").text
    '你好\n世界'
    """
    if isinstance(data, bytes):
        decoded = decode(data, content_type)
        text, encoding = decoded.text, decoded.encoding
    else:
        text, encoding = data, "utf-8"
    reader = _reader(text, content_type, url)
    return reader(text, url=url, title=title, encoding=encoding)


def _reader(text: str, content_type: str | None, url: str | None) -> Callable[..., Page]:
    kind = (content_type or "").partition(";")[0].strip().lower()
    named = _READERS.get(kind)
    if named is not None:
        return named
    if _HTML.match(text):
        return from_html
    return from_markdown if url and _MARKDOWN_NAME.search(url) else from_text
