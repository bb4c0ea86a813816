"""What the benchmarks measure with: loads, floors, crowds of accounts, and bars that are kept or missed."""
