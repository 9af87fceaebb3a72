"""Which storage account of a region a flow log writes to.

Rendezvous hashing: a flow log goes to the shard with the highest hash of shard and target, so that
a new shard takes only the flow logs that hash to it and moves no other.
"""

from __future__ import annotations

import hashlib


def shard_of(target_id: str, shards: int) -> int:
    """The shard, from 0 to ``shards`` - 1, of the flow log on a target."""
    return max(range(shards), key=lambda shard: _weight(target_id, shard))


def _weight(target_id: str, shard: int) -> bytes:
    return hashlib.sha256(f"{shard}/{target_id.casefold()}".encode()).digest()
