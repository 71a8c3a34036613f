"""Shares of a chain, out of what a register holds: some told, some not.

A party takes in goods, and people, partly from others. What is told of its
suppliers' shares stands. What is left over is divided in equal parts among those
whose share is not told, and whoever is not named counts as one more of them:

    left    = elsewhere - sum of the shares told                    not below 0
    heads   = suppliers without a share + 1 unless all are named
    share   = left / heads,  and so is `unnamed`, unless all are named

Shares told that come to more than the whole are made smaller alike. What is left
although all are named and told is unnamed: somebody is missing. Where it is not
told how much comes from elsewhere, all of it does, unless all are named and told:
then it is what they supply.
"""

import numpy as np
from numpy.typing import NDArray


def shared_out(
    buyer: NDArray[np.int32],
    kind: NDArray[np.int8],
    share: NDArray[np.float64],
    *,
    elsewhere: NDArray[np.float64],
    all_named: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of every edge, and what comes from nobody named, shape (kinds, parties).

    Args:
        buyer: of each edge.
        kind: of each edge.
        share: of each edge, 0 to 1, not a number where it is not told.
        elsewhere: what a party takes in from others rather than from own fields or
            own staff, 0 to 1, not a number where it is not told; shape (kinds, parties).
        all_named: whether it has said that it named them all, of the same shape.
    """
    kinds, parties = elsewhere.shape
    told = ~np.isnan(share)
    places = kind.astype(np.int64) * parties + buyer
    size = kinds * parties
    named = np.bincount(places, np.where(told, share, 0), minlength=size)
    silent = np.bincount(places[~told], minlength=size)
    closed = all_named.ravel()
    ends = np.where(closed & (silent == 0), named, 1)
    left = np.maximum(np.where(np.isnan(elsewhere.ravel()), ends, elsewhere.ravel()) - named, 0)
    part = left / np.maximum(silent + ~closed, 1)
    unnamed = np.where(closed & (silent > 0), 0, part)
    whole = np.maximum(named, 1)
    return np.where(told, share / whole[places], part[places]), unnamed.reshape(kinds, parties)
