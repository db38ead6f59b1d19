"""Methods for the messaging policy of a binary instance."""
