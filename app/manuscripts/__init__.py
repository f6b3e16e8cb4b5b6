"""Manuscripts: an issue as a Markdown file with YAML front matter, for people who work in an editor and with git.

`write` makes one of a working copy, and `read` makes of it the body of `PUT /issues/{number}`: `read(write(draft))`
changes nothing. They need no database and no server. `docs/manuscripts.md` describes the format; in short:

- the front matter, between lines of `---`, has the issue's own fields, named as in the API;
- a heading is a section, at the level of its number of `#`; a heading in brackets is an item: `## [Title](https://…)`;
- a line of attributes below it, `{#401 tags=research}`, has the other fields;
- the text below that is the section's intro or the item's body; `escaping` says what little of it is escaped;
- a section or item with an id has only the tags that are written there, a new one without tags gets the usual ones;
- the outro comes last, below a line `{outro}`.
"""

from app.manuscripts.errors import ManuscriptError
from app.manuscripts.parser import Manuscript, parse, read
from app.manuscripts.writer import write

__all__ = ["Manuscript", "ManuscriptError", "parse", "read", "write"]
