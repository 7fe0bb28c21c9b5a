"""Settings of the YAML sections `objective` and `word_vectors` of a pre-training."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]


class ObjectiveSettings(BaseModel):
    """What is asked of the encoder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    length: Annotated[int, Field(ge=8)] = 128  # tokens a row
    mask: Annotated[float, Field(gt=0, lt=1)] = 0.25  # share of the words that are masked
    candidates: Count | None = None  # of a sampled softmax; null = the whole vocabulary
    contrast: Annotated[float, Field(ge=0)] = 0.0  # weight of telling halves of a document from others


class WordVectorSettings(BaseModel):
    """Embeddings to begin with, by word2vec on the same tokens; only from scratch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: Count = 1
    window: Count = 6
    negative: Count = 6
    sample: Annotated[float, Field(ge=0)] = 3e-5  # frequent tokens are thinned out above this share
    min_count: Count = 3
    length: Annotated[float, Field(gt=0)] = 0.8  # of each vector
