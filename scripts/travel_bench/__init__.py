"""What the benchmark of travel times is made of: invented roads, cases, figures."""
