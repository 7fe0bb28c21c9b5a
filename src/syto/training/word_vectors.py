"""Sub-word embeddings by word2vec (Mikolov et al., 2013), to begin pre-training with."""

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from syto.training.packing import Ids
from syto.training.pretrain_settings import WordVectorSettings

_LONGEST = 10_000  # words that gensim reads of a sentence


def word_vectors(
    documents: Sequence[Ids], settings: WordVectorSettings, size: int, vocabulary: int, seed: int
) -> NDArray[np.float32]:
    """Return vectors (vocabulary, size) of one length each; a token that is too rare gets a random one."""
    from gensim.models import Word2Vec  # a second to import

    pieces = [
        [str(token) for token in document[start : start + _LONGEST]]
        for document in documents
        for start in range(0, len(document), _LONGEST)
    ]
    model = Word2Vec(
        pieces,
        vector_size=size,
        window=settings.window,
        negative=settings.negative,
        sample=settings.sample,
        epochs=settings.epochs,
        min_count=settings.min_count,
        sg=1,
        seed=seed,
        workers=os.cpu_count() or 1,
    )
    vectors = np.random.default_rng(seed).normal(size=(vocabulary, size)).astype(np.float32)
    known = [int(token) for token in model.wv.index_to_key]
    vectors[known] = model.wv.vectors
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = settings.length * vectors / np.maximum(lengths, 1e-12)
    return scaled
