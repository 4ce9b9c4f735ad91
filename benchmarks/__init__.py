"""What the pages cost, as ratios to limits and peers measured in the same run. Nothing of the product imports this."""

METER = "/-/meter"  # where a server of a run says what it has used
