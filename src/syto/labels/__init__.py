"""Label sets and the maps from a data set's own rubrics to them."""
