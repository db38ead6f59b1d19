"""Methods for persuasion with any finite numbers of states, actions and types."""
