"""What an operator does with an installation: prepare, serve, watch over, back up, bring back."""
