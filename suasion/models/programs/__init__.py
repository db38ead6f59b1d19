"""Linear and mixed-integer programs as arrays, and proofs about them: they know no game."""
