"""Artifacts of models: JSON files with a checksum, so that what was edited or cut off is noticed."""

import hashlib
import json
import re

# A string stays as it is; white space between tokens is only for people.
_TOKENS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
# The checksum comes last, and is not part of what it is over.
_CHECKSUM = re.compile(r',"checksum":"(sha256:[0-9a-f]{64})"\}$')


class BadArtifact(Exception):
    """The artifact is not one that this code can serve; says where and what to do."""


def read_artifact(path):
    """The parsed file. Raises BadArtifact where it is none, or not as the training left it."""
    try:
        text = path.read_text(encoding="utf-8")
        artifact = json.loads(text)
    except (OSError, ValueError) as error:
        raise BadArtifact(f"{path} can't be read as an artifact: {error!r}") from error
    # The text and not its numbers: another language writes them in another way.
    compact = _TOKENS.sub(lambda match: match.group(1) or "", text)
    found = _CHECKSUM.search(compact)
    if found is None:
        raise BadArtifact(f"{path} has no checksum at its end: give one that `npm run train` wrote")
    content = compact[: found.start()] + "}"
    checksum = f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
    if checksum != found.group(1):
        raise BadArtifact(
            f"{path} was changed after the training: its checksum is {checksum}, "
            f"it says {found.group(1)}"
        )
    return artifact
