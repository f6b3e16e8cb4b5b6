"""A cache of rendered texts, so that a write renders what has changed and nothing else."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock


class HtmlCache:
    """The HTML of Markdown texts, those most recently used, up to a size. Threads may share it."""

    def __init__(self, max_size: int, render: Callable[[str], str]) -> None:
        """`max_size`: characters of texts and their HTML."""
        self._max_size = max_size
        self._render = render
        self._html: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self.rendered = 0
        """How many texts were not in the cache."""

    def get(self, text: str) -> str:
        """The HTML of a text, rendered unless it is in the cache."""
        with self._lock:
            if text in self._html:
                self._html.move_to_end(text)
                return self._html[text]
        html = self._render(text)
        self.rendered += 1
        self.add(text, html)
        return html

    def add(self, text: str, html: str) -> None:
        """Add the HTML of a text that is known from elsewhere."""
        with self._lock:
            if text not in self._html:
                self._html[text] = html
                self._size += len(text) + len(html)
            while self._size > self._max_size:
                oldest, dropped = self._html.popitem(last=False)
                self._size -= len(oldest) + len(dropped)

    def clear(self) -> None:
        with self._lock:
            self._html.clear()
            self._size = 0
