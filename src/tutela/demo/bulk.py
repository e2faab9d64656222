"""Many more cases than anybody walks, for benchmarks."""
