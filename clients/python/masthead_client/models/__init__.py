"""The models of responses.

Unknown fields, which a newer server may send, are ignored; values that it may extend (a status, a role) are plain
strings. Times are in UTC. Texts are Markdown; a field with the same name and `_html` is sanitised HTML. Links are
relative to the API's root, the address that the client was given.
"""

from pydantic import BaseModel, ConfigDict

Links = dict[str, str | None]


class Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
