"""From articles to scored rows, with a bundle; needs neither torch nor transformers."""
