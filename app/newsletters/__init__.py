"""What a newsletter says: from files in any format to documents. It needs no database and no server.

`load_paths` and `load_files` are the way in, and `loading` describes the stages:

    from app.newsletters import IssueRead, load_paths

    for found in load_paths(["archive/", "75.eml"]):
        if isinstance(found, IssueRead):
            print(found.number, found.document())  # the body of `POST /issues`
        else:
            print(found.what, found.reason)  # left out, and why
"""

from app.newsletters.document import IssueRead
from app.newsletters.files import File
from app.newsletters.left_out import LeftOut
from app.newsletters.loading import load_files, load_paths

__all__ = ["File", "IssueRead", "LeftOut", "load_files", "load_paths"]
