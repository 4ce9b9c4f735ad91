"""What the dashboard does under load and on bad days, through real servers on loopback."""
