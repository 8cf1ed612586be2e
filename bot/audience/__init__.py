"""What a creator's audience asks and believes: comments grouped by what the guidance says to them."""
