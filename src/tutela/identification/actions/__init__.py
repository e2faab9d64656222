"""What is done in this stage: screening, asking the authority, deciding, telling the person."""
