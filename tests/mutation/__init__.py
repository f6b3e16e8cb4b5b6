"""Whether a wrong line of code makes a test fail: `python -m tests.mutation --help`."""
