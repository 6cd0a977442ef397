"""What a plugin in Python is written against: `errors` for saying no, and `host` for what only runs inside the platform."""
