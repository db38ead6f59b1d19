from suasion.models.binary import BinaryPersuasion
