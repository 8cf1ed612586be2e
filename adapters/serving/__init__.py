"""What every chat platform shares: inbox, order, limits, privacy, health. Knows no platform."""
