from syto.model.settings import TaskSettings
from syto.records import Article
from syto.training.targets import without_silent


def test_an_outlets_football_teaches_nothing_of_its_reliability() -> None:
    tasks = {
        "topic": TaskSettings(kind="single_label", labels="topics.yaml"),
        "reliability": TaskSettings(kind="ordinal", labels="r.yaml", silent_on={"topic": ("sport",)}),
    }
    articles = [
        Article(topic, "", labels={"topic": (topic,), "reliability": ("unreliable",)})
        for topic in ("sport", "politics")
    ]
    football, politics = without_silent(articles, tasks)
    assert dict(football.labels) == {"topic": ("sport",)}
    assert politics is articles[1]
