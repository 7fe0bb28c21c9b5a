"""How good the answers are: metrics, their intervals, slices and the records that keep them."""
