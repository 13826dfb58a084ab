"""What the benchmarks of the partitioner share: readers, a checker, synthetic areas, tables."""
