"""Second opinions: methods side by side, and answers against deviations."""
