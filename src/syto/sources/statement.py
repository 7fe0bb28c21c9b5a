"""What every place that shows a reliability says of it, and from when on one is said of a source."""

NOT_TRUTH = (
    "Source reliability is not truth: the model estimates whether a text reads like the output of unreliable "
    "sources. Its answer is triage, never a verdict."
)
LEAST_ARTICLES = 10  # of a source; fewer are too few for a verdict on how its texts read
