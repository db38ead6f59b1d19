"""Binary persuasion: two states, two actions, receivers of finitely many types."""

from suasion.models.binary.instance import BinaryPersuasion

__all__ = ["BinaryPersuasion"]
