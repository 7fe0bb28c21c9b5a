"""Settings of the YAML section `tracking`."""

from pydantic import BaseModel, ConfigDict


class TrackingSettings(BaseModel):
    """Where runs are tracked; the environment variable MLFLOW_TRACKING_URI wins over `uri`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    experiment: str = "syto"
    uri: str = "sqlite:///runs/mlflow.db"  # a database, a folder or a server, as MLflow writes it
    registered_model: str | None = None  # none: `syto-` and the name of the config
