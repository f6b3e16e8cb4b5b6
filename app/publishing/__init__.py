"""The gate between what is worked on and what is read: compiling into the archive, and taking out of it."""
