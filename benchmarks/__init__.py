"""The speed of `GET /issues/75`, compared with a bare ASGI app and a textbook endpoint for the same data; and the speed
of importing issues.

    make bench                        about a minute
    make bench ARGS="--rounds 9"      more stable results
    make bench ARGS=--json            JSON output

Three servers run, each with one uvicorn worker and the same settings, and get requests in turn on 16 keep-alive
connections:

- Masthead, with its sample issues in a new SQLite file;
- `bare`, an ASGI app that sends the same bytes and does nothing else: the maximum that uvicorn can do;
- `textbook`, FastAPI with SQLAlchemy's async ORM, `selectinload` and `response_model`, as in the FastAPI documentation.
  It stores the same content in its own SQLite file, and returns the same document.

Then `masthead import --publish` imports 100, and then 1,000, issues of 30 items, made from the texts of the sample
issues, into new SQLite files. Measured are the time from the first file to the last issue, and the peak memory of the
command and of its reader process.

Because machines are noisy, every request is measured once per round, and a result is the median of all rounds. A ratio
is the median of the ratios in each round, so that a slow round does not distort it. No result is asserted, only that
each response is complete.
"""
