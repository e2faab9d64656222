"""Pages of a person's file: who they are, what they agreed to, their papers, what happened."""
