"""The answer engine and the creators' toolkit. Knows no platform."""
