"""Manuscripts: an issue as Markdown with a YAML head, for people who like their own editor and git.

`writing.write` makes one of a working copy, and `reading.read` makes of it what `PUT /issues/{number}` takes, so that
`read(write(draft))` changes nothing. What it looks like is in `docs/manuscripts.md`; in short:

- the head, between lines of `---`, has the issue's own fields, by their names in the API;
- a heading is a section, as deep as it has `#`; one whose text stands in brackets is an item: `## [Title](https://…)`;
- a line of attributes beneath it, `{#401 tags=research}`, has what has no other place;
- the text beneath that is the section's intro or the item's body, as it is: `marks` tells what little is escaped;
- what has an id has just the tags that stand there; what is new and says nothing takes those that its place gives;
- the outro comes last, beneath a line `{outro}`.
"""
