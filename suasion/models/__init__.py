"""What is asked: instances, answers that check and value themselves, and formulations."""
