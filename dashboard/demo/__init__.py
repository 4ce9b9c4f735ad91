"""A DialNexa of our own, for demonstrations, browser tests and benchmarks. Every name and number is invented."""
