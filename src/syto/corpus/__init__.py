"""From files of articles to audited splits."""
