"""What leaves Leadline as a file."""
