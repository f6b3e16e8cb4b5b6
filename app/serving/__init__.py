"""The processes of `masthead serve`: a supervisor, and the workers that it starts, watches and ends."""
