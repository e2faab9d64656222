"""What `./run` does before anything is installed: standard library only."""
