"""The archive: years of logs on disk, with their messages kept up to date."""
