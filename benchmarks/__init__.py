"""How fast `GET /issues/75` is, beside what a bare ASGI app and a textbook endpoint make of the same data; and how fast
issues are imported.

    make bench                        about a minute
    make bench ARGS="--rounds 9"      steadier figures
    make bench ARGS=--json            for a program to read

Three servers run, each one uvicorn worker with the same settings, and are asked in turn by 16 keep-alive connections:

- Masthead, with its sample issues in a new SQLite file;
- `bare`, an ASGI app that sends the same bytes and does nothing else: what uvicorn can do at most;
- `textbook`, FastAPI with SQLAlchemy's async ORM, `selectinload` and `response_model`: what the FastAPI
  documentation leads to. It keeps the same content in a SQLite file of its own, and its answer is the same document.

Then `masthead import --publish` brings 100 issues of 30 items, made of the sample issues' texts, and 1,000 into new
SQLite files: once each, from the first file to the last issue, with the most memory that the command, and the process
that reads ahead for it, have taken.

Machines are noisy, so every request is measured once a round, and a figure is the median of the rounds. A ratio is the
median of what it was in each round, so that what slowed a whole round down does not count. Nothing is asserted of any
figure: what is asserted is that each answer is complete.
"""
