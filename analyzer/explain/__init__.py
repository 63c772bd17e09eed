"""What a code means, and what a pasted frame says: for people who stare at either."""
